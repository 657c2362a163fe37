"""One vector of scores a text: a label, several labels, a number; of one text or of a pair."""

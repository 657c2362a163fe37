"""From bytes to characters, and from characters to cells."""

"""Recorded changes to a file's examples, and the drafts they belong to."""

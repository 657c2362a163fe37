"""Files as people have them, good, dirty and hostile, each with what the command line must say about it."""

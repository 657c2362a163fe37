"""Every kind of file and package, each turned into one table of strings."""

"""A run is a folder; how it stands is derived from its files and its process, never stored."""

"""What a table is for: its task, the columns that make its examples, and the examples themselves."""

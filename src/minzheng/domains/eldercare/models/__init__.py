"""What elder care keeps, one module for each kind of record."""

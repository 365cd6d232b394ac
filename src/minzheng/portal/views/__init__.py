"""What answers each address, by subject."""

"""What elder care looks up."""

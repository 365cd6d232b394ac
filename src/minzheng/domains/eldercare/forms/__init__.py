"""What is asked in elder care."""

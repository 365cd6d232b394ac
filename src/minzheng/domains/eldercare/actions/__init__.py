"""What elder care does with what it keeps."""

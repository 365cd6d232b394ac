"""Coming in and going out: the sign-in pages, the session while somebody is in, one's own account."""

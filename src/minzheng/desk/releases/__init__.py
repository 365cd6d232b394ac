"""Desk: standards, what is on the way to become one, and what it would do."""

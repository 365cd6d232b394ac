"""Desk: dynamic monitoring; who is warned of, visited and helped."""

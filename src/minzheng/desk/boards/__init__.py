"""Desk: boards."""

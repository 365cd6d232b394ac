"""Desk: money."""

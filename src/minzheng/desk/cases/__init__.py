"""Desk: cases."""

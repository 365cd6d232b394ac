"""Desk: visits."""

"""Accounts of a place: who may sign in, as what, and which other systems may ask."""

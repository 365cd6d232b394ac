"""Subsidies by list at the desk: indices, lists for signature, emergencies."""

"""Offices, posts, roles and scope: who may do what, where, and which duties are kept apart."""

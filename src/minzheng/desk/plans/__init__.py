"""Desk: the plan, its board, its targets, its text and its evaluations."""

"""Inspections: drawn by lot and proved, made by lists, followed until a fault is put right or has its consequence."""

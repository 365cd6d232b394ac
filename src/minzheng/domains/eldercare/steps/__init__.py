"""What elder care does: houses, supervision, measures."""

"""What every page of the desk carries in its head: one search over everything, and the bell."""

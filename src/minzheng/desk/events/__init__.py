"""Life events at the desk: the register, one event with what became of it, reports by hand, and what is left to do."""

"""How the house is opened: everything `run.py` does, with nothing but the standard library."""

"""Social assistance (社会救助)."""

"""What other offices let this one know about its own people."""

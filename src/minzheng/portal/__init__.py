"""The residents' door: find a service, apply, follow, answer, object, verify; drawn from the catalogue alone."""

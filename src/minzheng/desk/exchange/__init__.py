"""The yearly re-check with other departments, and the catalogue of what they can be asked."""

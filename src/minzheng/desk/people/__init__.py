"""One person, one file at the desk: what a data steward looks at side by side, decides, and takes back."""

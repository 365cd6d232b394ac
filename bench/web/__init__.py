"""The pages of a province under load: `python3 run.py bench web`."""

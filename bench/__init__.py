"""What is measured beside other ways of doing the same; run by ``run.py bench``."""

"""How fast other departments are asked: about everyone who draws benefits, by files, and about one household, live.

``python3 run.py bench exchange``: a province of its own, in a database and with departments that are dropped after.
"""

"""How fast every measure is counted for every division and month.

``python3 run.py bench indicators``: registers of its own, in a database that is dropped afterwards.
"""

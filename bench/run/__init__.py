"""How fast a province's month is decided, compared, posted and written for the bank, beside copying and beside an ORM.

``python3 run.py bench run``: each size in a database and a process of its own, made before and dropped after.
"""

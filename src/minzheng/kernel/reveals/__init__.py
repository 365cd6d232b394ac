"""Personal data is masked until somebody says why he needs it, and no list leaves without being counted.

A masked field is opened one at a time, for a reason, for some minutes, so many times a day; what leaves as a file is
counted by person and day, and much of it is told to whoever watches.
"""

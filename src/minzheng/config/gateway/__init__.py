"""A gateway for short messages, as a process of its own: takes each message once under its key, reports what arrived.

It stands where no operator is connected: own books in an own file, reached over signed HTTP only.  It never opens the
platform's database.

    manage gateway --port 8300 [--data FILE]

``books`` is what it keeps, ``server`` is its door.
"""

"""The other departments, as a process of their own: police, tax, property, vehicles, business, banks.

It stands in for the provincial exchange (共享交换平台) where none is connected: own data in an own file,
reached only over HTTP, signed.  It never opens the platform's database.  Its persons are made up.

    manage departments --port 8100 [--data FILE]

``records`` is its data, ``server`` its door, ``faults`` what can be made to go wrong for a rehearsal.
"""

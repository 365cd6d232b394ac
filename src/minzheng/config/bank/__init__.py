"""A bank, as a process of its own: takes payment files, pays each payment once, answers in its own time.

It stands where no real bank is connected: own books in an own file, reached by a drop folder and over HTTP,
signed.  It never opens the platform's database and shares no code with the platform's ledger: it reads the files
itself, against the published schema.  What it can be made to do wrong stands in ``faults``.

    manage bank --port 8200 [--folder DIR] [--data FILE]

``reading`` reads what comes, ``books`` is what it keeps, ``settling`` pays, ``answering`` writes the answers,
``working`` does all that on its own time, ``server`` is its door.
"""

"""Registers (台账): listed, searched, exported within scope, with every past state kept.

    found = queries.listing("assistance.standings", by=officer, filters={"path": "22/2201/"}, search="lxm")
    found.lines, found.count_words, found.next

A register is a declaration over one model; nothing here knows a domain.
"""

"""Desk: rounds; whom to reach today, one ledger for each person, who is overdue where."""

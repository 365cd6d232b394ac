"""Money beside the monthly run: township reserve funds, and services bought under a cap; each step in the ledger."""

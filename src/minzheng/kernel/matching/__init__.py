"""Needs and providers: who fits and why, orders, vouchers, and the month's settlement under a contract."""

"""Desk: needs and providers; who fits and why, orders at work, vouchers of a month, the month's settlement."""

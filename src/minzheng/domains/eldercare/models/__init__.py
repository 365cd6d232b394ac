"""What elder care keeps of its own."""

from .homes import Certificate, Cover, Estate, FundUse, Policy, Rating

__all__ = ["Certificate", "Cover", "Estate", "FundUse", "Policy", "Rating"]

"""Subsidies that nobody applies for: the list of the month says who is meant, two sign it, the month pays it."""

from .carers import ENTRY, SENIORITY, entry_money, seniority_money
from .elders import HIGHAGE, NURSING, highage_money, nursing_money
from .training import TRAINING, training_money

__all__ = [
    "ENTRY", "HIGHAGE", "NURSING", "SENIORITY", "TRAINING", "entry_money", "highage_money", "nursing_money",
    "seniority_money", "training_money",
]  # fmt: skip

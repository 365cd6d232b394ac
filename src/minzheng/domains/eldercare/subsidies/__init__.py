"""Subsidies that nobody applies for: the list of the month says who is meant, two sign it, the month pays it."""

from .carers import CARERS, carer_money
from .elders import HIGHAGE, NURSING, highage_money, nursing_money
from .training import TRAINING, training_money

__all__ = [
    "CARERS", "HIGHAGE", "NURSING", "TRAINING", "carer_money", "highage_money", "nursing_money", "training_money",
]  # fmt: skip

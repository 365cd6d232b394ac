"""Subsidies that nobody applies for: the list of the month says who is meant, two sign it, the month pays it."""

from .elders import HIGHAGE, NURSING, highage_money, nursing_money
from .training import TRAINING, training_money

__all__ = ["HIGHAGE", "NURSING", "TRAINING", "highage_money", "nursing_money", "training_money"]

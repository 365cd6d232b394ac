"""What elder care keeps of its own."""

from .homes import Certificate, Cover, Estate, FundUse, Policy, Rating
from .living import Adaptation, AdaptationItem, HomeBed, HomeBedMonth
from .transfers import Transfer

__all__ = [
    "Adaptation", "AdaptationItem", "Certificate", "Cover", "Estate", "FundUse", "HomeBed", "HomeBedMonth", "Policy",
    "Rating", "Transfer",
]  # fmt: skip

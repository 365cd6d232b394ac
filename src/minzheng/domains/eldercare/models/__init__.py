"""What elder care keeps of its own."""

from .homes import Certificate, Cover, Estate, FundUse, Policy, Rating
from .living import Adaptation, AdaptationItem, HomeBed, HomeBedMonth
from .sites import SiteMonth
from .transfers import Transfer

__all__ = [
    "Adaptation", "AdaptationItem", "Certificate", "Cover", "Estate", "FundUse", "HomeBed", "HomeBedMonth", "Policy",
    "Rating", "SiteMonth", "Transfer",
]  # fmt: skip

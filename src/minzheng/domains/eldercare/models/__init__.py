"""What elder care keeps of its own."""

from .carers import CarerJob
from .homes import Certificate, Cover, Estate, FundUse, Policy, Rating
from .living import Adaptation, AdaptationItem, HomeBed, HomeBedMonth
from .neighbourhoods import OldEstate, SportsSite
from .requests import AbilityRequest
from .sites import SiteMonth
from .transfers import Transfer

__all__ = [
    "AbilityRequest", "Adaptation", "AdaptationItem", "CarerJob", "Certificate", "Cover", "Estate", "FundUse",
    "HomeBed", "HomeBedMonth", "OldEstate", "Policy", "Rating", "SiteMonth", "SportsSite", "Transfer",
]  # fmt: skip

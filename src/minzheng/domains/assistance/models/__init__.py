"""What is kept: standings, grants, lists of others, hotlines, and what is known of each household; by subject."""

from .grants import AidGrant, FuneralSum
from .hotline import HotlineRoute
from .lists import NationalRecord, RuralWatch
from .means import PROFILES, HouseholdProfile, PersonProfile
from .standings import CAUSES, Standing

__all__ = [
    "CAUSES",
    "PROFILES",
    "AidGrant",
    "FuneralSum",
    "HotlineRoute",
    "HouseholdProfile",
    "NationalRecord",
    "PersonProfile",
    "RuralWatch",
    "Standing",
]

"""A demonstration: profiles of everyone, households on dibao, and one township's cases at every stage."""

from ..models import PROFILES
from .books import benefits
from .cases import populate
from .means import profiles

__all__ = ["SINKS", "TABLES", "benefits", "populate", "profiles"]

SINKS = (benefits, profiles)
# Written for every household: on a large load their keys are built afterwards.
TABLES = PROFILES.tables

"""Every procedure of the office, step by step, by service; services are made of these."""

from __future__ import annotations

from . import dibao, emergency, funerals, tekun, temporary
from .abilities import SIX_ACTS
from .hotlines import HOTLINES
from .people import PEOPLE
from .watching import SAMPLINGS, VISITS

__all__ = [
    "BOOKS",
    "HOTLINES",
    "PEOPLE",
    "SAMPLINGS",
    "SIX_ACTS",
    "VISITS",
    "dibao",
    "emergency",
    "funerals",
    "tekun",
    "temporary",
]

# The registers in which something is done, beside those that cases fill.
BOOKS = (PEOPLE, HOTLINES)

"""The law of social assistance as pure functions: no database, no clock of the machine, no hidden values.

Read ``facts`` (what is asked), ``means`` (who counts, income, property), ``dibao``, ``edge``, ``scoring``,
``procedure`` (time limits); call what is listed here.
"""

from __future__ import annotations

from .determination import (
    Determination,
    Score,
    determine_dibao,
    determine_edge,
    from_form,
    score,
    seed_parameters,
)
from .facts import household, person
from .instruments import DB2021, GB39, MF83, SA2014, SA2026, SOCIAL_ASSISTANCE

__all__ = [
    "DB2021",
    "GB39",
    "MF83",
    "SA2014",
    "SA2026",
    "SOCIAL_ASSISTANCE",
    "Determination",
    "Score",
    "determine_dibao",
    "determine_edge",
    "from_form",
    "household",
    "person",
    "score",
    "seed_parameters",
]

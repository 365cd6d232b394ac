"""Reads: the facts of a case for the rules, what the register says, and what temporary assistance was given before."""

from __future__ import annotations

from .aid import Claimed, Earlier, granted_before, same_cause
from .cases import (
    declared_facts,
    facts_of_case,
    living_members,
    standing_of,
    standings_on,
    tekun_of,
    verification_of,
)  # fmt: skip

__all__ = [
    "Claimed", "Earlier", "declared_facts", "facts_of_case", "granted_before", "living_members", "same_cause",
    "standing_of", "standings_on", "tekun_of", "verification_of",
]  # fmt: skip

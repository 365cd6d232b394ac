"""Reads: the facts of a case for the rules, what the register says, and what temporary assistance was given before."""

from __future__ import annotations

from .aid import Claimed, Earlier, granted_before, same_cause
from .cases import (
    declared_facts,
    facts_of_case,
    living_members,
    on_dibao,
    receiving,
    recognised,
    standing_of,
    standings_on,
    tekun_in,
    tekun_of,
    verification_of,
)  # fmt: skip
from .disclosed import DRAWING, GRANTS
from .emergency import claimed_by, earlier_first, facts_of_first, first_payout
from .funerals import kept_at_death, reckoned
from .protected import protected
from .rural import told_by_list
from .tekun import facts_of_tekun, facts_of_tekun_review
from .temporary import earlier_aid, evidence_of, facts_of_aid, means_known

__all__ = [
    "DRAWING",
    "GRANTS",
    "Claimed",
    "Earlier",
    "claimed_by",
    "declared_facts",
    "earlier_aid",
    "earlier_first",
    "evidence_of",
    "facts_of_aid",
    "facts_of_case",
    "facts_of_first",
    "facts_of_tekun",
    "facts_of_tekun_review",
    "first_payout",
    "granted_before",
    "kept_at_death",
    "living_members",
    "means_known",
    "on_dibao",
    "protected",
    "receiving",
    "reckoned",
    "recognised",
    "same_cause",
    "standing_of",
    "standings_on",
    "tekun_in",
    "tekun_of",
    "told_by_list",
    "verification_of",
]  # fmt: skip

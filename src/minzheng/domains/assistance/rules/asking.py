"""What a scheme can be asked again with other facts, and which facts are nobody's to choose.

Proposed to a household are only what it earns, spends and owns and what an office may waive; never kinship,
age, health or where somebody lives.
"""

from __future__ import annotations

from minzheng.kernel.law.changes import Question
from minzheng.kernel.law.units import Kind

from . import means
from .facts import household, person
from .schemes import SCHEMES

__all__ = ["question"]

_OPEN = frozenset({
    "vehicles", "vehicles_exempt", "houses", "refused_jobs", "supporter_consents",
    "waived_deposits", "waived_vehicles", "waived_houses", "waived_company",
})  # fmt: skip


def question(scheme: str) -> Question:
    """Whether, on which conditions, from which income, and how much."""
    asked = SCHEMES[scheme]
    results = [rule for rule in asked.conditions if rule.entity == household.name]
    results += [means.per_head, *([asked.amount] if asked.amount else [])]
    facts = [*household.facts.values(), *person.facts.values()]
    fixed = frozenset(one.name for one in facts if one.kind is not Kind.FEN and one.name not in _OPEN)
    return Question(household, asked.eligible, tuple(results), fixed)

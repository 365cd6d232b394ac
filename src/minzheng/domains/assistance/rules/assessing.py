"""The assessment index of one household as a determination keeps it: version, points, tier, each dimension."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from minzheng.kernel.law import explaining
from minzheng.kernel.law.findings import Figure, Missing
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation, Seen, Unknown
from minzheng.kernel.law.units import to_json

from . import scoring

__all__ = ["Score", "exact", "known", "scored"]


@dataclass(frozen=True, slots=True)
class Score:
    """The assessment index of one household; ``points`` is None while a fact it needs is missing."""

    version: str
    points: Fraction | None
    tier: str | None
    visit_days: int | None
    dimensions: tuple[Figure, ...]
    missing: tuple[Missing, ...]

    def to_json(self) -> dict[str, Any]:
        """Stored with the assessment."""
        return {
            "version": self.version,
            "points": to_json(self.points),
            "tier": self.tier,
            "visit_days": self.visit_days,
            "dimensions": [figure.to_json() for figure in self.dimensions],
            "missing": [one.to_json() for one in self.missing],
        }


def scored(run: Evaluation, parameters: Parameters) -> Score:
    """Six dimensions, and what may still be missing for them."""
    version = parameters.get("score.version", path=run.path, on=run.on)
    run.used[version.key] = version
    return Score(
        version=str(version.value),
        points=exact(run, scoring.score),
        tier=known(run, scoring.tier),
        visit_days=known(run, scoring.visit_days),
        dimensions=tuple(
            explaining.figure_of(Seen(rule, None, run.answer(rule)), run) for rule in scoring.DIMENSIONS
        ),
        missing=explaining.missing_facts(run.answer(scoring.score), run),
    )


def known(run: Evaluation, rule: Rule, member: int | None = None) -> Any:
    """What the rule gives, or None while it is unknown."""
    answer = run.answer(rule, member)
    return None if isinstance(answer, Unknown) else answer


def exact(run: Evaluation, rule: Rule) -> Fraction | None:
    """The same as an exact fraction."""
    value = known(run, rule)
    return None if value is None else Fraction(value)

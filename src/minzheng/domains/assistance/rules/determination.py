"""What the law says of one household: findings with reasons, amount, score, and all of it as a trace.

A determination carries the rule set, the parameters with their fingerprint and the facts' sources, so that
the decision it supports can be replayed and defended years later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from minzheng.kernel.law import explaining
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.findings import Explanation, Figure, Finding, Missing, refusal_paragraph
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Parameters, Value, digest
from minzheng.kernel.law.reference import Evaluation, Seen, Unknown
from minzheng.kernel.law.units import to_json

from . import dibao, edge, means, scoring
from .facts import household
from .instruments import SOCIAL_ASSISTANCE

__all__ = [
    "Determination",
    "Score",
    "determine_dibao",
    "determine_edge",
    "from_form",
    "score",
    "seed_parameters",
]

_PARAMETERS = Path(__file__).resolve().parent.parent / "parameters"

# The code of each breach, as registers and statistics keep it.
REASON_CODES = {
    "household.has_members": "no_counted_member",
    "household.income_below_standard": "income_not_below_standard",
    "household.income_below_edge_line": "income_not_below_edge_line",
    "household.not_dibao": "qualifies_for_dibao",
    "household.deposits_within": "deposits_over_limit",
    "household.vehicles_within": "vehicle",
    "household.houses_within": "houses_over_limit",
    "household.company_within": "company_capital",
}

_PROPERTY = (means.deposits_within, means.vehicles_within, means.houses_within, means.company_within)
_DIBAO = (means.has_members, means.income_below_standard, *_PROPERTY)
_EDGE = (means.has_members, edge.not_dibao, edge.income_below_edge_line, *_PROPERTY)


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


@dataclass(frozen=True, slots=True)
class Determination:
    """One household under one scheme, on one day, in one place; what is None is not yet known."""

    scheme: str
    on: date
    path: str
    rule_set: str
    eligible: Finding
    findings: tuple[Finding, ...]
    amount: int | None
    members: int | None
    counted: tuple[int, ...]
    sharing: int | None
    per_head: Fraction | None
    standard: Fraction | None
    review_months: int | None
    score: Score
    parameters: tuple[Value, ...]
    explanation: tuple[Explanation, ...]

    @property
    def parameters_digest(self) -> str:
        """The fingerprint of the values used."""
        return digest(self.parameters)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of the conditions not met."""
        failed = (one for one in self.findings if one.outcome == "not_met")
        return tuple(REASON_CODES[one.rule] for one in failed)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Every fact still needed, once."""
        found = [one for finding in (self.eligible, *self.findings) for one in finding.missing]
        return tuple(dict.fromkeys(found))

    @property
    def refusal(self) -> str:
        """The paragraph of reasons for the letter; empty if nothing was found against it."""
        return refusal_paragraph(self.findings)

    def to_json(self) -> dict[str, Any]:
        """The calculation trace kept with the decision."""
        return {
            "scheme": self.scheme,
            "on": self.on.isoformat(),
            "path": self.path,
            "rule_set": self.rule_set,
            "eligible": self.eligible.to_json(),
            "findings": [one.to_json() for one in self.findings],
            "reasons": list(self.reasons),
            "amount": self.amount,
            "members": self.members,
            "counted": list(self.counted),
            "sharing": self.sharing,
            "per_head": to_json(self.per_head),
            "standard": to_json(self.standard),
            "review_months": self.review_months,
            "score": self.score.to_json(),
            "parameters": [value.to_json() for value in self.parameters],
            "parameters_digest": self.parameters_digest,
            "explanation": [one.to_json() for one in self.explanation],
        }


@cache
def seed_parameters() -> Parameters:
    """The national and provincial values that come with the domain; a county's own rows go before them."""
    return Parameters.from_yaml(*sorted(_PARAMETERS.glob("*.yaml")))


def from_form(facts: Facts) -> Facts:
    """The facts of a signed form: an empty line declares what the form says an empty line declares."""
    return filled(facts, household)


def determine_dibao(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the household qualifies for dibao on that day in that place, why, and for how much a month."""
    return _determine(
        "dibao",
        facts,
        parameters,
        path=path,
        on=on,
        eligible=dibao.dibao_eligible,
        conditions=_DIBAO,
        amount=dibao.dibao_amount,
    )


def determine_edge(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether it is a low-income edge household; the status itself pays nothing."""
    return _determine(
        "edge",
        facts,
        parameters,
        path=path,
        on=on,
        eligible=edge.edge_eligible,
        conditions=_EDGE,
        amount=None,
    )


def score(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Score:
    """The assessment index alone."""
    return _score(Evaluation(household, facts, parameters, path=path, on=on), parameters)


def _determine(
    scheme: str,
    facts: Facts,
    parameters: Parameters,
    *,
    path: str,
    on: date,
    eligible: Rule,
    conditions: Sequence[Rule],
    amount: Rule | None,
) -> Determination:
    run = Evaluation(household, facts, parameters, path=path, on=on)
    return Determination(
        scheme=scheme,
        on=on,
        path=path,
        rule_set=SOCIAL_ASSISTANCE.on(on).code,
        eligible=explaining.finding(eligible, run),
        findings=tuple(explaining.finding(rule, run) for rule in conditions),
        amount=0 if amount is None else _known(run, amount),
        members=_known(run, means.members),
        counted=_counted(run, facts),
        sharing=_known(run, dibao.sharing),
        per_head=_exact(run, means.per_head),
        standard=_exact(run, means.standard),
        review_months=_known(run, dibao.review_months),
        explanation=explaining.explain(eligible, *([] if amount is None else [amount]), evaluation=run),
        score=_score(run, parameters),
        parameters=tuple(run.used.values()),
    )


def _counted(run: Evaluation, facts: Facts) -> tuple[int, ...]:
    """The places of those who count, in the order in which the facts list the family."""
    return tuple(at for at in range(len(facts.persons)) if run.answer(means.counts, at) is True)


def _score(run: Evaluation, parameters: Parameters) -> Score:
    version = parameters.get("score.version", path=run.path, on=run.on)
    run.used[version.key] = version
    return Score(
        version=str(version.value),
        points=_exact(run, scoring.score),
        tier=_known(run, scoring.tier),
        visit_days=_known(run, scoring.visit_days),
        dimensions=tuple(
            explaining.figure_of(Seen(rule, None, run.answer(rule)), run) for rule in scoring.DIMENSIONS
        ),
        missing=explaining.missing_facts(run.answer(scoring.score), run),
    )


def _known(run: Evaluation, rule: Rule) -> Any:
    answer = run.answer(rule)
    return None if isinstance(answer, Unknown) else answer


def _exact(run: Evaluation, rule: Rule) -> Fraction | None:
    value = _known(run, rule)
    return None if value is None else Fraction(value)

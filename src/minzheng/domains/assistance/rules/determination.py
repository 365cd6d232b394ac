"""What the law says of one household: findings with reasons, amount, score, and all of it as a trace.

A determination carries the rule set, the parameters with their fingerprint and the facts' sources, so that
the decision it supports can be replayed and defended years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import explaining
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.findings import Explanation, Figure, Finding, Missing, refusal_paragraph
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Parameters, Value, digest
from minzheng.kernel.law.reference import Evaluation, Seen
from minzheng.kernel.law.units import to_json

from . import dibao, means
from .assessing import Score, exact, known, scored
from .facts import household
from .instruments import SOCIAL_ASSISTANCE
from .schemes import REASON_CODES, SCHEMES, Scheme

__all__ = [
    "Determination",
    "Score",
    "determine",
    "determine_dibao",
    "determine_edge",
    "determine_rigid",
    "determine_single",
    "determine_tekun",
    "determine_temporary",
    "from_form",
    "score",
    "seed_parameters",
]

_PARAMETERS = Path(__file__).resolve().parent.parent / "parameters"


@dataclass(frozen=True, slots=True)
class Determination:
    """One household, or its applicant, under one scheme, on one day, in one place.

    What is None is not yet known.  ``figures`` are the scheme's own: care level, ground, limits.
    """

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
    figures: tuple[Figure, ...]
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
            "figures": [figure.to_json() for figure in self.figures],
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


def determine(
    scheme: str, facts: Facts, parameters: Parameters, *, path: str, on: date, month: date | None = None
) -> Determination:
    """What the law in force on that day says of the household, or of its applicant, under a scheme."""
    asked = _scheme(scheme)
    run = Evaluation(household, facts, parameters, path=path, on=on, month=month)
    applicant = _applicant(run) if asked.personal else None
    alone = asked.personal if applicant is not None else None
    eligible, amount = alone or (asked.eligible, asked.amount)
    told = [rule for rule in (asked.eligible, asked.amount) if rule is not None]
    return Determination(
        scheme=scheme,
        on=on,
        path=path,
        rule_set=SOCIAL_ASSISTANCE.on(on).code,
        eligible=explaining.finding(eligible, run, applicant),
        findings=_findings(asked.conditions, run, applicant),
        amount=0 if amount is None else known(run, amount, applicant),
        **_who(run, applicant),
        per_head=_income(asked.income, run, applicant),
        standard=exact(run, means.standard),
        review_months=None if asked.review is None else known(run, asked.review),
        figures=_figures(asked.figures, run, applicant),
        explanation=explaining.explain(*told, evaluation=run),
        score=scored(run, parameters),
        parameters=tuple(run.used.values()),
    )


def determine_dibao(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the household qualifies for dibao on that day in that place, why, and for how much a month."""
    return determine("dibao", facts, parameters, path=path, on=on)


def determine_edge(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether it is a low-income edge household; the status itself pays nothing."""
    return determine("edge", facts, parameters, path=path, on=on)


def determine_single(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the applicant may have dibao alone, out of a household that has none."""
    return determine("single", facts, parameters, path=path, on=on)


def determine_tekun(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the applicant is an extreme-poverty person, at which care level, and for how much a month."""
    return determine("tekun", facts, parameters, path=path, on=on)


def determine_rigid(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether the household is poor through what it must spend; the status itself pays nothing."""
    return determine("rigid", facts, parameters, path=path, on=on)


def determine_temporary(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Determination:
    """Whether temporary assistance is due, and how much at once."""
    return determine("temporary", facts, parameters, path=path, on=on)


def score(facts: Facts, parameters: Parameters, *, path: str, on: date) -> Score:
    """The assessment index alone."""
    return scored(Evaluation(household, facts, parameters, path=path, on=on), parameters)


def _scheme(code: str) -> Scheme:
    if code not in SCHEMES:
        raise Mistake("scheme_unknown", f"There is no scheme {code!r}. Known: {', '.join(SCHEMES)}.")
    return SCHEMES[code]


def _who(run: Evaluation, applicant: int | None) -> dict[str, Any]:
    """Those it is about: the members who count, or the applicant alone."""
    if applicant is not None:
        return {"members": 1, "counted": (applicant,), "sharing": 1}
    return {
        "members": known(run, means.members),
        "counted": _counted(run),
        "sharing": known(run, dibao.sharing),
    }


def _applicant(run: Evaluation) -> int | None:
    """The place of the one who applies; the family may be listed around them."""
    rows = enumerate(run.facts.persons)
    return next((at for at, row in rows if row.get("relation") == "self"), None)


def _counted(run: Evaluation) -> tuple[int, ...]:
    """The places of those who count, in the order in which the facts list the family."""
    return tuple(at for at in range(len(run.facts.persons)) if run.answer(means.counts, at) is True)


def _of(rule: Rule, applicant: int | None) -> int | None:
    """Whose answer is asked for: the household has no place in the list."""
    return None if rule.entity == household.name else applicant


def _findings(rules: tuple[Rule, ...], run: Evaluation, applicant: int | None) -> tuple[Finding, ...]:
    asked = [rule for rule in rules if rule.entity == household.name or applicant is not None]
    return tuple(explaining.finding(rule, run, _of(rule, applicant)) for rule in asked)


def _figures(rules: tuple[Rule, ...], run: Evaluation, applicant: int | None) -> tuple[Figure, ...]:
    found = []
    for rule in rules:
        if rule.entity == household.name or applicant is not None:
            at = _of(rule, applicant)
            found.append(explaining.figure_of(Seen(rule, at, run.answer(rule, at)), run))
    return tuple(found)


def _income(rule: Rule, run: Evaluation, applicant: int | None) -> Fraction | None:
    if rule.entity != household.name and applicant is None:
        return None
    value = known(run, rule, _of(rule, applicant))
    return None if value is None else Fraction(value)

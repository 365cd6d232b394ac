"""The worked cases of handbook 01 §20 through the rules: what each must give, and what it does give.

A case with members is a household, and every scheme is asked of it: ``dibao``, ``edge``, ``single``,
``tekun``, ``rigid``, ``temporary`` say met, not_met or unknown; ``tekun_amount``, ``rigid_reasons`` and the
like say more.  What belongs to dibao stands without a prefix.  Other cases are about days (``events``), or
about a place, its index month, its reserve fund or its contracts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from minzheng.kernel.clock import Calendar, Month
from minzheng.kernel.law.cases import Case, load
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters, parse
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import Kind, Scalar, to_json, unit_of

from . import benefitbook, funds, means, price, procedure, rigid, single
from .casewords import WORDS
from .determination import Determination, determine
from .facts import household
from .schemes import SCHEMES

__all__ = ["CASES", "WORDS", "answers", "cases", "evaluations"]

CASES = Path(__file__).resolve().parent.parent / "cases"

_BESIDE = (rigid.low_income_class, means.support_income, price.price_total, rigid.living_cost)
_ENTITIES: Mapping[str, Entity] = {
    "index": price.place_month,
    "standards": funds.place,
    "fund": funds.fund_year,
    "purchase": funds.purchase_year,
}


def cases() -> list[Case]:
    """Every worked case of the domain."""
    return load(*sorted(CASES.glob("*.yaml")))


def answers(case: Case, base: Parameters, calendar: Calendar) -> dict[str, Any]:
    """What the rules say of a case, under the names that ``expect:`` uses."""
    parameters = case.over(base)
    found: dict[str, Any] = {}
    if case.members:
        found |= _determined(case, parameters)
    for name, entity in _ENTITIES.items():
        if name in case.events:
            found |= _of_entity(case, entity, case.events[name] or {}, parameters)
    return found | _days(case, parameters, calendar) | benefitbook.answers(case, parameters, calendar)


def evaluations(case: Case, base: Parameters) -> list[Evaluation]:
    """What a case is about, ready to be asked: a household, or a place, its reserve fund or its contracts."""
    parameters, found = case.over(base), []
    if case.members:
        month = Month.parse(case.events["month"]).first if "month" in case.events else None
        facts = case.facts(household)
        found.append(Evaluation(household, facts, parameters, path=case.place, on=case.day, month=month))
    found += [
        _about(case, entity, case.events[name] or {}, parameters)
        for name, entity in _ENTITIES.items()
        if name in case.events
    ]
    return found


def _determined(case: Case, parameters: Parameters) -> dict[str, Any]:
    facts = case.facts(household)
    found: dict[str, Any] = {}
    for code in SCHEMES:
        one = determine(code, facts, parameters, path=case.place, on=case.day)
        found |= _dibao(one) if code == "dibao" else _scheme(one)
    run = Evaluation(household, facts, parameters, path=case.place, on=case.day)
    found |= {rule.name: _answer(run, rule) for rule in _BESIDE}
    applicant = next((at for at, row in enumerate(facts.persons) if row.get("relation") == "self"), None)
    if applicant is not None:
        found["single_lone"] = _answer(run, single.single_lone, applicant)
    return found


def _dibao(one: Determination) -> dict[str, Any]:
    return {
        "dibao": one.eligible.outcome.value,
        "members": one.members,
        "sharing": one.sharing,
        "per_head": to_json(one.per_head),
        "amount": one.amount,
        "reasons": list(one.reasons),
        "because": one.eligible.because,
        "missing": [each.fact for each in one.missing],
        "score": to_json(one.score.points),
        "points": {figure.name: to_json(figure.value) for figure in one.score.dimensions},
        "tier": one.score.tier,
        "visit_days": one.score.visit_days,
        "rule_set": one.rule_set,
    }


def _scheme(one: Determination) -> dict[str, Any]:
    return {
        one.scheme: one.eligible.outcome.value,
        f"{one.scheme}_amount": one.amount,
        f"{one.scheme}_income": to_json(one.per_head),
        f"{one.scheme}_reasons": list(one.reasons),
        f"{one.scheme}_because": one.eligible.because,
        f"{one.scheme}_missing": [each.fact for each in one.missing],
        f"{one.scheme}_article": str(one.eligible.article),
        **{figure.name: _written(figure.value, figure.unit) for figure in one.figures},
    }


def _answer(run: Evaluation, rule: Rule, member: int | None = None) -> Any:
    answer = run.answer(rule, member)
    return None if isinstance(answer, Unknown) else _written(answer, rule.unit.code)


def _written(value: Scalar | None, unit: str) -> Any:
    """An exact figure is always a fraction in text, whole or not."""
    exact = value is not None and unit_of(unit).kind in (Kind.EXACT_FEN, Kind.RATIO)
    return str(Fraction(value)) if exact else to_json(value)  # type: ignore[arg-type]


def _of_entity(case: Case, entity: Entity, row: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    """Every rule of an entity that is no household, under the rules' own names."""
    run = _about(case, entity, row, parameters)
    return {rule.name: _answer(run, rule) for rule in entity.rules.values()}


def _about(case: Case, entity: Entity, row: Mapping[str, Any], parameters: Parameters) -> Evaluation:
    where = f"{case.id} {entity.title}"
    exact = {
        name: None if raw is None else parse(raw, unit=entity.facts[name].unit, where=where)
        for name, raw in row.items()
    }
    return Evaluation(entity, filled(Facts(exact), entity), parameters, path=case.place, on=case.day)


def _days(case: Case, parameters: Parameters, calendar: Calendar) -> dict[str, Any]:
    events, place = case.events, case.place
    found: dict[str, Any] = {}
    if accepted := events.get("accepted"):
        found |= _deadlines(case, parameters, calendar, accepted)
    if over := events.get("over_standard"):
        exit_ = procedure.gradual_exit(over, parameters, path=place, last_amount=events.get("last_amount"))
        found |= {"paid_months": [str(month) for month in exit_.months()], "ends": exit_.ends}
        found["exit_amount"] = exit_.amount
    if confirmed := events.get("confirmed"):
        found["first_month"] = str(procedure.first_month(confirmed))
    if paid := events.get("paid_first"):
        found["papers_due"] = procedure.papers_due(paid, parameters, calendar, path=place).on
    if granted := events.get("same_cause_granted"):
        found["same_cause_bars"] = procedure.same_cause_bars(granted, case.day, parameters, path=place)
    if reported := events.get("ability_changed"):
        found["retest_due"] = procedure.retest_due(reported, parameters, calendar, path=place).on
    return found


def _deadlines(case: Case, parameters: Parameters, calendar: Calendar, accepted: date) -> dict[str, Any]:
    due = procedure.due_days(accepted, parameters, calendar, path=case.place)
    return {f"due_{name}": one.on for name, one in due.items()}

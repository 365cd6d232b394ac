"""The worked cases of handbook 01 §20 through the rules: what each must give, and what it does give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from minzheng.kernel.clock import Calendar
from minzheng.kernel.law.cases import Case, load
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.units import to_json

from . import procedure
from .determination import determine_dibao, determine_edge
from .facts import household

__all__ = ["CASES", "answers", "cases"]

CASES = Path(__file__).resolve().parent.parent / "cases"


def cases() -> list[Case]:
    """Every worked case of the domain."""
    return load(*sorted(CASES.glob("*.yaml")))


def answers(case: Case, base: Parameters, calendar: Calendar) -> dict[str, Any]:
    """What the rules say of a case, under the names that ``expect:`` uses."""
    parameters = case.over(base)
    found: dict[str, Any] = {}
    if case.members:
        found |= _determined(case, parameters)
    if accepted := case.events.get("accepted"):
        found |= _deadlines(case, parameters, calendar, accepted)
    if over := case.events.get("over_standard"):
        exit_ = procedure.gradual_exit(over, parameters, path=case.place)
        found |= {"paid_months": [str(month) for month in exit_.months()], "ends": exit_.ends}
    if confirmed := case.events.get("confirmed"):
        found["first_month"] = str(procedure.first_month(confirmed))
    return found


def _determined(case: Case, parameters: Parameters) -> dict[str, Any]:
    facts = case.facts(household)
    dibao = determine_dibao(facts, parameters, path=case.place, on=case.day)
    edge = determine_edge(facts, parameters, path=case.place, on=case.day)
    return {
        "dibao": dibao.eligible.outcome.value,
        "edge": edge.eligible.outcome.value,
        "members": dibao.members,
        "sharing": dibao.sharing,
        "per_head": to_json(dibao.per_head),
        "amount": dibao.amount,
        "reasons": list(dibao.reasons),
        "because": dibao.eligible.because,
        "missing": [one.fact for one in dibao.missing],
        "score": to_json(dibao.score.points),
        "points": {figure.name: to_json(figure.value) for figure in dibao.score.dimensions},
        "tier": dibao.score.tier,
        "visit_days": dibao.score.visit_days,
        "rule_set": dibao.rule_set,
    }


def _deadlines(case: Case, parameters: Parameters, calendar: Calendar, accepted: date) -> dict[str, Any]:
    due = procedure.due_days(accepted, parameters, calendar, path=case.place)
    return {f"due_{name}": one.on for name, one in due.items()}

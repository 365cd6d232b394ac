"""The worked cases of handbook 03 §15 that belong to this domain through the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from minzheng.kernel.clock import Calendar
from minzheng.kernel.law.cases import Case, load
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation

from . import dates
from .adoption import adoption, adoption_findings

__all__ = ["CASES", "WORDS", "answers", "cases", "evaluations", "seed_parameters"]

_DOMAIN = Path(__file__).resolve().parent.parent
CASES = _DOMAIN / "cases"

# How the cases call what they give and expect, where it is no rule: Chinese words, and a unit.
WORDS: Mapping[str, tuple[str, str]] = {
    "failed": ("不符合的条件", ""),
    "articles": ("不符合的依据", ""),
    "missing": ("尚缺", ""),
    "announced": ("发布公告", ""),
    "earliest": ("最早登记日期", ""),
    "received": ("接案", ""),
    "grade": ("分级", ""),
    "dispatch_by": ("派单期限", ""),
    "on_site_by": ("到场期限", ""),
    "report_by": ("报告期限", ""),
}


@cache
def seed_parameters() -> Parameters:
    """The national and provincial values that come with the domain."""
    return Parameters.from_yaml(*sorted((_DOMAIN / "parameters").glob("*.yaml")))


def cases() -> list[Case]:
    """Every worked case of the domain."""
    return load(*sorted(CASES.glob("*.yaml")))


def evaluations(case: Case, base: Parameters) -> list[Evaluation]:
    """What a case is about, ready to be asked: an adoption."""
    if not case.household:
        return []
    return [Evaluation(adoption, case.facts(adoption), case.over(base), path=case.place, on=case.day)]


def answers(case: Case, base: Parameters, calendar: Calendar) -> dict[str, Any]:
    """What the rules say of a case, under the names that ``expect:`` uses."""
    parameters = case.over(base)
    found: dict[str, Any] = {}
    if case.household:
        findings = adoption_findings(case.facts(adoption), parameters, path=case.place, on=case.day)
        found["may_adopt"] = findings[-1].outcome.value
        found["failed"] = [
            one.rule.removeprefix("adoption.") for one in findings[:-1] if one.outcome is Outcome.NOT_MET
        ]
        found["articles"] = [str(one.article) for one in findings[:-1] if one.outcome is Outcome.NOT_MET]
        found["missing"] = [one.fact for one in findings[-1].missing]
    if announced := case.events.get("announced"):
        found["earliest"] = dates.earliest_registration(announced, parameters, path=case.place)
    if received := case.events.get("received"):
        at = datetime.fromisoformat(received)
        due = dates.case_clock(at, case.events["grade"], parameters, calendar, path=case.place)
        found |= {f"{step}_by": one.isoformat() for step, one in due.items()}
    return found

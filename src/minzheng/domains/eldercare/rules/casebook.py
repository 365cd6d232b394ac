"""The worked cases of handbook 02 §18 through the rules: what each must give, and what it does give."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from minzheng.kernel.clock import Calendar
from minzheng.kernel.law.cases import Case, load
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import Kind, to_json

from . import ability, carers, community, dates, funds, institutions, living, supervision

__all__ = ["CASES", "ENTITIES", "WORDS", "answers", "cases", "evaluations", "seed_parameters"]

_DOMAIN = Path(__file__).resolve().parent.parent
CASES = _DOMAIN / "cases"

ENTITIES: tuple[Entity, ...] = (
    ability.assessment,
    institutions.beds,
    institutions.rating,
    community.district,
    community.visited,
    community.visit_list,
    community.match,
    funds.fund,
    funds.policies,
    funds.purchase_year,
    supervision.standing,
    supervision.admission,
    living.home_bed,
    living.adaptation,
    carers.carer,
)

# How the cases call what they give and expect, where it is no rule: Chinese words, and a unit.
WORDS: Mapping[str, tuple[str, str]] = {
    "total": ("总分", "count"),
    "points": ("各维度得分", ""),
    "self_care": ("自理能力", "count"),
    "movement": ("基础运动能力", "count"),
    "mind": ("精神状态", "count"),
    "society": ("感知觉与社会参与", "count"),
    "first_resident": ("收住首位老人", ""),
    "file_by": ("备案期限", ""),
    "last_contacts": ("上次联系", ""),
    "phone": ("通话", ""),
    "visit": ("上门", ""),
    "phone_due": ("下次通话", ""),
    "visit_due": ("下次上门", ""),
}


@cache
def seed_parameters() -> Parameters:
    """The national and provincial values that come with the domain."""
    return Parameters.from_yaml(*sorted((_DOMAIN / "parameters").glob("*.yaml")))


def cases() -> list[Case]:
    """Every worked case of the domain."""
    return load(*sorted(CASES.glob("*.yaml")))


def answers(case: Case, base: Parameters, calendar: Calendar) -> dict[str, Any]:
    """What the rules say of a case, under the names that ``expect:`` uses."""
    parameters = case.over(base)
    found: dict[str, Any] = {}
    for run in evaluations(case, base):
        found |= {rule.name: _plain(run, rule) for rule in run.household.rules.values()}
    if opened := case.events.get("first_resident"):
        found["file_by"] = dates.filing_due(opened, parameters, calendar, path=case.place).on
    if last := case.events.get("last_contacts"):
        found |= {
            f"{kind}_due": day
            for kind, day in dates.next_contacts(found["risk"], parameters, path=case.place, **last).items()
        }
    return found


def evaluations(case: Case, base: Parameters) -> list[Evaluation]:
    """What a case is about, ready to be asked: an assessment, an institution, a district, a fund."""
    given = _sheet(case) | dict(case.household)
    if not given:
        return []
    entity = next(one for one in ENTITIES if given.keys() <= one.facts.keys())
    exact = {name: _exact(entity, name, value) for name, value in given.items()}
    facts = filled(Facts(exact), entity)
    return [Evaluation(entity, facts, case.over(base), path=case.place, on=case.day)]


def _sheet(case: Case) -> dict[str, int]:
    """An assessment given by its points only: spread over the items in their order."""
    sheet: dict[str, int] = {}
    if "total" in case.events:
        sheet |= ability.spread(case.events["total"], *ability.DIMENSIONS)
    for dimension, points in case.events.get("points", {}).items():
        sheet |= ability.spread(points, dimension)
    return sheet


def _exact(entity: Entity, name: str, value: Any) -> Any:
    return Fraction(value) if entity.facts[name].kind is Kind.RATIO and isinstance(value, str) else value


def _plain(run: Evaluation, rule: Any) -> Any:
    answer = run.answer(rule)
    return "unknown" if isinstance(answer, Unknown) else to_json(answer)

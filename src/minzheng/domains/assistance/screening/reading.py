"""Plain answers read as facts of the law.

What was asked and left open is unknown.  What was not asked is taken as an empty line of the application form
would be, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from minzheng.kernel.law.facts import BLANK, Facts

from .. import rules
from .questions import RELATIONS

__all__ = ["ASSUMED", "facts_of"]

ASSUMED = "没有问到，按一般情形估算"
SIX_MONTHS, GROWN = 6, 40
_EMERGENCIES = frozenset({"fire", "traffic", "illness", "drowning", "crime"})
_EXPENSES = frozenset({"medical", "education"})
_ACTS = ("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe")
_CAPACITY = {"job": "full", "farm": "full", "idle": "full"}
_LINES = {"job": "wage", "farm": "business"}
Row = dict[str, Any]


def facts_of(answers: Mapping[str, Any], on: date) -> Facts:
    """The household and everyone in it; who owes support and lives elsewhere comes last."""
    parents = _parents(answers, on)
    persons = [_person(row, parents, on) for row in answers["people"]]
    names = [f"{RELATIONS[row['relation']]}（{row['age']}岁）" for row in answers["people"]]
    for one in _supporters(answers, on):
        persons.append(one)
        names.append("不住在一起的亲人")
    filled = rules.from_form(Facts(_household(answers), persons))
    sources = {key: ASSUMED if said == BLANK else said for key, said in filled.sources.items()}
    return Facts(filled.household, filled.persons, sources, _apart(names))


def _apart(names: list[str]) -> list[str]:
    """Two children of one age are told apart by their place in the list."""
    return [f"{name}·第{at}行" if names.count(name) > 1 else name for at, name in enumerate(names, 1)]


def _household(answers: Mapping[str, Any]) -> Row:
    cause = answers.get("misfortune")
    kind = "none" if cause == "none" else None
    kind = "emergency" if cause in _EMERGENCIES else "expenditure" if cause in _EXPENSES else kind
    return {
        "class_ur": answers["class_ur"], "deposits": answers.get("deposits"), "houses": answers.get("houses"),
        "vehicles": answers.get("vehicles"), "rigid_spending": answers.get("spending"),
        "temp_type": kind, "temp_cause": cause, "temp_tier": None, "temp_need": None,
    }  # fmt: skip


def _person(row: Mapping[str, Any], parents: Mapping[str, Any], on: date) -> Row:
    income, doing, care = row.get("income"), row["doing"], row.get("care")
    able = True if care == "able" else None
    person: Row = {
        "relation": "other" if row["relation"] == "ward" else row["relation"], "birth": _born(row["age"], on),
        "work_capacity": _CAPACITY.get(doing, "none"), "student": doing == "study", "employed": doing == "job",
        _LINES.get(doing, "transfer"): None if income is None else 12 * income,
        "illness": row.get("illness"), **_disability(row), **dict.fromkeys(_ACTS, able),
        "ability_level": 0 if care == "able" else None,
    }  # fmt: skip
    # A child of the applicant lives with a parent; whoever asks for themselves may be such a child.
    return person if row["relation"] in ("child", "spouse", "parent") else person | parents


def _born(age: int, on: date) -> date:
    """On the first day of the year: of that age today, and on the first of this month."""
    return date(on.year - age, 1, 1)


def _disability(row: Mapping[str, Any]) -> Row:
    grade, kind = row.get("grade"), row.get("kind")
    if grade == "0":
        return {"disability_grade": 0, "disability_category": 0}
    return {
        "disability_grade": None if grade is None else int(grade),
        "disability_category": None if kind is None else int(kind),
    }


def _parents(answers: Mapping[str, Any], on: date) -> Row:
    """The situation of the parents of a child that is kept by others."""
    alone = answers.get("alone")
    if alone is False:
        return {}
    row: Row = {}
    for which in ("father", "mother"):
        state = answers.get(which) if alone else None
        row[f"{which}_state"] = state
        if state == "prison":
            row[f"{which}_term"] = SIX_MONTHS
        if state == "out_of_contact":
            row[f"{which}_since"] = _months_before(on, SIX_MONTHS)
    return row


def _months_before(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _supporters(answers: Mapping[str, Any], on: date) -> Iterator[Row]:
    """One row for whoever lives elsewhere; nobody knows about them unless they are said to be none."""
    said = answers.get("supporters")
    if said == "none":
        return
    income, members = answers.get("supporter_income"), answers.get("supporter_members")
    yearly = None if income is None else 12 * income
    able = said == "able"
    known = able or said == "weak"
    yield {
        "relation": "supporter", "birth": _born(GROWN, on) if able else None, "supporter_kind": None,
        "supporter_consents": True if known else None, "supporter_income": yearly, "supporter_members": members,
        "supporter_own_income": None, "own_property_within": None, "lives_together": False,
        "receives": "none" if able else None, "disability_grade": 0 if able else None,
        "disability_category": 0 if able else None, "illness": "none" if able else None,
        "absence": "none" if able else None, "civil_capacity": "full" if able else None,
        **dict.fromkeys(_ACTS),
    }  # fmt: skip

"""The facts of a tekun case: the family's, the supporters who live apart, and the six everyday acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from minzheng.kernel import law
from minzheng.kernel.casework.models import Case, Task

from .. import rules
from .cases import facts_of_case, recognised

__all__ = ["facts_of_tekun", "facts_of_tekun_review"]

_KEPT = ("contract_land", "resettled")
_OF_APPLICANT = ("support_form", "schooling", "chose_child_scheme")
_ACTS = ("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe")
# Article 8 in the words of the rules; the grade named is the mildest of its class.
_STATES: dict[str, dict[str, Any]] = {
    "none": {}, "tekun": {"receives": "tekun"}, "dibao": {"receives": "dibao"},
    "severe": {"disability_category": 4, "disability_grade": 2},
    "mind": {"disability_category": 5, "disability_grade": 3},
    "incapable": {"civil_capacity": "none"}, "missing": {"absence": "missing"}, "prison": {"absence": "prison"},
}  # fmt: skip


def facts_of_tekun(case: Case) -> law.Facts:
    """As for dibao; then who is bound by law to support the applicant, and what the applicant can do alone."""
    known = recognised(case, facts_of_case(case))
    household = {
        **known.household,
        **{code: case.form[code] for code in _KEPT if case.form.get(code) is not None},
    }
    persons, sources = [dict(row) for row in known.persons], dict(known.sources)
    _assessed(case, persons, sources)
    supporters = case.form.get("supporters") or []
    persons += [_supporter(row) for row in supporters]
    names = (*known.names, *(row["name"] for row in supporters))
    return rules.from_form(law.Facts(household=household, persons=persons, sources=sources, names=names))


def facts_of_tekun_review(case: Case) -> law.Facts:
    """The same; whoever asks in writing to end the support says so (art. 24)."""
    facts = facts_of_tekun(case)
    gives_up = case.form.get("why") == "voluntary"
    return replace(facts, household={**facts.household, rules.GIVES_UP: True}) if gives_up else facts


def _assessed(case: Case, persons: list[dict[str, Any]], sources: dict[str, str]) -> None:
    """The six items as they were last seen (arts. 20 to 22)."""
    done = case.tasks.filter(step="investigate", state__in=[Task.State.DONE, Task.State.CARRIED])
    seen = next((one for one in done.order_by("-round") if "can_eat" in one.evidence), None)
    at = next((at for at, row in enumerate(persons) if row["relation"] == "self"), None)
    if at is None:
        return
    persons[at] |= {code: case.form[code] for code in _OF_APPLICANT if case.form.get(code) is not None}
    if seen is not None:
        persons[at] |= {code: seen.evidence[code] for code in _ACTS if code in seen.evidence}
        said = f"{seen.evidence['visited_on']} 生活自理能力评估"
        sources |= {f"persons.{at}.{code}": said for code in _ACTS}


def _supporter(row: dict[str, Any]) -> dict[str, Any]:
    """One who owes support and lives apart; never a member of the household."""
    return {
        "relation": "supporter", "supporter_kind": row["kind"], "birth": date.fromisoformat(row["birth"]),
        "supporter_members": 1, "supporter_own_income": row["own_income"], "supporter_income": row["own_income"],
        "own_property_within": row["modest"], **_STATES[row["state"]],
    }  # fmt: skip

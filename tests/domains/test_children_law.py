"""The law of children: adoption condition by condition, and the clocks of the office."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from minzheng.domains.children import rules
from minzheng.domains.children.rules import casebook
from minzheng.kernel.clock import SHANGHAI, seed
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.findings import Finding

VALUES = rules.seed_parameters()
PATH = "22/2201/220102/"
DAY = date(2026, 3, 2)
PLAIN: dict[str, Any] = {
    "child_birth": date(2019, 5, 6), "child_sex": "female", "ground": "difficulty", "giver": "both_parents",
    "voluntary": True, "adopter_birth": date(1985, 2, 3), "adopter_sex": "male", "married": True,
    "spouse_birth": date(1986, 7, 8), "children": 0, "able": True, "healthy": True, "clean_record": True,
}  # fmt: skip


def findings(**changes: Any) -> dict[str, Finding]:
    facts = filled(Facts(PLAIN | changes), rules.adoption)
    found = rules.adoption_findings(facts, VALUES, path=PATH, on=DAY)
    return {one.rule.removeprefix("adoption."): one for one in found}


@pytest.mark.parametrize("case", casebook.cases(), ids=lambda case: case.id)
def test_the_worked_cases_come_out_as_the_handbook_says(case: Case) -> None:
    assert differences(case, casebook.answers(case, VALUES, seed.calendar())) == []


def test_every_worked_case_of_the_domain_is_there() -> None:
    ids = {case.id.rstrip("abcdefghi") for case in casebook.cases()}
    assert ids == {f"T-CH-{number}" for number in range(10, 16)}


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"child_birth": date(2008, 3, 2), "child_agrees": True}, "child_minor"),
        ({"ground": "none"}, "child_qualifies"),
        ({"giver": "one_parent"}, "giver_qualifies"),
        ({"giver": "institution"}, "giver_qualifies"),
        ({"able": False}, "adopter_fit"),
        ({"healthy": False}, "adopter_fit"),
        ({"clean_record": False}, "adopter_fit"),
        ({"jointly": False}, "couple_together"),
        ({"voluntary": False}, "agreed"),
        ({"spouse_birth": date(1996, 3, 3)}, "old_enough"),
    ],
)
def test_one_breach_fails_its_own_condition_and_the_whole(changes: dict[str, Any], failed: str) -> None:
    found = findings(**changes)
    breached = [name for name, one in found.items() if one.outcome == "not_met"]
    assert breached == [failed, "may_adopt"]
    assert found[failed].article is not None


@pytest.mark.parametrize(
    "gone", [{"other_parent_gone": True}, {"parent_dead": True, "grandparents_waive": True}]
)
def test_one_parent_gives_alone_where_the_other_is_gone(gone: dict[str, Any]) -> None:
    assert findings(giver="one_parent", **gone)["may_adopt"].met


def test_kin_need_no_special_ground_and_overseas_kin_no_limit_of_children() -> None:
    assert findings(kinship="collateral", ground="none")["may_adopt"].met
    assert not findings(kinship="collateral", ground="none", children=2)["may_adopt"].met
    assert findings(kinship="overseas", ground="none", children=2)["may_adopt"].met


def test_nothing_known_is_unknown_and_says_what_to_bring() -> None:
    found = rules.adoption_findings(Facts(), VALUES, path=PATH, on=DAY)
    assert {one.outcome for one in found} == {"unknown"}
    assert all(one.missing and one.missing[0].supplied_by for one in found)


def test_a_yellow_case_has_no_visit_within_hours() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    due = rules.case_clock(at, "yellow", VALUES, seed.calendar(), path=PATH)
    assert due == {"dispatch": date(2026, 3, 3), "report": date(2026, 3, 9)}

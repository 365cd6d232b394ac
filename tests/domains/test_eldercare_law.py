"""The law of elder care: the handbook's worked cases, and that a sheet of points is read to the last item."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minzheng.domains.eldercare import rules
from minzheng.domains.eldercare.rules import ability, casebook, institutions
from minzheng.kernel.clock import seed
from minzheng.kernel.law import explaining
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation

VALUES = rules.seed_parameters()
PATH = "22/2201/220102/"
DAY = date(2026, 3, 2)
ITEMS = [item for items in ability.DIMENSIONS.values() for item in items]


def ask(entity: Entity, rule: Rule, on: date = DAY, **facts: Any) -> Any:
    return Evaluation(entity, filled(Facts(facts), entity), VALUES, path=PATH, on=on).answer(rule)


@pytest.mark.parametrize("case", casebook.cases(), ids=lambda case: case.id)
def test_the_worked_cases_come_out_as_the_handbook_says(case: Case) -> None:
    assert differences(case, casebook.answers(case, VALUES, seed.calendar())) == []


def test_every_worked_case_of_elder_care_is_there() -> None:
    ids = {case.id.rstrip("abcdefghi") for case in casebook.cases() if case.id.startswith("T-EC")}
    assert ids == {f"T-EC-{number:02d}" for number in (*range(1, 11), *range(13, 19))}


def test_twenty_six_items_make_ninety_points() -> None:
    assert len(ITEMS) == 26
    sums = [sum(most for _, _, most in items) for items in ability.DIMENSIONS.values()]
    assert sums == [32, 15, 28, 15]


@given(points=st.integers(0, 90), more=st.integers(0, 90))
def test_more_points_never_give_a_worse_level(points: int, more: int) -> None:
    low, high = sorted((points, more))
    levels = [
        ask(ability.assessment, ability.level, **ability.spread(one, *ability.DIMENSIONS))
        for one in (low, high)
    ]
    assert 0 <= levels[1] <= levels[0] <= 4


@pytest.mark.parametrize(("name", "title", "most"), ITEMS, ids=[name for name, _, _ in ITEMS])
def test_an_item_above_its_own_maximum_is_named(name: str, title: str, most: int) -> None:
    sheet = ability.spread(90, *ability.DIMENSIONS) | {name: most + 1}
    run = Evaluation(ability.assessment, filled(Facts(sheet), ability.assessment), VALUES, path=PATH, on=DAY)
    found = explaining.finding(ability.items_within, run)
    assert not found.met
    assert found.because == f"{title} {most + 1}，超过 {most}"


@given(built=st.integers(1, 500), care=st.integers(0, 500))
def test_what_is_said_to_be_missing_is_exactly_enough(built: int, care: int) -> None:
    care = min(care, built)
    on = date(2026, 1, 1)
    convert, add = (
        int(ask(institutions.beds, one, on=on, built=built, care_type=care))
        for one in (institutions.convert_needed, institutions.add_needed)
    )

    def met(more_built: int, more_care: int) -> bool:
        facts = {"built": built + more_built, "care_type": care + more_care}
        return bool(ask(institutions.beds, institutions.share_met, on=on, **facts))

    assert met(0, convert)
    assert met(add, add)
    assert convert == 0 or not met(0, convert - 1)
    assert add == 0 or not met(add - 1, add - 1)

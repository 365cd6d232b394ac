"""Measures of all divisions and months at once: what a hand counts, through changes of divisions, frozen for good."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import system, verb
from minzheng.kernel.errors import Mistake, NotAllowed, Refused
from minzheng.kernel.indicators import computing, figures, freezing, packing
from minzheng.kernel.indicators.counting import Window
from minzheng.kernel.indicators.freezing import Given
from minzheng.kernel.indicators.ground import ground
from minzheng.kernel.indicators.models import Computation, Frozen, FrozenSeries, Series
from minzheng.kernel.indicators.reading import Registers, placed, tallies_of
from tests.factories.cast import cast, staff
from tests.factories.people import household, person
from tests.factories.places import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
JUNE = clock.Month(2023, 6)
BY = system("test")

ALL = declare.Tally("assistance.Standing", "全部", since="valid_from", until="ended_on")
DIBAO = declare.Tally(
    "assistance.Standing", "低保", where={"low_income_class": "L2"}, since="valid_from", until="ended_on"
)
MONEY = declare.Tally("assistance.Standing", "金额", on="valid_from", over="plan", amount="amount")
IN_YEAR = declare.Tally(
    "assistance.Standing", "年内", on="valid_from", over="year", where={"state": "!ended"}
)
VILLAGES = declare.Units(declare.VILLAGE, "村（居）")
MEASURES = {
    "t.share": declare.Indicator("share", "低保占比", "%", DIBAO, ALL),
    "t.stock": declare.Indicator("stock", "存量", "户", ALL),
    "t.money": declare.Indicator("money", "累计", "元", MONEY),
    "t.year": declare.Indicator("year", "年内", "户", IN_YEAR),
    "t.each": declare.Indicator(
        "each", "村村有", "%", declare.PerUnit(VILLAGES, DIBAO, "有的村", 2), VILLAGES
    ),
}


def _standing(path: str, since: date, until: date | None = None, low: str = "L2", amount: int = 100) -> None:
    head = person(path=path)
    Standing.objects.create(
        household=household(head, path=path), applicant=head, path=path, low_income_class=low, class_ur="rural",
        decision_number="t", members=1, valid_from=since, review_due=date(2030, 1, 1), ended_on=until, amount=amount,
        state="ended" if until else "current", end_reason="x" if until else "",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _rows() -> None:
    village, other, mei = place("220122101210"), place("220183103201"), place("220581100201")
    _standing(village, date(2015, 3, 1))
    _standing(village, date(2022, 2, 28), date(2023, 6, 30))
    _standing(village, date(2023, 5, 31), low="L3")
    _standing(other, date(2021, 1, 1), date(2021, 1, 20))
    _standing(other, date(2023, 1, 1), amount=5_000_000_000)
    _standing(mei, date(2022, 12, 31))
    # Kept under the path that 公主岭 had before it came to 长春, and under one that no day ever knew.
    _standing("22/2203/220184/", date(2019, 1, 1))
    _standing("22/2299/", date(2020, 1, 1))


@verb("test.compute")
def _computed(*, on: date = JUNE.last, by: object) -> Computation:
    return computing.compute_all(MEASURES, Window(computing.PLAN_BEGINS, 36), on=on, by=BY)


def _before_the_change() -> None:
    """公主岭 as it stood in 四平 until June 2020, beside what it is now."""
    place("220184")
    Division.objects.create(
        uid="220184", valid_from=date(2014, 5, 1), valid_until=date(2020, 6, 19), name="公主岭市", level=3,
        path="22/2203/220184/", pinyin="x", initials="x", source="x", code="220381000000",
    )  # fmt: skip


def test_every_cell_is_what_a_hand_counts_and_the_province_is_the_sum_of_its_counties() -> None:
    _before_the_change()
    shown = figures.Shown(_computed(by=BY))
    paths = list(Division.objects.filter(valid_until=None, level__lte=4).values_list("path", flat=True))
    for month in (
        clock.Month(2021, 1),
        clock.Month(2022, 2),
        clock.Month(2023, 5),
        JUNE,
        clock.Month(2023, 12),
    ):
        found = figures.month_of(shown, month, BY, paths=paths)
        for code, tally in (("t.stock", ALL), ("t.money", MONEY), ("t.year", IN_YEAR)):
            for path in ("22/2201/220122/", "22/2201/220183/", "22/220581/"):
                by_hand = figures.behind_tally(tally, month, path=path)
                assert getattr(found.get((code, path)), "numerator", 0) == by_hand, (code, path, month)
        counties = [
            one for (code, path), one in found.items() if code == "t.share" and level_of(path) is Level.COUNTY
        ]
        whole = found["t.share", "22/"]
        assert whole.numerator == sum(one.numerator for one in counties)
        assert whole.denominator == sum(one.denominator or 0 for one in counties)
    june = figures.month_of(shown, JUNE, BY, paths=["22/", "22/2201/", "22/2203/", "22/2201/220122/"])
    assert june["t.share", "22/2201/220122/"].value == Fraction(1, 2), (
        "what ended on the last day is not counted"
    )
    assert june["t.stock", "22/2201/"].numerator == 4, "公主岭 counts for 长春, whose part it is on the day"
    assert ("t.stock", "22/2203/") not in june
    assert june["t.money", "22/"].numerator == 5_000_000_000 + 400
    assert shown.of.unplaced == {"t.each": 1, "t.money": 100, "t.share": 2, "t.stock": 1, "t.year": 1}


def test_a_register_is_read_once_and_never_over_rows_that_point_at_it(
    django_assert_num_queries: Any,
) -> None:
    land = ground(JUNE.last)
    with placed(land):
        registers = Registers(MEASURES, JUNE, land)
        with django_assert_num_queries(1):
            rows = [registers.rows(tally) for one in MEASURES.values() for tally in tallies_of(one)]
        assert [len(one.places) for one in rows] == [7, 8, 8, 8, 6, 7]
        assert not registers.read
        twice = declare.Tally("people.Household", "成员", where={"memberships__role": "F"})
        asked = Registers({"t.twice": declare.Indicator("twice", "成员", "人", twice)}, JUNE, land)
        with pytest.raises(Mistake, match="many rows"):
            asked.rows(twice)


def test_the_months_of_a_place_take_as_few_bytes_as_they_need() -> None:
    largest = [127, 128, 2**15 - 1, 2**15, 2**31 - 1, 2**31, -(2**31)]
    widths = packing.widths_of(np.array([[0, one] for one in largest]), None)
    assert list(widths) == [1, 2, 2, 4, 4, 8, 8]


def test_history_follows_the_divisions_of_the_day_and_nothing_to_divide_by_is_no_value() -> None:
    _before_the_change()
    before = figures.Shown(_computed(on=date(2020, 6, 1), by=BY))
    found = figures.month_of(before, clock.Month(2021, 1), BY, paths=["22/2203/220184/", "22/2201/220184/"])
    assert {path for _, path in found} <= {"22/2203/220184/"}
    after = figures.Shown(_computed(by=BY))
    each = figures.month_of(after, JUNE, BY, paths=["22/2201/220122/220122101/220122101210/", "22/"])
    assert each["t.each", "22/"].numerator == 0, "two are needed, one of them has ended"
    may = figures.month_of(after, clock.Month(2023, 5), BY, paths=["22/"])
    assert may["t.each", "22/"].numerator == 1
    assert figures.Figure(0, 0).value is None
    assert len(figures.months_of(after, "t.share", "22/", BY)) == 36


def test_everyone_sees_their_own_place_and_the_rows_behind_a_number() -> None:
    who = cast()
    shown = figures.Shown(_computed(by=BY))
    every = ["22/", who.seat.county, "22/2201/220183/"]
    own = figures.month_of(shown, JUNE, who.county_approver, paths=every)
    assert {path for _, path in own} == {who.seat.county}
    code = "assistance.leads_followed"
    tally, rows = figures.behind(code, JUNE, who.county_approver, path="22/", below=True)
    assert (tally.label, rows.count()) == ("发现的困难线索", 0)
    with pytest.raises(NotAllowed):
        computing.compute(by=who.county_approver)
    province = staff("planner", at="22/", domain="planning")
    with clock.frozen(date(2023, 7, 3)):
        with pytest.raises(Refused, match="尚未开始"):
            computing.compute(until=clock.Month(2023, 8), by=province)
        first = computing.compute(by=province)
        second = computing.compute(by=province)
    assert list(Computation.objects.filter(finished_at__isnull=False).order_by("id"))[-1] == second
    assert not Series.objects.filter(computation_id=first.pk).exists()
    assert figures.latest() == figures.Shown(second)


def test_a_frozen_snapshot_cannot_be_changed_and_its_hash_tells() -> None:
    province = staff("planner", at="22/", domain="planning")
    given = [Given("jilin_14.T082", "22/", [None] * 29 + [860], [None] * 29 + [1000])]
    with clock.frozen(date(2023, 7, 10)):
        with pytest.raises(Refused, match="月末"):
            freezing.freeze(label="错", as_of=date(2023, 6, 29), by=province)
        made = freezing.freeze(label="中期", as_of=JUNE.last, given=given, by=province)
        again = freezing.freeze(label="中期", as_of=JUNE.last, given=given, by=province)
    assert made.sha == again.sha == freezing.digest(made)
    found = figures.month_of(figures.Shown(made), JUNE, province, paths=["22/"])
    assert found["jilin_14.T082", "22/"] == figures.Figure(860, 1000, given=True)
    assert (
        figures.month_of(
            figures.Shown(made), clock.Month(2023, 5), province, paths=["22/"], indicators=["jilin_14.T082"]
        )
        == {}
    )
    row = made.series.first()
    for deed in (
        lambda: FrozenSeries.objects.filter(pk=row.pk).update(numerators=b""),
        lambda: FrozenSeries.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: FrozenSeries.objects.create(frozen=made, path="22/", indicator="x", width=8, source="given"),
        lambda: Frozen.objects.filter(pk=made.pk).update(sha="0"),
        lambda: Frozen.objects.filter(pk=made.pk)._raw_delete("default"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()

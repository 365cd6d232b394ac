"""What the board shows is what a slow count by hand comes to, and the province is the sum of its counties."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.areas.paths import township_of
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.indicators import computing, figures, queries
from minzheng.kernel.indicators.actions import count_month, never_counted
from minzheng.kernel.indicators.models import Snapshot
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.standing import standings
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.cast import cast
from tests.factories.people import household, person
from tests.factories.places import place
from tests.factories.standings import rural_watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
MAY = clock.Month(2026, 5)


def _standing(
    uid: str, *, low: str = "L2", members: int = 1, since: date = date(2026, 1, 1), **more: object
) -> None:
    path = place(uid)
    head = person(path=path)
    Standing.objects.create(
        household=household(head, path=path), applicant=head, path=path, low_income_class=low, class_ur="rural",
        decision_number="演示", members=members, valid_from=since, review_due=date(2027, 1, 1), **more,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _province() -> None:
    _standing("220122101210", members=3)
    _standing("220122101201", members=2)
    _standing("220183103201")
    _standing("220581100201", members=4)
    _standing("220122101210", low="L3")
    _standing("220183103201", since=date(2026, 6, 1))
    _standing("220183103201", state="ended", ended_on=date(2026, 5, 10), end_reason="收入超过标准")
    _standing("220122101210", state="leaving", ended_on=date(2026, 10, 1), members=5, end_reason="渐退")


def test_the_board_counts_what_a_hand_counts() -> None:
    with clock.frozen(date(2026, 5, 31)):
        count_month(MAY, by=system("test"))
    by_hand: Counter[str] = Counter()
    for one in Standing.objects.filter(low_income_class="L2"):
        if one.valid_from <= MAY.last and (one.ended_on is None or one.ended_on > MAY.last):
            by_hand[township_of(one.path)] += one.members
    counted = Snapshot.objects.filter(indicator="assistance.dibao_persons", month=MAY.first)
    assert dict(counted.values_list("path", "numerator")) == dict(by_hand) == {
        "22/2201/220122/220122101/": 10, "22/2201/220183/220183103/": 1, "22/220581/220581100/": 4,
    }  # fmt: skip


def test_the_province_is_the_sum_of_its_counties_and_each_sees_its_own() -> None:
    who = cast()
    with clock.frozen(date(2026, 5, 31)):
        count_month(MAY, by=system("test"))
    code = "assistance.dibao_households"
    province = queries.total(code, MAY, who.provincial_officer)
    assert (
        province.numerator
        == sum(m.numerator for m in queries.by_county(code, MAY, who.provincial_officer))
        == 5
    )
    city = queries.total(code, MAY, who.sampler)
    assert city.numerator == 4, "梅河口 is the province's, not 通化's and not 长春's"
    assert [m.path for m in queries.by_county(code, MAY, who.county_approver)] == [who.seat.county]


def test_a_closed_month_stands_and_a_month_to_come_is_not_counted() -> None:
    who = cast()
    with clock.frozen(date(2026, 7, 1)):
        # By the platform once, where nobody ever counted it; by an office never.
        assert MAY in never_counted()
        count_month(MAY, by=system("test"))
        assert MAY not in never_counted()
        with pytest.raises(Refused, match="封存"):
            count_month(MAY, by=system("test"))
        with pytest.raises(Refused, match="尚未开始"):
            count_month(clock.Month(2026, 8), by=system("test"))
        with pytest.raises(NotAllowed):
            count_month(clock.Month(2026, 7), by=who.resident)


def test_a_share_is_cut_not_rounded_up_to_its_target() -> None:
    assert queries.Measured("", 5496, 10000).percent == "54.9%"
    assert queries.Measured("", 1, 0).percent == "—"


def test_a_standard_is_weighed_by_how_many_are_kept_under_it() -> None:
    """The plan's B010 and what stands beside B016: 11 people at 4,372 yuan a year, 4 whose county raised it."""
    ParameterRow.objects.create(
        key="dibao.standard.rural", path="22/220581/", from_on=date(2026, 3, 1), value="460000", unit="fen_per_year",
        source="县文件", confidence="law",
    )  # fmt: skip
    kept = Standing.objects.get(members=4)
    rural_watch(path=kept.path, household=kept.household, from_on=date(2026, 4, 20))
    with clock.frozen(date(2026, 5, 31)):
        computing.compute(by=system("test"))
        at = {month: _stand(month) for month in (clock.Month(2026, 2), MAY)}
    assert at[clock.Month(2026, 2)] == 4372
    assert at[MAY] == Fraction(11 * 437200 + 4 * 460000, 15 * 100)
    shown = figures.latest()
    assert shown is not None
    beside = figures.months_of(shown, "assistance.watched_on_dibao", "22/", system("test"))
    assert [beside[month].numerator for month in (clock.Month(2026, 3), MAY)] == [0, 1]


def _stand(month: clock.Month) -> Fraction | None:
    found = standings(only_plan(), system("test"), paths=["22/"], on=month.last, only="B010")
    return found["B010", "22/"].value

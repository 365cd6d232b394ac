"""Published values: a year of holidays replaces its year, a standard ends the one before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import seed
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.standards import queries
from minzheng.kernel.standards.actions import publish_calendar_year, set_parameter, take_back_parameter
from minzheng.kernel.standards.models import CalendarDay, ParameterRow
from tests.factories import NONGAN, place, staff

pytestmark = pytest.mark.django_db
BY = system("test")


def of_year(year: int) -> list[clock.CalendarRow]:
    return [row for row in seed.rows() if row["year"] == year]


def set_standard(from_on: date, value: str = "60000", **given: Any) -> ParameterRow:
    facts: dict[str, Any] = {
        "parameter": "assistance.dibao.standard.rural",
        "path": NONGAN.county,
        "unit": "fen_per_month",
        "source": "测试文件〔2022〕1号",
        "confidence": "plan",
        "by": BY,
    }
    return set_parameter(from_on=from_on, value=value, **facts | given)


def test_a_published_year_is_the_calendar_of_the_office() -> None:
    publish_calendar_year(rows=of_year(2022), by=BY)
    calendar = queries.calendar()
    assert calendar.years == {2022}
    assert calendar.add_working(date(2022, 1, 20), 20).on == date(2022, 2, 22)
    publish_calendar_year(rows=of_year(2023), by=BY)
    assert queries.calendar().years == {2022, 2023}


def test_a_corrected_notice_replaces_its_year_and_no_other() -> None:
    publish_calendar_year(rows=of_year(2022), by=BY)
    publish_calendar_year(rows=of_year(2023), by=BY)
    kept = CalendarDay.objects.filter(year=2023).count()
    publish_calendar_year(rows=of_year(2022)[:3], by=BY)
    assert CalendarDay.objects.filter(year=2022).count() == 3
    assert CalendarDay.objects.filter(year=2023).count() == kept
    assert queries.calendar().is_working(date(2022, 10, 3))
    assert Entry.objects.filter(verb="standards.publish_calendar_year").count() == 3


def test_a_notice_that_contradicts_itself_or_another_year_is_refused() -> None:
    publish_calendar_year(rows=of_year(2022), by=BY)
    row: clock.CalendarRow = {"day": date(2022, 10, 1), "kind": "work", "year": 2023, "source": "通知"}
    for rows in (
        of_year(2022) + of_year(2023),
        [row],
        [*of_year(2023), row | {"day": date(2024, 1, 1)}],
        [of_year(2023)[0], of_year(2023)[0]],
        [of_year(2023)[0], of_year(2023)[0] | {"kind": "work"}],
        [],
    ):
        with pytest.raises(Refused):
            publish_calendar_year(rows=rows, by=BY)  # type: ignore[arg-type]
    assert queries.calendar().years == {2022}


def test_a_new_standard_ends_the_one_before_it_on_its_first_day() -> None:
    first = set_standard(date(2022, 1, 1), "50000")
    second = set_standard(date(2023, 1, 1), "55000")
    first.refresh_from_db()
    assert (first.until_on, second.until_on) == (date(2023, 1, 1), None)
    assert [v.until for v in queries.local_parameters()] == [date(2023, 1, 1), None]
    entry = Entry.objects.latest("id")
    assert entry.before == {"value": "50000", "from": "2022-01-01"}
    assert entry.path == NONGAN.county


def test_overlapping_values_are_refused() -> None:
    set_standard(date(2022, 1, 1))
    set_standard(date(2023, 1, 1))
    for day in (date(2022, 1, 1), date(2022, 6, 1), date(2023, 1, 1), date(2021, 1, 1)):
        with pytest.raises(Refused, match="重叠"):
            set_standard(day)
    set_standard(date(2021, 1, 1), until_on=date(2022, 1, 1))
    assert ParameterRow.objects.count() == 3


def test_another_place_or_parameter_does_not_overlap() -> None:
    set_standard(date(2022, 1, 1))
    set_standard(date(2022, 1, 1), path="22/")
    set_standard(date(2022, 1, 1), parameter="assistance.dibao.standard.urban")
    assert ParameterRow.objects.filter(until_on=None).count() == 3


def test_a_value_the_law_could_not_read_is_refused() -> None:
    for wrong in ({"source": " "}, {"path": "220122"}, {"until_on": date(2021, 1, 1)}):
        with pytest.raises(Refused):
            set_standard(date(2022, 1, 1), **wrong)
    with pytest.raises(Refused):
        set_standard(date(2022, 1, 1), "很多")
    assert not ParameterRow.objects.exists()


@verb("test.release")
def as_part_of_a_release(*, by: Actor) -> ParameterRow:
    return set_standard(date(2022, 1, 1), by=by)


def test_a_county_sets_its_own_standard_and_not_the_next_ones() -> None:
    place("220122")
    assert as_part_of_a_release(by=staff("county_approver", at=NONGAN.county)).path == NONGAN.county
    with pytest.raises(NotAllowed):
        as_part_of_a_release(by=staff("county_approver", at=place("220183")))


def test_no_officer_sets_or_takes_back_a_standard_beside_the_gate() -> None:
    officer = staff("county_approver", at=NONGAN.county)
    for by in (officer, staff("provincial_officer", at="22/")):
        with pytest.raises(NotAllowed) as error:
            set_standard(date(2022, 1, 1), by=by)
        assert error.value.code == "only_by_release"
    row = set_standard(date(2022, 1, 1))
    with pytest.raises(NotAllowed):
        take_back_parameter(row=row, reason="写错了", by=officer)
    assert ParameterRow.objects.get() == row


@pytest.mark.django_db
def test_a_changed_row_is_seen_at_once_and_one_request_sees_one_state() -> None:
    row = ParameterRow.objects.create(
        key="dibao.decided_by", path="22/2201/", from_on=date(2021, 7, 1), value="county", unit="code",
        source="委托书", confidence="assumption",
    )  # fmt: skip

    def value() -> object:
        return next(one.value for one in queries.local_parameters() if one.key == "dibao.decided_by")

    assert value() == "county"
    ParameterRow.objects.filter(pk=row.pk).update(value="township")
    assert value() == "township"
    with queries.one_reading():
        assert value() == "township"
        ParameterRow.objects.filter(pk=row.pk).update(value="county")
        assert value() == "township"
    assert value() == "county"


@pytest.mark.django_db
def test_a_verb_asks_once_for_the_state_it_is_decided_by(
    django_assert_max_num_queries: Any, office_calendar: None
) -> None:
    @verb("t.look", label="试")
    def look(*, by: Actor) -> object:
        for _ in range(5):
            queries.local_parameters()
            queries.calendar()
        return None

    queries.calendar()
    queries.local_parameters()
    with django_assert_max_num_queries(9) as asked:
        look(by=system("test"))
    assert sum("standards_stamp" in one["sql"] for one in asked.captured_queries) == 1

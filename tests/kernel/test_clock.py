"""Time as the office counts it: the handbook's vectors, and the corners around them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from importlib.resources import files
from typing import Any

import pytest
import yaml

from minzheng.kernel import clock
from minzheng.kernel.clock import Days, Light, Month, Months, Roll, Suspension, WorkingDays, seed
from minzheng.kernel.errors import Mistake, Refused

CALENDAR = seed.calendar()
CLOSING = time(17, 0)


def cases(name: str) -> list[Any]:
    """The worked cases of one page, each named for the test report."""
    text = files("minzheng.kernel.clock").joinpath(f"cases/{name}.yaml").read_text(encoding="utf-8")
    return [pytest.param(case, id=str(case.get("case") or case["year"])) for case in yaml.safe_load(text)]


def days_of(case: dict[str, Any]) -> tuple[set[date], set[date]]:
    """The days off and the make-up working days a printed year names."""
    year = case["year"]
    off: set[date] = set()
    for span in case["days_off"]:
        first, last = (date.fromisoformat(f"{year}-{end}") for end in span.split(".."))
        off |= {first + timedelta(days=i) for i in range((last - first).days + 1)}
    return off, {date.fromisoformat(f"{year}-{day}") for day in case["make_up"]}


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """An instant in Beijing."""
    return datetime(year, month, day, hour, minute, tzinfo=clock.SHANGHAI)


# The calendar ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("years"))
def test_a_year_is_as_the_handbook_prints_it(case: dict[str, Any]) -> None:
    off, work = days_of(case)
    days = [date(case["year"], 1, 1) + timedelta(days=i) for i in range(366)]
    for day in (day for day in days if day.year == case["year"]):
        expected = day in work or (day not in off and day.weekday() < 5)
        assert CALENDAR.is_working(day) is expected, day
    before_new_year = date(case["year"] - 1, 12, 31)
    assert CALENDAR.working_between(before_new_year, date(case["year"], 12, 31)) == case["working_days"]


def test_the_seed_publishes_the_years_the_library_knows_and_no_more() -> None:
    assert CALENDAR.years == frozenset(range(2004, 2027))
    assert date(2022, 12, 31) in CALENDAR.off
    row = next(row for row in seed.rows() if row["day"] == date(2022, 12, 31))
    assert (row["kind"], row["year"]) == ("off", 2023)
    assert "2023年" in row["source"]


def test_a_calendar_is_versioned_by_its_content() -> None:
    again = clock.Calendar.from_rows(reversed(seed.rows()))
    assert again.version == CALENDAR.version
    shorter = clock.Calendar.from_rows(seed.rows()[1:])
    assert shorter.version != CALENDAR.version
    assert clock.Calendar.from_rows(seed.rows(), version="2026-07").version == "2026-07"


def test_a_day_entered_both_as_off_and_as_working_is_refused() -> None:
    day = date(2027, 1, 1)
    rows: list[clock.CalendarRow] = [
        {"day": day, "kind": "off", "year": 2027, "source": "notice"},
        {"day": day, "kind": "work", "year": 2027, "source": "notice"},
    ]
    with pytest.raises(Refused) as refused:
        clock.Calendar.from_rows(rows)
    assert refused.value.code == "calendar_conflict"


def test_beyond_the_last_notice_weekends_and_fixed_holidays_are_off_and_the_answer_is_provisional() -> None:
    assert not CALENDAR.is_working(date(2027, 1, 1))
    assert not CALENDAR.is_working(date(2027, 10, 3))
    assert CALENDAR.is_working(date(2027, 1, 4))
    assert CALENDAR.add_working(date(2026, 12, 31), 1) == clock.Due(date(2027, 1, 4), provisional=True)
    assert CALENDAR.sub_working(date(2027, 1, 4), 1) == clock.Due(date(2026, 12, 31), provisional=True)
    assert not CALENDAR.add_working(date(2026, 12, 14), 3).provisional


def test_loading_the_next_notice_makes_a_provisional_deadline_firm() -> None:
    notice: list[clock.CalendarRow] = [
        {"day": date(2026, 12, 31), "kind": "off", "year": 2027, "source": "an imagined notice"},
        {"day": date(2027, 1, 1), "kind": "off", "year": 2027, "source": "an imagined notice"},
    ]
    loaded = clock.Calendar.from_rows([*seed.rows(), *notice])
    assert CALENDAR.add_working(date(2026, 12, 28), 3) == clock.Due(date(2026, 12, 31), provisional=True)
    assert loaded.add_working(date(2026, 12, 28), 3) == clock.Due(date(2027, 1, 4))


def test_a_year_before_the_first_notice_is_provisional_too() -> None:
    assert CALENDAR.add_working(date(2003, 6, 2), 1).provisional


def test_no_days_means_the_day_itself_or_the_next_working_day() -> None:
    assert CALENDAR.add_working(date(2022, 4, 24), 0).on == date(2022, 4, 24)
    assert CALENDAR.add_working(date(2022, 4, 30), 0).on == date(2022, 5, 5)
    assert CALENDAR.sub_working(date(2022, 5, 4), 0).on == date(2022, 4, 29)
    assert CALENDAR.roll_forward(date(2022, 10, 4)).on == date(2022, 10, 8)


def test_counting_backwards_crosses_the_new_year() -> None:
    assert CALENDAR.sub_working(date(2022, 1, 5), 2).on == date(2021, 12, 31)
    assert CALENDAR.sub_working(date(2023, 1, 3), 1).on == date(2022, 12, 30)
    assert CALENDAR.working_between(date(2022, 1, 5), date(2021, 12, 31)) == -2


def test_a_negative_term_is_our_mistake() -> None:
    for wrong in (
        lambda: CALENDAR.add_working(date(2022, 1, 4), -1),
        lambda: WorkingDays(-1),
        lambda: Days(-1),
    ):
        with pytest.raises(Mistake):
            wrong()


def test_a_local_holiday_is_laid_over_the_calendar_only_where_it_is_kept() -> None:
    yanbian = CALENDAR.with_days_off([date(2026, 9, 3)], version="222400")
    assert CALENDAR.is_working(date(2026, 9, 3))
    assert not yanbian.is_working(date(2026, 9, 3))


# Terms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("working_days"))
def test_working_days_end_where_the_handbook_says(case: dict[str, Any]) -> None:
    due = clock.deadline(case["start"], WorkingDays(case["working_days"]), CALENDAR)
    assert due == clock.Due(case["due"], provisional=case.get("provisional", False))


@pytest.mark.parametrize("case", cases("publicity"))
def test_a_posting_ends_where_the_handbook_says(case: dict[str, Any]) -> None:
    due = clock.publicity(case["posted"], Days(case["days"]), CALENDAR, roll=Roll(case["roll"]))
    assert due == clock.Due(case["due"])


def test_the_plain_switch_is_natural_days_or_the_next_working_day() -> None:
    assert clock.publicity(date(2022, 4, 27), Days(7), CALENDAR).on == date(2022, 5, 5)
    assert clock.publicity(date(2022, 4, 27), Days(7), CALENDAR, roll=False).on == date(2022, 5, 4)


@pytest.mark.parametrize("case", cases("office_time"))
def test_the_worked_examples_of_the_office_clock(case: dict[str, Any]) -> None:
    suspensions = [
        Suspension(one["from"], one["through"] + timedelta(days=1)) for one in case.get("suspended", [])
    ]
    term = WorkingDays(case["working_days"])
    due = clock.deadline(case["start"], term, CALENDAR, suspensions=suspensions)
    assert due == clock.Due(case["due"])
    stopped = clock.suspended_working_days(case["start"], due.on, suspensions, CALENDAR)
    assert stopped == case.get("stopped", 0)
    assert clock.elapsed(case["start"], due.on, term, CALENDAR, suspensions=suspensions) == term.n


def test_months_end_on_the_same_day_number_and_roll() -> None:
    assert clock.deadline(date(2022, 1, 31), Months(1), CALENDAR).on == date(2022, 2, 28)
    assert clock.deadline(date(2022, 3, 1), Months(2), CALENDAR).on == date(2022, 5, 5)
    assert clock.deadline(date(2022, 3, 1), Months(2), CALENDAR, roll=Roll.PLAIN).on == date(2022, 5, 1)


def test_an_extension_lengthens_the_limit_in_its_own_unit() -> None:
    assert clock.deadline(date(2026, 3, 2), WorkingDays(20), CALENDAR, extension=10) == clock.deadline(
        date(2026, 3, 2), WorkingDays(30), CALENDAR
    )


def test_counting_back_from_an_event_keeps_the_plain_date() -> None:
    assert clock.before(date(2022, 5, 24), Days(20), CALENDAR).on == date(2022, 5, 4)
    assert clock.before(date(2022, 5, 31), Months(3), CALENDAR).on == date(2022, 2, 28)
    assert clock.before(date(2022, 5, 5), WorkingDays(1), CALENDAR).on == date(2022, 4, 29)


def test_a_term_is_spelled_out_in_a_parameter_file() -> None:
    assert clock.term_of("working days", 30) == WorkingDays(30)
    assert str(clock.term_of("working days", 30)) == "30个工作日"
    assert clock.term_of("days", 7) == Days(7)
    assert clock.term_of("days", 7) != WorkingDays(7)
    with pytest.raises(Mistake) as mistake:
        clock.term_of("weeks", 2)
    assert mistake.value.code == "term_unit_unknown"


def test_hours_run_at_once_and_through_the_night() -> None:
    assert clock.instant(at(2022, 4, 30, 22, 30), clock.Hours(24)) == at(2022, 5, 1, 22, 30)


@pytest.mark.parametrize(
    ("filed", "electronic", "received"),
    [
        (at(2026, 2, 10, 15, 0), False, date(2026, 2, 10)),
        (at(2026, 2, 10, 17, 1), False, date(2026, 2, 11)),
        (at(2026, 2, 10, 23, 59), True, date(2026, 2, 10)),
        (at(2026, 2, 14, 17, 30), False, date(2026, 2, 24)),  # a working Saturday, after closing
        (at(2026, 2, 15, 10, 0), True, date(2026, 2, 24)),
        (datetime(2026, 2, 9, 16, 30, tzinfo=UTC), True, date(2026, 2, 10)),  # past midnight in Beijing
    ],
)
def test_a_submission_is_received_on_a_day_with_office_hours(
    filed: datetime, electronic: bool, received: date
) -> None:
    assert clock.receipt_day(filed, CALENDAR, electronic=electronic, closing=CLOSING).on == received


# Suspension --------------------------------------------------------------------------------------


def test_a_day_is_suspended_if_the_case_stands_still_at_its_close() -> None:
    stop, go = at(2026, 3, 10, 10, 0), at(2026, 3, 16, 15, 0)
    assert Suspension.between(stop, go, closing=CLOSING) == Suspension(date(2026, 3, 10), date(2026, 3, 16))
    after_closing = Suspension.between(at(2026, 3, 10, 18, 0), at(2026, 3, 16, 18, 0), closing=CLOSING)
    assert after_closing == Suspension(date(2026, 3, 11), date(2026, 3, 17))
    same_day = Suspension.between(stop, stop + timedelta(hours=2), closing=CLOSING)
    assert clock.suspended_working_days(date(2026, 3, 2), date(2026, 3, 30), [same_day], CALENDAR) == 0


def test_a_suspension_entered_after_the_last_day_does_not_heal_an_overdue_case() -> None:
    late = [Suspension(date(2026, 4, 1), date(2026, 4, 10))]
    assert clock.deadline(date(2026, 3, 2), WorkingDays(20), CALENDAR, suspensions=late).on == date(
        2026, 3, 30
    )


def test_a_suspension_reached_only_through_another_counts_as_well() -> None:
    both = [Suspension(date(2026, 3, 10), date(2026, 3, 17)), Suspension(date(2026, 4, 1), date(2026, 4, 3))]
    assert clock.deadline(date(2026, 3, 2), WorkingDays(20), CALENDAR, suspensions=both).on == date(
        2026, 4, 9
    )


def test_an_open_suspension_moves_the_deadline_day_by_day() -> None:
    still = [Suspension(date(2026, 3, 10))]
    due = clock.deadline(
        date(2026, 3, 2), WorkingDays(20), CALENDAR, suspensions=still, as_of=date(2026, 3, 16)
    )
    assert due == clock.Due(date(2026, 4, 7), provisional=True)
    with pytest.raises(Mistake):
        clock.deadline(date(2026, 3, 2), WorkingDays(20), CALENDAR, suspensions=still)


def test_natural_days_stand_still_as_well() -> None:
    stopped = [Suspension(date(2022, 3, 3), date(2022, 3, 5))]
    assert clock.deadline(date(2022, 3, 1), Days(7), CALENDAR, suspensions=stopped).on == date(2022, 3, 10)


def test_a_suspension_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Suspension(date(2026, 3, 10), date(2026, 3, 9))
    assert refused.value.code == "suspension_backwards"


# Lights ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected", "remaining"),
    [
        (date(2026, 3, 2), Light.GREEN, 20),
        (date(2026, 3, 23), Light.GREEN, 5),
        (date(2026, 3, 24), Light.YELLOW, 4),  # exactly a fifth of twenty
        (date(2026, 3, 30), Light.YELLOW, 0),  # the last day is not overdue
        (date(2026, 3, 31), Light.RED, -1),
    ],
)
def test_the_light_turns_yellow_at_a_fifth_and_red_the_day_after_the_last(
    on: date, expected: Light, remaining: int
) -> None:
    shown = clock.reading(
        date(2026, 3, 2), WorkingDays(20), CALENDAR, on=on, yellow_percent=20, yellow_days=2
    )
    assert (shown.light, shown.remaining, shown.limit) == (expected, remaining, 20)


def test_a_short_limit_is_yellow_two_days_before_and_overdue_even_on_a_weekend() -> None:
    def show(on: date) -> clock.Reading:
        return clock.reading(
            date(2026, 3, 9), WorkingDays(4), CALENDAR, on=on, yellow_percent=20, yellow_days=2
        )

    assert [show(date(2026, 3, day)).light for day in (10, 11, 13, 14)] == [
        Light.GREEN,
        Light.YELLOW,
        Light.YELLOW,
        Light.RED,
    ]


def test_the_share_and_the_days_are_parameters() -> None:
    assert clock.light(remaining=5, limit=10, overdue=False, yellow_percent=50, yellow_days=0) is Light.YELLOW
    assert clock.light(remaining=5, limit=10, overdue=False, yellow_percent=49, yellow_days=0) is Light.GREEN
    assert clock.light(remaining=5, limit=10, overdue=False, yellow_percent=0, yellow_days=5) is Light.YELLOW


def test_a_suspended_clock_does_not_run_down() -> None:
    def show(on: date) -> clock.Reading:
        return clock.reading(
            date(2026, 3, 2),
            WorkingDays(20),
            CALENDAR,
            on=on,
            yellow_percent=20,
            yellow_days=2,
            suspensions=[Suspension(date(2026, 3, 10))],
        )

    assert show(date(2026, 3, 10)).remaining == show(date(2026, 6, 10)).remaining == 15
    assert show(date(2026, 6, 10)).suspended
    assert show(date(2026, 6, 10)).light is Light.GREEN


def test_a_limit_in_months_is_read_in_days() -> None:
    shown = clock.reading(
        date(2022, 3, 1), Months(2), CALENDAR, on=date(2022, 5, 1), yellow_percent=20, yellow_days=2
    )
    assert (shown.due.on, shown.limit, shown.remaining) == (date(2022, 5, 5), 65, 4)
    assert shown.light is Light.YELLOW


# Months and ages ---------------------------------------------------------------------------------


def test_adding_months_falls_back_to_the_end_of_the_month() -> None:
    assert clock.add_months(date(2022, 8, 31), 6) == date(2023, 2, 28)
    assert clock.add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert clock.add_months(date(2022, 3, 31), -1) == date(2022, 2, 28)
    assert clock.add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_the_same_number_day_is_still_within_the_months() -> None:
    assert clock.within_months(date(2022, 1, 31), 1, date(2022, 2, 28))
    assert not clock.within_months(date(2022, 1, 31), 1, date(2022, 3, 1))
    assert clock.within_months(date(2022, 3, 15), 12, date(2023, 3, 15))
    assert not clock.within_months(date(2022, 3, 15), 12, date(2023, 3, 16))
    assert not clock.within_months(date(2022, 3, 15), 12, date(2022, 3, 14))


def test_an_age_is_reached_on_the_birthday() -> None:
    assert clock.age_on(date(1950, 5, 2), date(2010, 5, 1)) == 59
    assert clock.age_on(date(1950, 5, 2), date(2010, 5, 2)) == 60
    assert clock.age_on(date(1960, 2, 29), date(2022, 2, 27)) == 61
    assert clock.age_on(date(1960, 2, 29), date(2022, 2, 28)) == 62
    assert clock.age_on(date(1960, 2, 29), date(2020, 2, 28)) == 59
    with pytest.raises(Refused):
        clock.age_on(date(2022, 5, 2), date(2022, 5, 1))


def test_a_month_orders_counts_and_prints() -> None:
    april = Month(2022, 4)
    assert str(april) == "2022-04"
    assert Month.parse("2022-04") == april == Month.of(date(2022, 4, 30))
    assert (april.first, april.last) == (date(2022, 4, 1), date(2022, 4, 30))
    assert april.next == Month(2022, 5) > april > april.previous
    assert Month(2022, 12).next == Month(2023, 1)
    assert Month(2022, 1).previous == Month(2021, 12)
    assert april + 21 == Month(2024, 1) == Month(2025, 10) - 21
    assert Month(2024, 1).months_since(april) == 21
    assert [str(month) for month in Month(2022, 11).until(Month(2023, 2))] == [
        "2022-11",
        "2022-12",
        "2023-01",
    ]
    assert date(2022, 4, 30) in april
    assert date(2023, 4, 30) not in april


@pytest.mark.parametrize("text", ["2022-13", "2022-00", "2022-4", "202204", "二〇二二年四月", "0000-04"])
def test_a_month_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Month.parse(text)
    assert refused.value.code == "month_unknown"


# Now ---------------------------------------------------------------------------------------------


def test_a_frozen_clock_shows_the_same_day_everywhere_and_is_restored() -> None:
    with clock.frozen(date(2022, 4, 27)) as instant:
        assert clock.today() == date(2022, 4, 27)
        assert clock.now() == instant == clock.now()
        with clock.frozen(datetime(2022, 12, 31, 23, 30, tzinfo=UTC)):
            assert clock.today() == date(2023, 1, 1)
        assert clock.today() == date(2022, 4, 27)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_broken_block_still_restores_the_clock() -> None:
    with pytest.raises(Refused), clock.frozen(date(2022, 4, 27)):
        raise Refused("x", "y")
    assert clock.today() != date(2022, 4, 27)


def test_the_office_works_in_beijing_time() -> None:
    assert clock.now().utcoffset() == timedelta(hours=8)
    naive = at(2022, 4, 27, 8, 0).replace(tzinfo=None)
    assert clock.at_office_time(naive) == at(2022, 4, 27, 8, 0)
    assert clock.at_office_time(datetime(2022, 4, 27, 20, 0, tzinfo=UTC)).date() == date(2022, 4, 28)


def test_everything_the_clock_offers_is_listed() -> None:
    for name in clock.__all__:
        assert hasattr(clock, name)
    modules = ("calendar", "lights", "months", "now", "suspension", "terms")
    offered = {name for module in modules for name in import_module(f"{clock.__name__}.{module}").__all__}
    assert offered == set(clock.__all__)

"""What holds for every working day, whatever the dates."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.clock import Days, Month, Months, Suspension, WorkingDays, seed

CALENDAR = seed.calendar()
DAY = timedelta(days=1)

days = st.dates(date(2003, 1, 1), date(2029, 12, 31))
published = st.dates(date(2005, 1, 1), date(2025, 6, 30))
counts = st.integers(0, 300)
suspensions = st.lists(
    st.builds(lambda start, length: Suspension(start, start + length * DAY), published, st.integers(0, 60)),
    max_size=5,
)


@given(days, counts)
def test_a_working_day_deadline_never_falls_on_a_holiday(start: date, n: int) -> None:
    assert CALENDAR.is_working(CALENDAR.add_working(start, n).on)
    assert CALENDAR.is_working(CALENDAR.sub_working(start, n).on)


@given(days, counts)
def test_subtracting_undoes_adding(start: date, n: int) -> None:
    working = CALENDAR.roll_forward(start).on
    assert CALENDAR.sub_working(CALENDAR.add_working(working, n).on, n).on == working
    assert CALENDAR.add_working(CALENDAR.sub_working(working, n).on, n).on == working


@given(days, st.integers(1, 300))
def test_adding_agrees_with_counting_day_by_day(start: date, n: int) -> None:
    day, left = start, n
    while left:
        day += DAY
        left -= CALENDAR.is_working(day)
    assert CALENDAR.add_working(start, n).on == day
    assert CALENDAR.working_between(start, day) == n


@given(days, days, counts, counts)
def test_later_starts_and_longer_terms_never_end_earlier(one: date, other: date, n: int, m: int) -> None:
    early, late = sorted((one, other))
    short, long = sorted((n, m))
    assert CALENDAR.add_working(early, short).on <= CALENDAR.add_working(late, short).on
    assert CALENDAR.add_working(early, short).on <= CALENDAR.add_working(early, long).on


@given(days, days, days)
def test_working_days_between_add_up(a: date, b: date, c: date) -> None:
    between = CALENDAR.working_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(days, counts)
def test_a_posting_is_never_cut_short_and_ends_on_a_working_day(posted: date, n: int) -> None:
    due = clock.publicity(posted, Days(n), CALENDAR)
    assert due.on >= posted + n * DAY
    assert CALENDAR.is_working(due.on)
    assert not any(CALENDAR.is_working(posted + (n + i) * DAY) for i in range((due.on - posted).days - n))


@given(published, st.integers(1, 120), suspensions)
def test_at_the_deadline_exactly_the_limit_has_run(start: date, n: int, stops: list[Suspension]) -> None:
    term = WorkingDays(n)
    due = clock.deadline(start, term, CALENDAR, suspensions=stops)
    assert clock.elapsed(start, due.on, term, CALENDAR, suspensions=stops) == n
    assert not any(stop.from_ <= due.on < (stop.until or due.on) for stop in stops)


@given(published, published, suspensions)
def test_overlapping_suspensions_count_each_day_once(one: date, other: date, stops: list[Suspension]) -> None:
    after, until = sorted((one, min(other, one + 400 * DAY)))
    counted = sum(
        1
        for i in range((until - after).days)
        if any(stop.from_ <= after + (i + 1) * DAY < (stop.until or date.max) for stop in stops)
    )
    assert clock.suspended_days(after, until, stops) == counted


@given(published, st.integers(0, 60), suspensions)
def test_months_never_end_before_their_plain_date(start: date, n: int, stops: list[Suspension]) -> None:
    due = clock.deadline(start, Months(n), CALENDAR, suspensions=stops)
    assert due.on >= clock.add_months(start, n)


@given(days, st.integers(-600, 600))
def test_adding_months_lands_in_the_right_month(day: date, n: int) -> None:
    landed = clock.add_months(day, n)
    assert Month.of(landed) == Month.of(day) + n
    assert landed.day == day.day or (landed + DAY).day == 1


@given(st.dates(date(1900, 1, 1), date(2022, 12, 31)), st.integers(0, 110))
def test_an_age_begins_on_its_birthday_and_not_the_day_before(birth: date, years: int) -> None:
    birthday = clock.birthday_in(birth, birth.year + years)
    assert clock.age_on(birth, birthday) == years
    if years:
        assert clock.age_on(birth, birthday - DAY) == years - 1

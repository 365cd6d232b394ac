"""A time limit says what it counts: working days, natural days, months or hours, and never one for another.

Periods start the day after the event; a period whose last day is not a working day ends on the next one
(民法典 arts. 201–203; handbook 16 #1, #17), unless the clock that is counted declares another ``Roll``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never

from ..errors import Mistake
from .calendar import Calendar, Due
from .months import add_months
from .now import at_office_time
from .suspension import Suspension, suspended_days, suspended_working_days

__all__ = [
    "Days",
    "Hours",
    "Months",
    "Roll",
    "Term",
    "WorkingDays",
    "before",
    "deadline",
    "elapsed",
    "instant",
    "publicity",
    "receipt_day",
    "term_of",
]

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class WorkingDays:
    """So many working days (工作日)."""

    n: int

    def __post_init__(self) -> None:
        _not_negative(self.n)

    def __str__(self) -> str:
        return f"{self.n}个工作日"


@dataclass(frozen=True, order=True)
class Days:
    """So many natural days (日), weekends and holidays included."""

    n: int

    def __post_init__(self) -> None:
        _not_negative(self.n)

    def __str__(self) -> str:
        return f"{self.n}日"


@dataclass(frozen=True, order=True)
class Months:
    """So many months (个月), to the same day number."""

    n: int

    def __post_init__(self) -> None:
        _not_negative(self.n)

    def __str__(self) -> str:
        return f"{self.n}个月"


@dataclass(frozen=True, order=True)
class Hours:
    """So many hours (小时): they run at once, also at night and on holidays."""

    n: int

    def __post_init__(self) -> None:
        _not_negative(self.n)

    def __str__(self) -> str:
        return f"{self.n}小时"


Term = WorkingDays | Days | Months

_UNITS: dict[str, type[WorkingDays] | type[Days] | type[Months] | type[Hours]] = {
    "working days": WorkingDays,
    "days": Days,
    "months": Months,
    "hours": Hours,
}


class Roll(StrEnum):
    """What happens to a natural-day period whose last day is not an ordinary one."""

    PLAIN = "plain"  # it ends on that day all the same
    HOLIDAY = "holiday"  # only a statutory holiday carries it over, to the day after the holiday
    NON_WORKING = "non_working"  # any closed day carries it over, to the next working day


def term_of(unit: str, n: int) -> WorkingDays | Days | Months | Hours:
    """The term a parameter file spells out as a unit and a number."""
    kind = _UNITS.get(unit)
    if kind is None:
        raise Mistake(
            "term_unit_unknown", f"期限单位“{unit}”不认识，只能是：{'、'.join(_UNITS)}。", unit=unit
        )
    return kind(n)


def deadline(
    start: date,
    term: Term,
    calendar: Calendar,
    *,
    roll: Roll | bool = True,
    suspensions: Sequence[Suspension] = (),
    extension: int = 0,
    as_of: date | None = None,
) -> Due:
    """The last day of a period that starts with an event, lengthened by extension and suspended days.

    ``add_wd(accept, limit + ext + WD(∪ suspensions))`` of handbook 13 §6, where a suspension counts only
    if it begins while the clock still runs: one entered afterwards does not heal an overdue case.  While
    a suspension is open, the answer is as of a day, and provisional.
    """
    total = type(term)(term.n + extension)
    due = _end(start, total, 0, calendar, roll)
    while suspensions:
        stopped = _stopped(start, due.on, term, calendar, suspensions, as_of)
        later = _end(start, total, stopped, calendar, roll)
        if later.on <= due.on:
            break
        due = later
    still_open = any(one.until is None and one.from_ <= due.on for one in suspensions)
    return Due(due.on, provisional=due.provisional or still_open)


def elapsed(
    start: date,
    on: date,
    term: Term,
    calendar: Calendar,
    *,
    suspensions: Sequence[Suspension] = (),
    as_of: date | None = None,
) -> int:
    """How much of a period has run by the close of a day: working days for such a term, else natural days."""
    if on <= start:
        return 0
    run = calendar.working_between(start, on) if isinstance(term, WorkingDays) else (on - start).days
    return run - _stopped(start, on, term, calendar, suspensions, as_of or on)


def publicity(posted: date, days: Days, calendar: Calendar, *, roll: Roll | bool = True) -> Due:
    """The last day of a public posting (公示): the posting day is not counted; it rolls (handbook 16 #17)."""
    return deadline(posted, days, calendar, roll=roll)


def before(event: date, term: Term, calendar: Calendar) -> Due:
    """The last day to act "so long before" an event; counted backwards, it keeps the plain date."""
    match term:
        case WorkingDays(n):
            return calendar.sub_working(event, n)
        case Days(n):
            return Due(event - n * DAY)
        case Months(n):
            return Due(add_months(event, -n))
        case _:
            assert_never(term)


def instant(at: datetime, hours: Hours) -> datetime:
    """The instant at which a period of hours ends."""
    return at_office_time(at) + timedelta(hours=hours.n)


def receipt_day(at: datetime, calendar: Calendar, *, electronic: bool, closing: time) -> Due:
    """The day a submission counts as received (handbook 16 #8).

    Electronic filing runs until midnight, the counter until it closes; what arrives on a day without
    office hours counts on the next working day either way.
    """
    here = at_office_time(at)
    late = not electronic and here.time() > closing
    return calendar.roll_forward(here.date() + DAY if late else here.date())


def _end(start: date, term: Term, stopped: int, calendar: Calendar, roll: Roll | bool) -> Due:
    match term:
        case WorkingDays(n):
            return calendar.add_working(start, n + stopped)
        case Days(n):
            return _rolled(start + (n + stopped) * DAY, calendar, roll)
        case Months(n):
            return _rolled(add_months(start, n) + stopped * DAY, calendar, roll)
        case _:
            assert_never(term)


def _rolled(last: date, calendar: Calendar, roll: Roll | bool) -> Due:
    """The end of a natural-day period under the roll its clock declares."""
    if roll is True or roll is Roll.NON_WORKING:
        return calendar.roll_forward(last)
    if roll is Roll.HOLIDAY:
        end = last
        while calendar.is_holiday(end):
            end += DAY
        return Due(end, provisional=not calendar.is_settled(last, end))
    return Due(last)


def _stopped(
    start: date,
    on: date,
    term: Term,
    calendar: Calendar,
    suspensions: Sequence[Suspension],
    as_of: date | None,
) -> int:
    if isinstance(term, WorkingDays):
        return suspended_working_days(start, on, suspensions, calendar, as_of=as_of)
    return suspended_days(start, on, suspensions, as_of=as_of)


def _not_negative(n: int) -> None:
    if n < 0:
        raise Mistake("clock_negative_term", "期限不能是负数。请检查期限参数。", n=n)

"""A clock stands still while an office waits for others: an expert review, the applicant, a court (挂起).

Suspensions that overlap count once, as the union of their intervals.  A working day is excluded if the
case is suspended at the close of that day (handbook 13 §6, 行政许可法 art. 45).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ..errors import Mistake, Refused
from .calendar import Calendar
from .now import at_office_time

__all__ = ["Suspension", "suspended_days", "suspended_working_days", "union"]

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Suspension:
    """The days ``[from_, until)`` at whose close the case stood still; ``until`` None while it still does."""

    from_: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.from_:
            raise Refused("suspension_backwards", "中止的结束日期早于开始日期。请核对两个日期。")

    @classmethod
    def between(cls, start: datetime, end: datetime | None, *, closing: time) -> Suspension:
        """The suspension from one instant to another, given the hour at which the office closes."""
        return cls(_first_close(start, closing), None if end is None else _first_close(end, closing))


def union(suspensions: Iterable[Suspension], *, as_of: date | None = None) -> list[tuple[date, date]]:
    """The same days as intervals ``[from, until)`` that do not touch; an open one lasts through ``as_of``."""
    merged: list[tuple[date, date]] = []
    for one in sorted(suspensions, key=lambda s: s.from_):
        until = one.until
        if until is None:
            if as_of is None:
                raise Mistake("suspension_open", "中止尚未结束，计算期限时必须给出计算日。")
            until = max(one.from_, as_of + DAY)
        if merged and one.from_ <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        elif until > one.from_:
            merged.append((one.from_, until))
    return merged


def suspended_working_days(
    after: date,
    until: date,
    suspensions: Iterable[Suspension],
    calendar: Calendar,
    *,
    as_of: date | None = None,
) -> int:
    """Working days in ``(after, until]`` on which the clock stood still."""
    return sum(calendar.working_between(a, b) for a, b in _clipped(after, until, suspensions, as_of))


def suspended_days(
    after: date, until: date, suspensions: Iterable[Suspension], *, as_of: date | None = None
) -> int:
    """Natural days in ``(after, until]`` on which the clock stood still."""
    return sum((b - a).days for a, b in _clipped(after, until, suspensions, as_of))


def _clipped(
    after: date, until: date, suspensions: Iterable[Suspension], as_of: date | None
) -> Iterable[tuple[date, date]]:
    """The union inside ``(after, until]``, each part written as ``(a, b]``."""
    for start, end in union(suspensions, as_of=as_of):
        a, b = max(after, start - DAY), min(until, end - DAY)
        if a < b:
            yield a, b


def _first_close(at: datetime, closing: time) -> date:
    """The first day whose closing hour is not before the instant."""
    here = at_office_time(at)
    return here.date() if here.time() <= closing else here.date() + DAY

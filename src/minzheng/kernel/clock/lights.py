"""Every running clock shows a light: green, yellow when little of the limit is left, red when overdue.

How little is a parameter of the place (handbook 13 §6: 20 % of the limit, or two working days).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .calendar import Calendar, Due
from .suspension import Suspension
from .terms import Roll, Term, WorkingDays, deadline, elapsed

__all__ = ["Light", "Reading", "light", "reading"]


class Light(StrEnum):
    """The state of a clock, worst last."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """The word beside the colour: a light is never colour alone."""
        return {"green": "正常", "yellow": "临近到期", "red": "已超期"}[self.value]


@dataclass(frozen=True)
class Reading:
    """What a clock shows on a day; ``elapsed`` and ``remaining`` in the unit of its term, months in days."""

    due: Due
    limit: int
    elapsed: int
    remaining: int
    overdue: bool
    suspended: bool
    light: Light


def light(*, remaining: int, limit: int, overdue: bool, yellow_percent: int, yellow_days: int) -> Light:
    """Red when overdue; yellow from the given share of the limit, or the given number of days, downwards."""
    if overdue:
        return Light.RED
    if remaining <= yellow_days or remaining * 100 <= limit * yellow_percent:
        return Light.YELLOW
    return Light.GREEN


def reading(
    start: date,
    term: Term,
    calendar: Calendar,
    *,
    on: date,
    yellow_percent: int,
    yellow_days: int,
    roll: Roll | bool = True,
    suspensions: Sequence[Suspension] = (),
    extension: int = 0,
) -> Reading:
    """The clock of one step as it stands at the close of a day."""
    due = deadline(start, term, calendar, roll=roll, suspensions=suspensions, extension=extension, as_of=on)
    run = elapsed(start, on, term, calendar, suspensions=suspensions)
    limit = elapsed(start, due.on, term, calendar, suspensions=suspensions, as_of=on)
    if on <= due.on:
        remaining = limit - run
    elif isinstance(term, WorkingDays):
        remaining = -calendar.working_between(due.on, on)
    else:
        remaining = (due.on - on).days
    overdue = on > due.on
    return Reading(
        due=due,
        limit=limit,
        elapsed=run,
        remaining=remaining,
        overdue=overdue,
        suspended=any(one.from_ <= on and (one.until is None or on < one.until) for one in suspensions),
        light=light(
            remaining=remaining,
            limit=limit,
            overdue=overdue,
            yellow_percent=yellow_percent,
            yellow_days=yellow_days,
        ),
    )

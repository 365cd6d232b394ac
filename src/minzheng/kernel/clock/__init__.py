"""Today, working days, deadlines, suspension and lights: how the office counts time.

    from minzheng.kernel import clock

    with clock.frozen(date(2022, 4, 27)):
        clock.publicity(clock.today(), clock.Days(7), calendar).on      # 2022-05-05

The calendar comes from ``kernel.standards``, where the office edits it; ``clock.seed`` gives its first rows.
"""

from __future__ import annotations

from .calendar import Calendar, CalendarRow, Due
from .lights import Light, Reading, light, reading
from .months import Month, add_months, add_years, age_on, birthday_in, within_months
from .now import SHANGHAI, at_office_time, frozen, now, today
from .suspension import Suspension, suspended_days, suspended_working_days, union
from .terms import (
    Days,
    Hours,
    Months,
    Roll,
    Term,
    WorkingDays,
    before,
    deadline,
    elapsed,
    instant,
    publicity,
    receipt_day,
    term_of,
)

__all__ = [
    "SHANGHAI",
    "Calendar",
    "CalendarRow",
    "Days",
    "Due",
    "Hours",
    "Light",
    "Month",
    "Months",
    "Reading",
    "Roll",
    "Suspension",
    "Term",
    "WorkingDays",
    "add_months",
    "add_years",
    "age_on",
    "at_office_time",
    "before",
    "birthday_in",
    "deadline",
    "elapsed",
    "frozen",
    "instant",
    "light",
    "now",
    "publicity",
    "reading",
    "receipt_day",
    "suspended_days",
    "suspended_working_days",
    "term_of",
    "today",
    "union",
    "within_months",
]

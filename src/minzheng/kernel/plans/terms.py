"""By when something about a plan is due, from dated parameters."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from minzheng.kernel import catalogue, clock
from minzheng.kernel.standards.queries import calendar

__all__ = ["day_after", "number", "share", "working_day_after", "working_days_since"]


def number(key: str, *, path: str, on: date) -> int:
    """A whole number of the plan's parameters."""
    return int(catalogue.current().parameters().get(f"plan.{key}", path=path, on=on).value)  # type: ignore[arg-type]


def share(key: str, *, on: date) -> Fraction:
    """An exact number of the plan's parameters, one for the whole province."""
    return Fraction(str(catalogue.current().parameters().get(f"plan.{key}", path="22/", on=on).value))


def day_after(start: date, key: str, *, path: str) -> date:
    """So many natural days after a day; a last day that nobody works on moves to the next working day."""
    days = clock.Days(number(key, path=path, on=start))
    return clock.deadline(start, days, calendar()).on


def working_day_after(start: date, key: str, *, path: str) -> date:
    """So many working days after a day."""
    days = clock.WorkingDays(number(key, path=path, on=start))
    return clock.deadline(start, days, calendar()).on


def working_days_since(start: date, on: date) -> int:
    """Working days gone by since a day."""
    return calendar().working_between(start, on)

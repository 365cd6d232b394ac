"""By when something about a plan is due, from dated parameters."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock
from minzheng.kernel.standards.queries import calendar

__all__ = ["number", "working_day_after", "working_days_since"]


def number(key: str, *, path: str, on: date) -> int:
    """A whole number of the plan's parameters."""
    return int(catalogue.current().parameters().get(f"plan.{key}", path=path, on=on).value)  # type: ignore[arg-type]


def working_day_after(start: date, key: str, *, path: str) -> date:
    """So many working days after a day."""
    days = clock.WorkingDays(number(key, path=path, on=start))
    return clock.deadline(start, days, calendar()).on


def working_days_since(start: date, on: date) -> int:
    """Working days gone by since a day."""
    return calendar().working_between(start, on)

"""Dated values as rooms use them: a whole number in force at a place, and the last day of a limit that runs there."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.standards.queries import calendar

from .book import current

__all__ = ["due_after", "number"]


def number(key: str, *, path: str, on: date) -> int:
    """A whole-number parameter in force at a place on a day."""
    value = current().parameters().get(key, path=path, on=on).value
    assert isinstance(value, int), key
    return value


def due_after(key: str, *, path: str, since: date) -> date:
    """The last day of a limit of the place that runs from a day."""
    value = current().parameters().get(key, path=path, on=since)
    assert isinstance(value.value, int), key
    term = clock.term_of(value.unit.replace("_", " "), value.value)
    assert not isinstance(term, clock.Hours), key
    return clock.deadline(since, term, calendar()).on

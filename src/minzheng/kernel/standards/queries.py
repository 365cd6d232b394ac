"""The calendar and the local parameters in force, read from rows and kept until a row changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.db import connection
from django.db.models import F

from minzheng.kernel import clock, law

from .models import CalendarDay, ParameterRow

__all__ = ["as_values", "calendar", "forget", "local_parameters", "one_reading"]


@dataclass
class _Reading:
    """The fingerprint of the rows, looked up at most once while a request is answered."""

    days: str = ""
    values: str = ""


_reading: ContextVar[_Reading | None] = ContextVar("standards_reading", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Whatever is decided inside sees one state of calendar and parameters, read once."""
    token = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def forget() -> None:
    """A verb has changed rows: the next look-up reads them anew."""
    if (reading := _reading.get()) is not None:
        reading.days = reading.values = ""


def calendar() -> clock.Calendar:
    """The working-day calendar as the office keeps it."""
    reading = _reading.get() or _Reading()
    reading.days = reading.days or _fingerprint(CalendarDay._meta.db_table)
    return _calendar(reading.days)


def local_parameters() -> tuple[law.Value, ...]:
    """Every local row as a value of the law."""
    reading = _reading.get() or _Reading()
    reading.values = reading.values or _fingerprint(ParameterRow._meta.db_table)
    return _local(reading.values)


def _fingerprint(table: str) -> str:
    """Changes whenever a row is added, changed or removed; the rows are few and hashed in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t")
        return "/".join(map(str, cursor.fetchone()))


@lru_cache(maxsize=4)
def _calendar(fingerprint: str) -> clock.Calendar:
    days = CalendarDay.objects.values("kind", "year", "source", day=F("on"))
    return clock.Calendar.from_rows(cast("list[clock.CalendarRow]", list(days)))


@lru_cache(maxsize=4)
def _local(fingerprint: str) -> tuple[law.Value, ...]:
    return as_values(ParameterRow.objects.order_by("id"))


def as_values(rows: Iterable[ParameterRow]) -> tuple[law.Value, ...]:
    """Rows as the law reads them."""
    return tuple(
        law.Value(
            key=row.key,
            place=row.path,
            from_=row.from_on,
            until=row.until_on,
            value=row.value,
            unit=row.unit,
            source=row.source,
            confidence=cast("law.Confidence", row.confidence),
        )
        for row in rows
    )

"""The calendar and the local parameters in force, read from rows and kept until a row changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import F

from minzheng.kernel import clock, law

from .models import CalendarDay, ParameterRow, Stamp

__all__ = ["as_values", "calendar", "forget", "local_parameters", "one_reading"]


@dataclass
class _Reading:
    """The marks of the tables, looked up at most once while a request is answered or a verb carried out."""

    marks: dict[str, UUID] | None = None

    def mark_of(self, table: str) -> UUID | None:
        """The mark under which this table's rows are kept; none before the first row."""
        if self.marks is None:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT of, mark FROM {Stamp._meta.db_table}")
                self.marks = dict(cursor.fetchall())
        return self.marks.get(table)


_reading: ContextVar[_Reading | None] = ContextVar("standards_reading", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Whatever is decided inside sees one state of calendar and parameters, read once: a request's, or a verb's."""
    if _reading.get() is not None:
        yield
        return
    token = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def forget() -> None:
    """A verb has changed rows: the next look-up reads them anew."""
    if (reading := _reading.get()) is not None:
        reading.marks = None


def calendar() -> clock.Calendar:
    """The working-day calendar as the office keeps it."""
    reading = _reading.get() or _Reading()
    return _calendar(reading.mark_of(CalendarDay._meta.db_table))


def local_parameters() -> tuple[law.Value, ...]:
    """Every local row as a value of the law."""
    reading = _reading.get() or _Reading()
    return _local(reading.mark_of(ParameterRow._meta.db_table))


@lru_cache(maxsize=4)
def _calendar(mark: UUID | None) -> clock.Calendar:
    days = CalendarDay.objects.values("kind", "year", "source", day=F("on"))
    return clock.Calendar.from_rows(cast("list[clock.CalendarRow]", list(days)))


@lru_cache(maxsize=4)
def _local(mark: UUID | None) -> tuple[law.Value, ...]:
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

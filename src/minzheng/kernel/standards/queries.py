"""The calendar and the local parameters in force, read from rows and kept until a row changes."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from django.db.models import F, Max

from minzheng.kernel import clock, law

from .models import CalendarDay, ParameterRow

__all__ = ["calendar", "local_parameters"]


def calendar() -> clock.Calendar:
    """The working-day calendar as the office keeps it."""
    newest = CalendarDay.objects.aggregate(Max("id"))["id__max"]
    return _calendar(newest, CalendarDay.objects.count())


@lru_cache(maxsize=2)
def _calendar(newest: int | None, count: int) -> clock.Calendar:
    days = CalendarDay.objects.values("kind", "year", "source", day=F("on"))
    return clock.Calendar.from_rows(cast("list[clock.CalendarRow]", list(days)))


def local_parameters() -> tuple[law.Value, ...]:
    """Every local row as a value of the law."""
    newest = ParameterRow.objects.aggregate(Max("id"))["id__max"]
    return _local(newest, ParameterRow.objects.count())


@lru_cache(maxsize=2)
def _local(newest: int | None, count: int) -> tuple[law.Value, ...]:
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
        for row in ParameterRow.objects.order_by("id")
    )

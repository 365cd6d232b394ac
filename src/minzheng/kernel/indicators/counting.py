"""A tally becomes one statement: each row as one whole number (division, begin, end), added up by month in columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from django.apps import apps
from django.db import connection
from django.db.models import DateField, DateTimeField, F, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from numpy.typing import NDArray

from minzheng.kernel import clock, declare

from .ground import Ground, Matrix

__all__ = ["Window", "counted", "placed", "rows_of"]

_EPOCH = date(1900, 1, 1)
_DAYS = 1 << 18  # days from the epoch fit, with "never" beyond every day
_NEVER = _DAYS - 1
# A row is division * 2^36 + begin * 2^18 + end; a second number is what it weighs, where it is not one.
_ROWS = """
SELECT string_agg(int8send((coalesce(a.n, {lost})::int8 << 36) + ({begin} << 18) + {end}){weight}, '')
FROM ({rows}) AS t(p, s, u, d) LEFT JOIN counted_place a ON a.path = t.p
WHERE t.s::date <= '{last}'"""
_DAY = "greatest(coalesce({column}::date - DATE '1900-01-01', {missing}), 0)::int8"


class Window:
    """The months that are computed; the first is where what runs on over the plan begins."""

    def __init__(self, first: clock.Month, months: int) -> None:
        self.first, self.months = first, months
        self.last = first + (months - 1)

    @cached_property
    def month_of_day(self) -> NDArray[np.int64]:
        """For each day since the epoch its month in the window: negative before it, at its end or beyond after it."""
        days = np.datetime64(_EPOCH, "D") + np.arange(_DAYS)
        first = np.datetime64(f"{self.first.year:04d}-{self.first.month:02d}", "M")
        found = (days.astype("datetime64[M]") - first).astype(np.int64)
        found[_NEVER] = self.months
        return np.clip(found, -1, self.months)


@contextmanager
def placed(ground: Ground) -> Iterator[None]:
    """Every path ever valid with its place in the order of the day, for the length of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE counted_place (path text COLLATE "C" PRIMARY KEY, n int4) ON COMMIT DROP'
        )
        with cursor.copy("COPY counted_place FROM STDIN") as out:
            for row in ground.places.items():
                out.write_row(row)
        cursor.execute("ANALYZE counted_place")
        yield
        cursor.execute("DROP TABLE counted_place")


def counted(what: declare.Tally | declare.Spans, window: Window, ground: Ground) -> tuple[Matrix, int]:
    """What each division itself holds month by month, and how much belongs to no division of any day."""
    packed, weights = _read(what, window, ground)
    area = packed >> 36
    begins = window.month_of_day[(packed >> 18) & _NEVER]
    ends = window.month_of_day[packed & _NEVER]
    lost = area >= len(ground.paths)
    weigh = np.ones(len(packed), dtype=np.int64) if weights is None else weights
    # The column behind the last month takes what ends after the window, and what a flow had before it.
    own = np.zeros((len(ground.paths) + 1, window.months + 1), dtype=np.int64)
    over = _over(what)
    if over:
        np.add.at(own, (area, np.where(begins < 0, window.months, begins)), weigh)
    else:
        np.add.at(own, (area, np.maximum(begins, 0)), weigh)
        np.subtract.at(own, (area, np.maximum(ends, 0)), weigh)
    return _run_on(own[:-1, :-1], over, window), int(weigh[lost].sum())


def rows_of(tally: declare.Tally, *, month: clock.Month | None = None) -> QuerySet[Model]:
    """The rows that a tally counts: all of them, or those of one month."""
    model = apps.get_model(tally.model)
    rows: QuerySet[Model] = model._default_manager.filter(_condition(tally))
    if month is None:
        return rows
    if tally.on:
        first = {"month": month.first, "year": month.first.replace(month=1), "plan": date(2021, 1, 1)}[
            tally.over
        ]
        at = _day(tally.on, model)
        return rows.filter(**{f"{at}__lte": month.last, f"{at}__gte": first})
    if tally.since:
        rows = rows.filter(**{f"{_day(tally.since, model)}__lte": month.last})
    if tally.until:
        at = _day(tally.until, model)
        rows = rows.filter(Q(**{f"{tally.until}": None}) | Q(**{f"{at}__gt": month.last}))
    return rows


def _over(what: declare.Tally | declare.Spans) -> str:
    """Within what a flow adds up; empty for a stock."""
    return what.over if isinstance(what, declare.Spans) or what.on else ""


def _run_on(own: Matrix, over: str, window: Window) -> Matrix:
    """A stock carries on; a flow stands for its month, or adds up within the year or the plan."""
    if over in ("", "plan"):
        return np.cumsum(own, axis=1)
    if over == "year":
        starts = [0, *(at for at in range(1, window.months) if (window.first + at).month == 1), window.months]
        for begin, end in pairwise(starts):
            own[:, begin:end] = np.cumsum(own[:, begin:end], axis=1)
    return own


def _read(
    what: declare.Tally | declare.Spans, window: Window, ground: Ground
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """One number for each row of the register, and its weight."""
    weighs = isinstance(what, declare.Spans) or bool(what.amount)
    given: Any
    if isinstance(what, declare.Spans):
        rows, given = what.statement, dict(what.given(ground.on))
    else:
        rows, given = _selected(what).query.sql_with_params()
    statement = _ROWS.format(
        rows=rows, last=window.last.last.isoformat(), lost=len(ground.paths),
        begin=_DAY.format(column="t.s", missing=0), end=_DAY.format(column="t.u", missing=_NEVER),
        weight=" || int8send(t.d::int8)" if weighs else "",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        (data,) = cursor.fetchone()
    found = np.frombuffer(bytes(data or b""), dtype=">i8").astype(np.int64)
    return (found[::2], found[1::2]) if weighs else (found, None)


def _selected(tally: declare.Tally) -> QuerySet[Any, Any]:
    """Place, day it begins to count, day it ceases to, and how much."""
    rows = rows_of(tally)
    begins, ends = tally.on or tally.since, "" if tally.on else tally.until
    never = Value(None, output_field=DateField())
    always = Value(_EPOCH, output_field=DateField())
    return rows.order_by().values_list(
        F(tally.path),
        _as_day(begins, rows.model) if begins else always,
        _as_day(ends, rows.model) if ends else never,
        F(tally.amount) if tally.amount else Value(1),
    )


def _condition(tally: declare.Tally) -> Q:
    met = Q()
    for column, wanted in tally.where.items():
        if isinstance(wanted, str) and wanted.startswith("!"):
            met &= ~Q(**{column: wanted[1:]})
        elif isinstance(wanted, tuple):
            met &= Q(**{f"{column}__in": wanted})
        else:
            met &= Q(**{column: wanted})
    return met


def _field(column: str, model: type[Model]) -> object:
    field, parts = None, column.split("__")
    for part in parts:
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def _as_day(column: str, model: type[Model]) -> F | TruncDate:
    return TruncDate(column) if isinstance(_field(column, model), DateTimeField) else F(column)


def _day(column: str, model: type[Model]) -> str:
    return f"{column}__date" if isinstance(_field(column, model), DateTimeField) else column

"""A register is read once for all that is counted in it: one statement, each row as one whole number (place, days)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.apps import apps
from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import TruncDate
from numpy.typing import NDArray

from minzheng.kernel import clock, declare
from minzheng.kernel.errors import Mistake

from .ground import Ground

__all__ = ["DAYS", "EPOCH", "NEVER", "Read", "Registers", "placed", "register_of", "rows_of", "tallies_of"]

EPOCH = date(1900, 1, 1)
DAYS = 1 << 18  # days from the epoch fit, with "never" beyond every day
NEVER = DAYS - 1
# A row is place * 2^36 + begin * 2^18 + end; a second number is what it weighs, where it is not one.
_EACH = """string_agg(int8send((coalesce(a.n, {lost})::int8 << 36) + ({begin} << 18) + {end}){weight}, '')
  FILTER (WHERE t.c{at} AND t.s{at}::date <= '{last}')"""
_ROWS = "SELECT {each} FROM ({rows}) AS t(p, {columns}) LEFT JOIN counted_place a ON a.path = t.p"
_DAY = "greatest(coalesce({column}::date - DATE '1900-01-01', {missing}), 0)::int8"


@dataclass(frozen=True)
class Read:
    """The rows of one tally: place in the ground (beyond it what no day explains), days, and what each weighs."""

    places: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    weights: NDArray[np.int64] | None


class Registers:
    """What is asked of each register is known beforehand: it is read when first asked and let go after the last."""

    def __init__(
        self, indicators: Mapping[str, declare.Indicator], last: clock.Month, ground: Ground
    ) -> None:
        self.last, self.ground = last, ground
        self.asked: dict[tuple[str, str], list[declare.Tally]] = defaultdict(list)
        self.read: dict[tuple[str, str], list[tuple[declare.Tally, Read]]] = {}
        for one in indicators.values():
            for tally in tallies_of(one):
                self.asked[register_of(tally)].append(tally)

    def rows(self, tally: declare.Tally | declare.Spans) -> Read:
        """The rows that one tally counts; what several tables tell has a statement of its own."""
        if isinstance(tally, declare.Spans):
            return _spanned(tally, self.last, self.ground)
        register = register_of(tally)
        waiting = self.asked[register]
        if register not in self.read:
            distinct = [one for at, one in enumerate(waiting) if one not in waiting[:at]]
            self.read[register] = list(zip(distinct, _read(distinct, self.last, self.ground), strict=True))
        found = next(rows for one, rows in self.read[register] if one == tally)
        waiting.remove(tally)
        if not waiting:
            del self.read[register], self.asked[register]
        return found


def tallies_of(one: declare.Indicator) -> list[declare.Tally]:
    """What is counted on either side of a measure."""
    sides = [side.of if isinstance(side, declare.PerUnit) else side for side in (one.count, one.out_of)]
    return [side for side in sides if isinstance(side, declare.Tally)]


def register_of(tally: declare.Tally) -> tuple[str, str]:
    """What is read in one go: a table by one of its places."""
    return tally.model, tally.path


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


def _read(tallies: Sequence[declare.Tally], last: clock.Month, ground: Ground) -> Iterator[Read]:
    """One number for each row and tally that counts it, and its weight."""
    rows, given = _selected(tallies).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_statement(tallies, rows, last, len(ground.paths)), given)
        found = cursor.fetchone()
    for tally, data in zip(tallies, found, strict=True):
        yield _unpacked(data, weighs=bool(tally.amount))


def _unpacked(data: bytes | None, *, weighs: bool) -> Read:
    numbers = np.frombuffer(data or b"", dtype=">i8").astype(np.int64)
    packed, weights = (numbers[::2], numbers[1::2]) if weighs else (numbers, None)
    return Read(packed >> 36, (packed >> 18) & NEVER, packed & NEVER, weights)


def _spanned(what: declare.Spans, last: clock.Month, ground: Ground) -> Read:
    """Place, first day, end and weight, as the statement gives them."""
    statement = _ROWS.format(
        each=_each(0, last, len(ground.paths), weighs=True),
        rows=f"SELECT p, true, s, u, d FROM ({what.statement}) AS r(p, s, u, d)", columns="c0, s0, u0, d0",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(what.given(ground.on)))
        (data,) = cursor.fetchone()
    return _unpacked(data, weighs=True)


def _statement(tallies: Sequence[declare.Tally], rows: str, last: clock.Month, lost: int) -> str:
    each = ", ".join(_each(at, last, lost, weighs=bool(tally.amount)) for at, tally in enumerate(tallies))
    columns = ", ".join(f"c{at}, s{at}, u{at}, d{at}" for at in range(len(tallies)))
    return _ROWS.format(each=each, rows=rows, columns=columns)


def _each(at: int, last: clock.Month, lost: int, *, weighs: bool) -> str:
    """One column of the statement: all rows of one tally in one value."""
    return _EACH.format(
        at=at, last=last.last.isoformat(), lost=lost, begin=_DAY.format(column=f"t.s{at}", missing=0),
        end=_DAY.format(column=f"t.u{at}", missing=NEVER), weight=f" || int8send(t.d{at}::int8)" if weighs else "",
    )  # fmt: skip


def _selected(tallies: Sequence[declare.Tally]) -> QuerySet[Any, Any]:
    """Place, and for each tally whether it counts the row, the days it begins and ceases to count, and how much."""
    model = apps.get_model(tallies[0].model)
    for one in tallies:
        _each_row_once(one, model)
    conditions = [_condition(one) for one in tallies]
    wanted = reduce(or_, conditions) if all(conditions) else Q()
    columns = [
        column
        for tally, met in zip(tallies, conditions, strict=True)
        for column in (
            ExpressionWrapper(met, BooleanField()) if met else Value(True),
            *_columns(tally, model),
        )
    ]
    found: QuerySet[Any, Any] = model._default_manager.filter(wanted).order_by()
    return found.values_list(F(tallies[0].path), *columns)


def _each_row_once(tally: declare.Tally, model: type[Model]) -> None:
    """Only what a row holds, or what it points at: over rows that point at it, it would be counted repeatedly."""
    for column in (*tally.where, tally.path, tally.since, tally.until, tally.on, tally.amount):
        of = model
        for part in column.split("__"):
            field = {one.name: one for one in of._meta.get_fields()}.get(part)
            if field is None:
                break
            if field.one_to_many or field.many_to_many:
                raise Mistake("row_counted_twice", f"{tally.model}: {column} leads to many rows for one")
            of = field.related_model or of


def _columns(tally: declare.Tally, model: type[Model]) -> Iterator[Any]:
    begins, ends = tally.on or tally.since, "" if tally.on else tally.until
    yield _as_day(begins, model) if begins else Value(EPOCH, output_field=DateField())
    yield _as_day(ends, model) if ends else Value(None, output_field=DateField())
    yield F(tally.amount) if tally.amount else Value(1)


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
    field: Any = None
    for part in column.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def _as_day(column: str, model: type[Model]) -> F | TruncDate:
    return TruncDate(column) if isinstance(_field(column, model), DateTimeField) else F(column)


def _day(column: str, model: type[Model]) -> str:
    return f"{column}__date" if isinstance(_field(column, model), DateTimeField) else column

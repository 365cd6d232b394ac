"""Reading what was computed or frozen: one month of many indicators, or one indicator through time, within scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import F, Model, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from .models import Computation, Frozen, FrozenSeries, Series
from .packing import unpacked
from .reading import rows_of

__all__ = ["Figure", "Shown", "behind", "behind_tally", "latest", "month_of", "months_among", "months_of"]


@dataclass(frozen=True)
class Figure:
    """Numerator and denominator; no value where nothing can be divided by."""

    numerator: int
    denominator: int | None = None
    given: bool = False

    @property
    def value(self) -> Fraction | None:
        """The exact value that is compared; NA is no value and is never counted."""
        if self.denominator is None:
            return Fraction(self.numerator)
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True)
class Shown:
    """What is read: the last computation, or a frozen snapshot."""

    of: Computation | Frozen

    @property
    def first(self) -> clock.Month:
        return clock.Month.of(self.of.first)

    @property
    def last(self) -> clock.Month:
        return self.first + (self.of.months - 1)

    def series(self) -> QuerySet[Model]:
        """Its rows."""
        if isinstance(self.of, Frozen):
            return FrozenSeries.objects.filter(frozen=self.of)
        return Series.objects.filter(computation=self.of)


def latest() -> Shown | None:
    """The newest finished computation."""
    found = Computation.objects.filter(finished_at__isnull=False).order_by("-id").first()
    return Shown(found) if found else None


def month_of(
    shown: Shown, month: clock.Month, by: Actor, *, paths: Collection[str], indicators: Collection[str] = ()
) -> dict[tuple[str, str], Figure]:
    """Many indicators of some places in one month, in one query; what was never counted there is left out."""
    if not shown.first <= month <= shown.last:
        return {}
    rows = _rows(shown, by).filter(path__in=paths)
    if indicators:
        rows = rows.filter(indicator__in=indicators)
    at = month.months_since(shown.first)
    one = {
        side: RawSQL(f"substring({column} FROM %s * width + 1 FOR width)", [at])
        for side, column in (("n", "numerators"), ("d", "denominators"))
    }
    given = F("source") if isinstance(shown.of, Frozen) else F("indicator")
    found = {}
    columns = rows.annotate(**one).values_list("indicator", "path", "width", "n", "d", given)
    for code, path, width, above, below, source in columns:
        (number,) = unpacked(above, width) or [None]
        if number is not None:
            under = unpacked(below, width)[0] if below is not None else None
            found[code, path] = Figure(number, under, source == "given")
    return found


def months_among(
    shown: Shown,
    months: Iterable[clock.Month],
    by: Actor,
    *,
    paths: Collection[str],
    indicators: Collection[str],
) -> dict[clock.Month, dict[tuple[str, str], Figure]]:
    """Several months of some indicators and places, in one query; what was never counted there is left out."""
    found: dict[clock.Month, dict[tuple[str, str], Figure]] = {month: {} for month in months}
    inside = {month: month.months_since(shown.first) for month in found if shown.first <= month <= shown.last}
    rows = _rows(shown, by).filter(path__in=list(paths), indicator__in=list(indicators))
    source = F("source") if isinstance(shown.of, Frozen) else F("indicator")
    columns = rows.values_list("indicator", "path", "width", "numerators", "denominators", source)
    for code, path, width, above, below, given in columns:
        over, under = unpacked(above, width), unpacked(below, width) if below is not None else None
        for month, at in inside.items():
            if (number := over[at]) is not None:
                found[month][code, path] = Figure(number, under[at] if under else None, given == "given")
    return found


def months_of(shown: Shown, indicator: str, path: str, by: Actor) -> dict[clock.Month, Figure]:
    """One indicator of one place, month by month."""
    columns = ("width", "numerators", "denominators")
    row = _rows(shown, by).filter(path=path, indicator=indicator).values_list(*columns).first()
    if row is None:
        return {}
    width, above, below = row
    under = unpacked(below, width) if below is not None else None
    return {
        shown.first + at: Figure(number, under[at] if under else None)
        for at, number in enumerate(unpacked(above, width))
        if number is not None
    }


def behind(
    code: str, month: clock.Month, by: Actor, *, path: str, below: bool = False
) -> tuple[declare.Tally, QuerySet[Model]]:
    """The rows that a number counts (or its denominator), beneath a place and within the reader's scope."""
    found = catalogue.current().indicators.get(code)
    what = (found.item.out_of if below else found.item.count) if found else None
    tally = what.of if isinstance(what, declare.PerUnit) else what
    if not isinstance(tally, declare.Tally):
        raise NotFound("no_rows_behind", "这个数没有可以逐条查看的台账记录。")
    rows = in_scope(rows_of(tally, month=month), by, tally.path)
    return tally, rows.filter(Q(**{f"{tally.path}__startswith": path}))


def _rows(shown: Shown, by: Actor) -> QuerySet[Model]:
    return in_scope(shown.series(), by)


def behind_tally(tally: declare.Tally, month: clock.Month, *, path: str) -> int:
    """What one number comes to when its rows are counted one place and month at a time: the slow way, to compare."""
    rows = rows_of(tally, month=month).filter(**{f"{tally.path}__startswith": path})
    if not tally.amount:
        return rows.count()
    return int(rows.aggregate(n=Sum(tally.amount))["n"] or 0)

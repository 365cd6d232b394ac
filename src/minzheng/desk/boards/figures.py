"""The figures of a board: every indicator of a place for two months, added up from its counties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, F, Max, Sum, Value

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of, level_of, uids
from minzheng.kernel.areas.queries import county_part
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.models import Snapshot
from minzheng.ui.shown import NOTHING, yuan

__all__ = [
    "Counted",
    "Figures",
    "counted_at",
    "drawn",
    "headline",
    "in_words",
    "part_in_words",
    "read",
    "trend",
]

_MILLION = 1_000_000_00


@dataclass(frozen=True)
class Counted:
    """Numerator and denominator; sums are made of these, never of shares."""

    numerator: int
    denominator: int | None = None

    def __add__(self, other: Counted) -> Counted:
        both = self.denominator is not None or other.denominator is not None
        below = (self.denominator or 0) + (other.denominator or 0) if both else None
        return Counted(self.numerator + other.numerator, below)


@dataclass(frozen=True)
class Figures:
    """All indicators below a place for one month: by county, and within a county by township."""

    values: Mapping[tuple[str, str], Counted]
    counted: bool = True

    def of(self, indicator: str, under: str) -> Counted | None:
        """The sum of what lies below a place; nothing at all where the month was not counted."""
        found = Counted(0) if self.counted else None
        for (code, path), value in self.values.items():
            if code == indicator and path.startswith(under):
                found = value if found is None else found + value
        return found

    def by_part(self, indicator: str, under: str) -> dict[str, Counted]:
        """The parts directly below a place: cities and the counties run by the province, counties, or townships."""
        depth, parts = len(uids(under)) + 1, dict[str, Counted]()
        for (code, path), value in self.values.items():
            if code == indicator and path.startswith(under):
                part = "/".join(uids(path)[:depth]) + "/"
                parts[part] = parts[part] + value if part in parts else value
        return parts

    def counties(self, indicator: str, under: str) -> dict[str, Counted]:
        """County by county."""
        found = dict[str, Counted]()
        for (code, path), value in self.values.items():
            if code == indicator and path.startswith(under):
                county = county_of(path) or path
                found[county] = found[county] + value if county in found else value
        return found


def read(months: Iterable[clock.Month], by: Actor, *, under: str) -> dict[clock.Month, Figures]:
    """Everything the board needs of these months: what was counted, and which of them were counted at all."""
    wanted = list(months)
    every = Snapshot.objects.filter(month__in=[month.first for month in wanted])
    rows = in_scope(every.filter(path__startswith=under), by)
    at = F("path") if level_of(under) >= Level.COUNTY else county_part("path")
    kept: dict[clock.Month, dict[tuple[str, str], Counted]] = defaultdict(dict)
    summed = rows.annotate(at=at).values("month", "indicator", "at").order_by()
    columns = summed.annotate(n=Sum("numerator"), d=Sum("denominator"))
    # Of the months that were counted at all one measure tells, found by its key.
    one = next(code for code, each in catalogue.current().indicators.items() if not each.item.computed)
    known = every.filter(indicator=one).values_list(
        "month", Value(""), Value(""), Value(0), Value(None, BigIntegerField())
    )
    for month, indicator, path, n, d in columns.values_list("month", "indicator", "at", "n", "d").union(
        known
    ):
        found = kept[clock.Month.of(month)]
        if indicator:
            found[indicator, path] = Counted(int(n), None if d is None else int(d))
    return {month: Figures(kept.get(month, {}), month in kept) for month in wanted}


def counted_at(month: clock.Month, by: Actor, *, under: str) -> object:
    """When the month was last counted."""
    rows = in_scope(Snapshot.objects.filter(month=month.first, path__startswith=under), by)
    return rows.aggregate(at=Max("counted_at"))["at"]


def trend(indicator: str, months: list[clock.Month], by: Actor, *, under: str) -> list[Counted | None]:
    """One indicator of a place over some months, in one query."""
    rows = in_scope(
        Snapshot.objects.filter(
            indicator=indicator, month__range=(months[0].first, months[-1].first), path__startswith=under
        ),
        by,
    )
    sums = rows.values("month").annotate(n=Sum("numerator"), d=Sum("denominator"))
    found = {clock.Month.of(row["month"]): Counted(row["n"], row["d"]) for row in sums}
    return [found.get(month) for month in months]


def in_words(indicator: declare.Indicator, value: Counted | None) -> str:
    """A value as it is read: fen as yuan, shares cut to one decimal and never rounded up to a target."""
    if value is None:
        return NOTHING
    if indicator.nothing and not value.numerator:
        return indicator.nothing
    if indicator.out_of is None:
        return yuan(value.numerator) if _money(indicator) else f"{value.numerator:,}"
    if not value.denominator:
        return NOTHING
    if indicator.unit == "%":
        tenths = value.numerator * 1000 // value.denominator
        return f"{tenths // 10}.{tenths % 10}"
    whole = value.numerator // value.denominator
    return yuan(whole) if _money(indicator) else f"{whole:,}"


def headline(indicator: declare.Indicator, value: Counted | None) -> tuple[str, str]:
    """A key figure with its unit: from a million yuan on in 万元, cut to two decimals."""
    if value is not None and _money(indicator) and indicator.out_of is None and value.numerator >= _MILLION:
        hundredths = value.numerator // 10_000
        return f"{hundredths // 100:,}.{hundredths % 100:02d}", f"万{indicator.unit}"
    said = in_words(indicator, value)
    return said, "" if said in (NOTHING, indicator.nothing) else indicator.unit


def part_in_words(indicator: declare.Indicator, number: int | None, *, below: bool = False) -> str:
    """A numerator or a denominator; only what is counted above the line is money."""
    if number is None:
        return NOTHING
    return yuan(number) if _money(indicator) and not below else f"{number:,}"


def drawn(indicator: declare.Indicator, value: Counted | None) -> int | float | None:
    """The same value for a picture: whole yuan, tenths of a percent."""
    if value is None or (indicator.out_of is not None and not value.denominator):
        return None
    top, below = value.numerator, value.denominator or 1
    if indicator.unit == "%":
        return top * 1000 // below / 10
    return top // below // 100 if _money(indicator) else top // below


def _money(indicator: declare.Indicator) -> bool:
    """Money is counted in fen and shown in yuan."""
    return indicator.unit.startswith("元")

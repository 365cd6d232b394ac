"""Boards: values below a place, each with its total as sum over sum."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import counties, county_part
from minzheng.kernel.audit import Actor

from .figures import latest, month_of
from .models import Snapshot

__all__ = ["Measured", "by_county", "total"]


@dataclass(frozen=True)
class Measured:
    """A counted value; ``share`` is shown, never compared."""

    path: str
    numerator: int
    denominator: int | None

    @property
    def percent(self) -> str:
        """The share as a reader sees it, one decimal, cut and not rounded up to a target."""
        if not self.denominator:
            return "—"
        tenths = self.numerator * 1000 // self.denominator
        return f"{tenths // 10}.{tenths % 10}%"


def by_county(indicator: str, month: clock.Month, by: Actor, *, under: str = "") -> list[Measured]:
    """The counties within scope below a place."""
    if _at_once(indicator):
        return _computed(indicator, month, by, under)
    rows = in_scope(
        Snapshot.objects.filter(indicator=indicator, month=month.first, path__startswith=under), by
    )
    summed = rows.annotate(at=county_part("path")).values("at").order_by("at")
    columns = summed.annotate(n=Sum("numerator"), d=Sum("denominator")).values_list("at", "n", "d")
    return [Measured(path, n, d) for path, n, d in columns]


def total(indicator: str, month: clock.Month, by: Actor, *, under: str = "") -> Measured:
    """The same counties added up: Σ numerators over Σ denominators."""
    if _at_once(indicator):
        found = _computed(indicator, month, by, under)
        below = [one.denominator for one in found if one.denominator is not None]
        return Measured(under, sum(one.numerator for one in found), sum(below) if below else None)
    rows = in_scope(
        Snapshot.objects.filter(indicator=indicator, month=month.first, path__startswith=under), by
    )
    summed = rows.aggregate(n=Sum("numerator"), d=Sum("denominator"))
    return Measured(under, summed["n"] or 0, summed["d"])


def _at_once(indicator: str) -> bool:
    found = catalogue.current().indicators.get(indicator)
    return found is not None and found.item.computed


def _computed(indicator: str, month: clock.Month, by: Actor, under: str) -> list[Measured]:
    """The counties of the last computation; one in which nothing was counted is left out."""
    shown = latest()
    if shown is None:
        return []
    paths = [one.path for one in counties(under)]
    found = month_of(shown, month, by, paths=paths, indicators=[indicator])
    return [Measured(path, one.numerator, one.denominator) for (_, path), one in sorted(found.items())]

"""Boards: values below a place, each with its total as sum over sum."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor

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
    rows = in_scope(
        Snapshot.objects.filter(indicator=indicator, month=month.first, path__startswith=under), by
    )
    return [Measured(row.path, row.numerator, row.denominator) for row in rows.order_by("path")]


def total(indicator: str, month: clock.Month, by: Actor, *, under: str = "") -> Measured:
    """The same counties added up: Σ numerators over Σ denominators."""
    rows = in_scope(
        Snapshot.objects.filter(indicator=indicator, month=month.first, path__startswith=under), by
    )
    summed = rows.aggregate(n=Sum("numerator"), d=Sum("denominator"))
    return Measured(under, summed["n"] or 0, summed["d"])

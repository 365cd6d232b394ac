"""Reading the numbers of some places for some months: one query, whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor

from .models import BoardFigure

__all__ = ["Figures", "figures"]

Number = tuple[int, int | None]


@dataclass(frozen=True)
class Figures:
    """What was counted, by place, month and code."""

    values: Mapping[tuple[str, clock.Month, str], Number]
    counted_at: datetime | None
    months: frozenset[clock.Month] = frozenset()

    def of(self, path: str, month: clock.Month, code: str) -> Number | None:
        """One number; nothing where none was counted."""
        return self.values.get((path, month, code))

    def codes(self, beginning: str) -> list[str]:
        """Which there are of a kind."""
        return sorted({code for _, _, code in self.values if code.startswith(beginning)})

    def counted(self, month: clock.Month) -> bool:
        """Whether the month was counted, though nothing may have happened in it."""
        return month in self.months


def figures(paths: Collection[str], months: Collection[clock.Month], *, by: Actor) -> Figures:
    """Of places within the reader's scope."""
    asked = BoardFigure.objects.filter(month__in=[one.first for one in months])
    rows = in_scope(asked.filter(path__in=paths), by) | asked.filter(code="counted")
    found, latest = dict[tuple[str, clock.Month, str], Number](), None
    for path, month, code, n, d, at in rows.values_list(
        "path", "month", "code", "numerator", "denominator", "counted_at"
    ):
        found[path, clock.Month.of(month), code] = (n, d)
        latest = at if latest is None else max(latest, at)
    return Figures(found, latest, frozenset(month for _, month, _ in found))

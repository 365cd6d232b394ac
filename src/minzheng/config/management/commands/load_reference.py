"""manage load_reference: divisions and the working-day calendar; a second run adds nothing."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand

from minzheng.kernel.areas import loading
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.clock import seed
from minzheng.kernel.standards.actions import publish_calendar_year
from minzheng.kernel.standards.models import CalendarDay


class Command(BaseCommand):
    """Fills what is missing and touches nothing that the office has edited."""

    help = "载入行政区划和节假日安排（可重复运行）"

    def handle(self, *_: Any, **__: Any) -> None:
        """Divisions first, then the years of the calendar that are not kept yet."""
        by = system("load_reference")
        added = load_divisions(by=by) if self._incomplete() else 0
        years = load_calendar(by=by)
        self.stdout.write(
            f"行政区划新增 {added} 条，共 {Division.objects.count()} 条；节假日安排新增 {years} 个年度。"
        )

    @staticmethod
    def _incomplete() -> bool:
        known = set(Division.objects.values_list("uid", flat=True))
        return not known.issuperset(unit.uid for unit in loading.units())


@verb("areas.load", label="载入行政区划")
def load_divisions(*, by: Actor) -> int:
    """The units that the table does not hold yet; how many."""
    added = loading.load()
    note(path="22/", article=loading.SOURCE, after={"added": added})
    return added


def load_calendar(*, by: Actor) -> int:
    """Every published year that the office has not entered yet; how many."""
    kept = set(CalendarDay.objects.values_list("year", flat=True).distinct())
    years = groupby(
        sorted(seed.rows(), key=lambda row: (row["year"], row["day"])), key=lambda row: row["year"]
    )
    missing = [list(rows) for year, rows in years if year not in kept]
    for rows in missing:
        publish_calendar_year(rows=rows, by=by)
    return len(missing)

"""Deadlines at risk: open steps past their day, and those in the last stretch of their limit, by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.standards.queries import calendar

__all__ = ["at_risk"]

# Yellow is the last fifth of a limit: beyond this no step of the longest procedure can be yellow.
_AHEAD = timedelta(days=45)


def at_risk() -> Iterator[tuple[str, str, int, None]]:
    """Grouped by place, day due and day opened, so that the calendar is asked once for each kind of step."""
    today, days = clock.today(), calendar()
    groups = (
        Task.objects.filter(state=Task.State.OPEN, due_on__lte=today + _AHEAD)
        .exclude(case__state=Case.State.PAUSED)
        .annotate(opened=TruncDate("opened_at"))
        .values_list("path", "due_on", "opened")
        .annotate(n=Count("id"))
        .order_by()
    )
    limits, found = _Limits(), Counter[tuple[str, str]]()
    for path, due_on, opened, n in groups:
        if due_on < today:
            found[path, "risk.red"] += n
            continue
        percent, least = limits.of(county_of(path) or path)
        light = clock.light(
            remaining=days.working_between(today, due_on), limit=max(1, days.working_between(opened, due_on)),
            overdue=False, yellow_percent=percent, yellow_days=least,
        )  # fmt: skip
        if light.value == "yellow":
            found[path, "risk.yellow"] += n
    for (path, code), n in found.items():
        yield path, code, n, None


class _Limits:
    """The limits of yellow, looked up once for each county."""

    def __init__(self) -> None:
        self._on, self._parameters = clock.today(), catalogue.current().parameters()
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, county: str) -> tuple[int, int]:
        """Percent of the limit, and working days."""
        if county not in self._known:
            keys = ("casework.light.yellow_percent", "casework.light.yellow_days")
            found = [int(str(self._parameters.get(key, path=county, on=self._on).value)) for key in keys]
            self._known[county] = (found[0], found[1])
        return self._known[county]

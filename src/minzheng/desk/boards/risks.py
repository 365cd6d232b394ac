"""Deadlines at risk by county: open steps overdue, and those about to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from django.db.models import CharField, Count, F, Func, QuerySet, Value
from django.db.models.functions import TruncDate

from minzheng.desk.lights import Lights
from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Task
from minzheng.ui.tables import Head, Row

__all__ = ["COLUMNS", "at_risk"]

COLUMNS = (Head("地区"), Head("已超期", "number"), Head("临近到期", "number"))
# A county's path ends at the first unit of five or six signs.
_COUNTY = r"^[^/]{2}/([^/]{4}/)?[^/]{5,6}/"
# Yellow is the last fifth of a limit: beyond this no step of the longest procedure can be yellow.
_AHEAD = timedelta(days=45)


def at_risk(by: Actor, *, under: str) -> dict[str, Counter[str]]:
    """Red and yellow steps by county, grouped by the database; two queries, whatever their number."""
    today, lights = clock.today(), Lights()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    groups = _open(by, under).filter(due_on__lte=today + _AHEAD).values("county", "due_on", "opened")
    for row in groups.annotate(n=Count("id")).order_by():
        light = lights.of(row["due_on"], row["opened"], row["county"])
        if light.code in {"red", "yellow"}:
            found[row["county"]][light.code] += row["n"]
    return found


def rows(found: dict[str, Counter[str]], names: dict[str, str]) -> list[Row]:
    """The table, the worst first; each row leads to the cases of that place."""
    worst = sorted(found.items(), key=lambda item: (-item[1]["red"], -item[1]["yellow"], item[0]))
    return [
        Row([names[path], each["red"], each["yellow"]], url=f"/desk/cases/?place={path}")
        for path, each in worst
    ]


def _open(by: Actor, under: str) -> QuerySet[Task]:
    tasks = in_scope(Task.objects.filter(state=Task.State.OPEN, path__startswith=under), by)
    county = Func(F("path"), Value(_COUNTY), function="regexp_substr", output_field=CharField())
    return tasks.exclude(case__state=Case.State.PAUSED).annotate(county=county, opened=TruncDate("opened_at"))

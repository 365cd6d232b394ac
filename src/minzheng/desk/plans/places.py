"""The plan by place: how many targets stand under each light in every city and county, the worst first."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import counties, name_of
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.letters import COLOURS
from minzheng.kernel.plans.standing import standings
from minzheng.ui.tables import Head, Row

from .words import ROOM, day_of, place_bar

__all__ = ["places"]

COLUMNS = (
    Head("县（市、区）"),
    *(Head(word, "number") for word in COLOURS.values()),
    Head("滞后或未完成的目标"),
)


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every county beneath a place in one month; each leads to its own board."""
    by, plan = reader(staff(request)), only_plan()
    under, on = place_of(by, request.GET.get("under", "")), day_of(request.GET.get("month", ""))
    chapter = request.GET.get("chapter", "")
    of = {section.code: section.chapter for section in plan.item.sections}
    targets = [
        one for one in plan.item.targets
        if one.is_target and (not chapter or of[one.sections[0]] == chapter)
    ]  # fmt: skip
    around = {one.path: one.name for one in counties(under, on=on)}
    found = standings(plan, by, paths=list(around), on=on)
    month, rows = str(clock.Month.of(on)), []
    for path, name in around.items():
        every = [found[target.code, path] for target in targets]
        counts = Counter(one.light.colour for one in every)
        red = [f"{one.target.code} {one.target.label}" for one in every if one.light.colour == "red"]
        url = "/desk/plans/?" + urlencode({"under": path, "month": month, "chapter": chapter})
        cells: list[Any] = [
            name,
            *(counts[colour] for colour in COLOURS),
            _told(red),
        ]
        rows.append((-counts["red"], -counts["yellow"], path, Row(cells, url=url)))
    return render(request, "desk/plans/places.html", {
        **header(f"各县情况 {month}", crumbs=[ROOM], lead=name_of(under)), "columns": COLUMNS,
        "rows": [row for *_, row in sorted(rows, key=lambda one: one[:3])], "total": len(targets),
        "filters": place_bar(by, under, month=month, chapter=(chapter, plan.item.chapters)),
    })  # fmt: skip


def _told(red: list[str]) -> str:
    """The first two in the order of the plan, and how many there are."""
    more = f" 等 {len(red)} 个" if len(red) > 2 else ""
    return "；".join(red[:2]) + more or "没有滞后的目标"

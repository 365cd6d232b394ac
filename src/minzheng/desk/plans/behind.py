"""The entries behind a figure of a target, on either side, within the reader's own scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.indicators.figures import behind
from minzheng.kernel.plans.duties import only_plan, target_of
from minzheng.kernel.plans.standing import measure_of
from minzheng.kernel.registers import reach as registers
from minzheng.ui.tables import Head, Row

from .words import ROOM, day_of

__all__ = ["rows", "rows_url"]

COLUMNS = (Head("编号"), Head("所在地"))


@require_GET
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """What the numerator counts, or with ``side=below`` the denominator; each leads to its entry."""
    by, plan = reader(staff(request)), only_plan()
    wanted, measure = target_of(plan, code), measure_of(code)
    if not measure:
        raise NotFound("no_rows_behind", "这个目标还没有台账，没有可以查看的记录。")
    under, on = place_of(by, request.GET.get("under", "")), day_of(request.GET.get("month", ""))
    below = request.GET.get("side") == "below"
    tally, found = behind(measure, clock.Month.of(on), by, path=under, below=below)
    link, _, _ = tally.path.rpartition("__")
    page = latest_first(found.select_related(link) if link else found, request)
    at = [getattr(getattr(row, link) if link else row, "path") for row in page.rows]  # noqa: B009  (any model)
    called, entries = names(at), _entries(tally.model, [row.pk for row in page.rows], by)
    other = rows_url(code, measure, under, on, below=not below)
    actions = [{"url": other, "label": "看分子" if below else "看分母", "icon": "database"}] if other else []
    back = f"/desk/plans/targets/{code}/?" + urlencode({"under": under, "month": str(clock.Month.of(on))})
    return render(request, "desk/plans/rows.html", {
        **header(tally.label, crumbs=[ROOM, (wanted.label, back)], lead=name_of(under), actions=actions),
        "columns": COLUMNS, "page": page,
        "rows": [
            Row([str(row.pk), called[path]], url=entries.get(row.pk, ""))
            for row, path in zip(page.rows, at, strict=True)
        ],
    })  # fmt: skip


def rows_url(code: str, measure: str, under: str, on: date, *, below: bool = False) -> str:
    """To the entries behind one side of a figure, where that side counts entries."""
    found = catalogue.current().indicators.get(measure)
    what = (found.item.out_of if below else found.item.count) if found else None
    counts = what.of if isinstance(what, declare.PerUnit) else what
    if not isinstance(counts, declare.Tally) or level_of(under) > Level.COUNTY:
        return ""
    side = {"side": "below"} if below else {}
    return f"/desk/plans/targets/{code}/rows/?" + urlencode(
        {"under": under, "month": str(clock.Month.of(on)), **side}
    )


def _entries(model: str, numbers: Collection[Any], by: Actor) -> dict[Any, str]:
    """The pages of these rows, in whichever register of the model the reader may open them."""
    if model == "plans.Project":
        return {number: f"/desk/plans/projects/{number}/" for number in numbers}
    found: dict[Any, str] = {}
    for declared in registers.readable(by):
        if declared.item.model == model:
            open_here = registers.rows(declared, by=by).filter(pk__in=numbers).values_list("pk", flat=True)
            found |= {number: f"/desk/registers/{declared.code}/{number}/" for number in open_here}
    return found

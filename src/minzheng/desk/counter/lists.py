"""Receipts of the place: what waits for an answer first to be seen, what a department leaves lying marked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.feedback.reach import rating_actions
from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.counter import duties
from minzheng.kernel.counter.answering import late
from minzheng.kernel.counter.models import Intake, Part
from minzheng.kernel.counter.queries import intakes, waiting_parts
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

__all__ = ["ROOM", "receipts"]

ROOM = ("一门受理", "/desk/counter/")
_COLUMNS = (
    Head("来办事的人"), Head("登记时间", "instant"), Head("分办"), Head("状态"), Head("地区", secondary=True),
    Head("回执编号", secondary=True),
)  # fmt: skip
_STATES = {"open": "办理中", "late": "转办超期", "answered": "已答复"}


@require_GET
def receipts(request: HttpRequest) -> HttpResponse:
    """The latest first; by number or state."""
    by = staff(request)
    if not any(duties.receives(by, path) or duties.coordinates(by, path) for path in by.scope):
        raise NotAllowed("not_the_window", "受理回执由窗口人员和县级协调岗位查看，您没有这样的岗位。")
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("q", "state")}
    today = clock.today()
    rows = intakes(by)
    if asked["q"]:
        rows = rows.filter(number__begins=asked["q"])
    if asked["state"] == "answered":
        rows = rows.filter(answered_at__isnull=False)
    elif asked["state"] in _STATES:
        rows = rows.filter(answered_at=None)
        rows = rows.filter(waiting_parts(today)) if asked["state"] == "late" else rows
    shown = rows.select_related("person").annotate(
        cases=Count("parts", filter=Q(parts__state=Part.State.CASE)),
        passed=Count("parts", filter=~Q(parts__state=Part.State.CASE)),
    )  # fmt: skip
    page = latest_first(
        shown.prefetch_related(Prefetch("parts", Part.objects.exclude(state="case"))), request
    )
    places = names(one.path for one in page.rows)
    head = header(ROOM[0], lead="一次登记，一张回执，一次答复。", actions=rating_actions(by))
    return render(request, "desk/counter/list.html", head | {
        "columns": _COLUMNS, "rows": [_row(one, places, today) for one in page.rows], "page": page,
        "count": capped(rows), "filtered": any(asked.values()), "filters": _filters(asked),
        # To coordinators no application is handed in.
        "new_url": "/desk/cases/new/" if any(duties.receives(by, path) for path in by.scope) else "",
    })  # fmt: skip


def _row(one: Intake, places: dict[str, str], today: date) -> Row:
    counted: Any = one
    parts = "，".join(
        said for number, said in (
            (counted.cases, f"办件 {counted.cases} 件"), (counted.passed, f"转办 {counted.passed} 项"),
        ) if number
    )  # fmt: skip
    slow = any(late(part, today) for part in one.parts.all() if part.state in ("sent", "accepted"))
    if one.answered_at:
        state = badge("已答复", "good")
    else:
        state = badge("转办超期", "bad") if slow else badge("办理中", "info")
    cells = [mask_name(one.person.name), one.received_at, parts, state, places[one.path], one.number]
    return Row(cells, url=f"/desk/counter/{one.pk}/", mark="bad" if slow and not one.answered_at else "")


def _filters(asked: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": "q", "label": "回执编号", "kind": "text", "value": asked["q"]},
        {
            "name": "state",
            "label": "状态",
            "kind": "choice",
            "value": asked["state"],
            "options": list(_STATES.items()),
        },
    ]

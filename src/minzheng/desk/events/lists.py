"""The register of events within scope, and what they ask of the place; the urgent first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import address, capped, latest_first
from minzheng.kernel import declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.events import duties, queries
from minzheng.kernel.events.models import FollowUp, LifeEvent
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .reach import ROOM, TODO, follow_up_badge, places, reader, reports, state_badge

__all__ = ["index", "todo"]

_COLUMNS = (
    Head("人员"), Head("类别"), Head("发生日期", "day"), Head("地区"), Head("状态"), Head("编号", secondary=True),
)  # fmt: skip
_TODO = (
    Head("事项"),
    Head("地区"),
    Head("时限"),
    Head("期限", "day"),
    Head("状态"),
    Head("事件", secondary=True),
)
_LEAD = "公安、医院、殡葬、法院、婚姻登记、残联等单位报送，村（社区）可手工登记；同一事件只记一次，有矛盾的先裁定。"
_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first, narrowed by kind, state and place."""
    by = staff(request)
    looker = reader(by)
    chosen = {name: request.GET.get(name, "")[:64] for name in ("kind", "state", "place")}
    rows = _chosen(queries.events(looker), chosen)
    waiting = 0 if any(chosen.values()) else queries.undecided(looker)
    page = latest_first(rows, request)
    shown = names({one.path for one in page.rows})
    return render(request, "desk/events/index.html", {
        **header(ROOM[0], lead=_LEAD, actions=_buttons(by)), "columns": _COLUMNS,
        "rows": [
            Row(
                [
                    mask_name(one.person.name), one.get_kind_display(), one.day, shown[one.path], state_badge(one),
                    one.number,
                ],
                url=f"{ROOM[1]}{one.pk}/",
            )
            for one in page.rows
        ],
        "page": page, "count": capped(rows).replace("件", "个事件"), "filters": _filters(looker, chosen),
        "filtered": any(chosen.values()), "may_report": reports(by), "waiting": waiting,
    })  # fmt: skip


def _chosen(rows: QuerySet[LifeEvent], chosen: dict[str, str]) -> QuerySet[LifeEvent]:
    if chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["state"] == "waiting":
        rows = rows.filter(queries.UNDECIDED)
    elif chosen["state"] == "disputed":
        rows = rows.exclude(disputed="")
    elif chosen["state"]:
        rows = rows.filter(state=chosen["state"])
    if chosen["place"]:
        rows = rows.filter(Q(path__startswith=chosen["place"]) | Q(to_path__startswith=chosen["place"]))
    return rows


def _filters(by: Actor, chosen: dict[str, str]) -> list[dict[str, Any]]:
    kinds = [(one.code, one.label) for one in declare.EVENT_KINDS.values()]
    states = [("waiting", "须核实或裁定"), *LifeEvent.State.choices, ("disputed", "又有不同报告")]
    options = (("kind", "类别", kinds), ("state", "状态", states), ("place", "地区", places(by)))
    return [
        {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": found}
        for name, label, found in options
        if found
    ]


def _buttons(by: Actor) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = []
    if reports(by):
        buttons.append({"url": f"{ROOM[1]}new/", "label": "登记事件", "icon": "plus", "kind": "primary"})
    if any(post.role in duties.roles(duties.placer) for post in by.posts):
        buttons.append({"url": f"{ROOM[1]}unplaced/", "label": "未登记的来源事件", "icon": "alert-triangle"})
    return [*buttons, {"url": TODO[1], "label": TODO[0], "icon": "checklist"}]


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """What events ask of the place: the earliest due first; what is done only when asked for."""
    looker = reader(staff(request))
    chosen = {name: request.GET.get(name, "")[:64] for name in ("state", "place")}
    rows = queries.follow_ups(looker)
    rows = rows.filter(state=chosen["state"]) if chosen["state"] else rows.filter(state__in=["open", "begun"])
    rows = rows.filter(path__startswith=chosen["place"]) if chosen["place"] else rows
    found = list(_after(rows, request)[: _SIZE + 1])
    page, last = found[:_SIZE], found[_SIZE - 1] if len(found) > _SIZE else None
    options = (("state", "状态", list(FollowUp.State.choices)), ("place", "地区", places(looker)))
    return render(request, "desk/events/todo.html", {
        **header(TODO[0], crumbs=[ROOM], lead="由事件引起、须由人办理的事项；办结前待遇不变。"),
        "columns": _TODO, "rows": _todo_rows(page), "count": capped(rows).replace("件", "项"),
        "next_url": address(request, after=f"{last.due_on}_{last.pk}") if last else "",
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
        "filtered": any(chosen.values()),
        "filters": [
            {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": listed}
            for name, label, listed in options if listed
        ],
    })  # fmt: skip


def _after(rows: QuerySet[FollowUp], request: HttpRequest) -> QuerySet[FollowUp]:
    """On from the last one shown, by day and number."""
    day, _, pk = request.GET.get("after", "").partition("_")
    try:
        since = date.fromisoformat(day)
    except ValueError:
        return rows
    if not pk.isdigit() or len(pk) > 18:
        return rows
    return rows.filter(Q(due_on__gt=since) | Q(due_on=since, pk__gt=int(pk)))


def _todo_rows(page: list[FollowUp]) -> list[Row]:
    shown, lights = names({one.path for one in page}), Lights()
    return [
        Row(
            [
                one.label, shown[one.path],
                lights.of(one.due_on, one.opened_at, one.path).badge() if one.state in ("open", "begun") else "",
                iso_day(one.due_on), follow_up_badge(one), one.effect.event.number,
            ],
            url=f"{TODO[1]}{one.pk}/",
        )
        for one in page
    ]  # fmt: skip

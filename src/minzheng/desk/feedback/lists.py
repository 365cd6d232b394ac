"""Bad ratings to be answered and the opinion box, the earliest due first; above them the month's rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import address, capped
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.feedback import queries
from minzheng.kernel.feedback.models import Opinion, Remedy
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .reach import BOX, ROOM, hearer, opinion_badge, rating_actions, remedy_badge

__all__ = ["box", "index"]

_COLUMNS = (
    Head("事项和环节"), Head("评价"), Head("地区", secondary=True), Head("时限"), Head("期限", "day"), Head("状态"),
)  # fmt: skip
_BOX = (
    Head("类别"),
    Head("内容"),
    Head("地区", secondary=True),
    Head("时限"),
    Head("期限", "day"),
    Head("状态"),
)
_CHANNELS = (Head("渠道"), Head("有效评价", "number"), Head("满意率", "number"), Head("本人否认", "number"))
_LEAD = "差评一个工作日内核实，十五个工作日内整改答复，并请群众回访评价。评价人的姓名和办件编号不显示。"
_BOX_LEAD = "不属于某件办件的意见。期限内答复；登录投递的，答复送到提出人的消息里，没有登录的凭查询码看。"
_SIZE = 20
_WAITING = (Remedy.State.OPEN, Remedy.State.LOOKED_INTO, Remedy.State.DOUBTED)


def _month(request: HttpRequest) -> clock.Month:
    try:
        return clock.Month.parse(request.GET.get("month", "")[:7])
    except Refused:
        return clock.Month.of(clock.today())


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The rates of a month, and what waits for an answer."""
    by, month = hearer(request), _month(request)
    state = request.GET.get("state", "")[:12]
    rows = queries.remedies(by)
    rows = rows.filter(state=state) if state in Remedy.State.values else rows.filter(state__in=_WAITING)
    found, next_url = _on(rows, request, "next_on")
    return render(request, "desk/feedback/index.html", {
        **header(ROOM[0], lead=_LEAD, actions=_ways(request)),
        "columns": _COLUMNS, "rows": _remedy_rows(found), "count": capped(rows).replace("件", "条"),
        "next_url": next_url, "previous_url": address(request, after=None) if request.GET.get("after") else "",
        "filters": [
            {"name": "month", "label": "月份", "kind": "month", "value": str(month), "options": []},
            {
                "name": "state", "label": "状态", "kind": "pick", "value": state,
                "options": [("", "等待答复"), *Remedy.State.choices],
            },
        ],
        "stats": _rates(by, month), "month": str(month), "channels": _CHANNELS, "by_channel": _by_channel(by, month),
    })  # fmt: skip


def _ways(request: HttpRequest) -> list[dict[str, str]]:
    return [{"url": BOX[1], "label": BOX[0], "icon": "inbox"}, *rating_actions(staff(request))]


def _rates(by: Actor, month: clock.Month) -> list[dict[str, Any]]:
    """The month's figures of every place the reader hears, as they are published."""
    told = [queries.rates(path, month) for path in by.scope]
    labels = (("满意率", "good_rate"), ("主动评价率", "initiative_rate"), ("差评整改率", "fix_rate"))
    found = []
    for label, name in labels:
        part, whole = (sum(column) for column in zip(*(getattr(one, name) for one in told), strict=True))
        share = f"{part * 1000 // whole / 10:.1f}%" if whole else "—"
        found.append({"label": label, "value": share, "note": f"{part} / {whole}"})
    late = sum(one.late for one in told)
    return [
        *found,
        {"label": "超期未答复", "value": str(late), "note": "条", "kind": "bad" if late else "good"},
    ]


def _by_channel(by: Actor, month: clock.Month) -> list[Row]:
    """The month by channel: one that is used little, or disowned often, is worth a look."""
    return [
        Row([
            one.label, one.valid, f"{one.good * 1000 // one.valid / 10:.1f}%" if one.valid else "—", one.disowned,
        ])
        for one in queries.by_channel(by.scope, month)
    ]  # fmt: skip


def _on(rows: Any, request: HttpRequest, by_day: str) -> tuple[list[Any], str]:
    """On from the last one shown, by day and number."""
    day, _, pk = request.GET.get("after", "").partition("_")
    if pk.isdigit() and len(pk) < 19 and len(day) == 10:
        try:
            since: date | None = date.fromisoformat(day)
        except ValueError:
            since = None
        if since is not None:
            rows = rows.filter(Q(**{f"{by_day}__gt": since}) | Q(**{by_day: since}, pk__gt=int(pk)))
    found = list(rows[: _SIZE + 1])
    last = found[_SIZE - 1] if len(found) > _SIZE else None
    return found[:_SIZE], address(request, after=f"{getattr(last, by_day)}_{last.pk}") if last else ""


def _remedy_rows(page: list[Any]) -> list[Row]:
    shown, lights = names({one.path for one in page}), Lights()
    services = catalogue.current().services
    return [
        Row(
            [
                f"{services[one.rating.service].item.label if one.rating.service in services else ''}·"
                f"{one.rating.contact}",
                one.rating.get_grade_display(), shown[one.path],
                lights.of(one.next_on, one.rating.at, one.path).badge() if one.state in _WAITING else "",
                iso_day(one.next_on), remedy_badge(one),
            ],
            url=f"{ROOM[1]}{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


@require_GET
def box(request: HttpRequest) -> HttpResponse:
    """The opinion box: what waits, the earliest due first; what is answered only when asked for."""
    by = hearer(request)
    answered = request.GET.get("state", "") == "answered"
    rows = (
        queries.opinions(by).exclude(answered_at=None)
        if answered
        else queries.opinions(by).filter(answered_at=None)
    )
    found, next_url = _on(rows, request, "due_on")
    return render(request, "desk/feedback/box.html", {
        **header(BOX[0], crumbs=[ROOM], lead=_BOX_LEAD),
        "columns": _BOX, "rows": _opinion_rows(found), "count": capped(rows).replace("件", "条"), "next_url": next_url,
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
        "filters": [
            {
                "name": "state", "label": "状态", "kind": "pick", "value": "answered" if answered else "",
                "options": [("", "等待答复"), ("answered", "已答复")],
            },
        ],
    })  # fmt: skip


def _opinion_rows(page: list[Opinion]) -> list[Row]:
    shown, lights = names({one.path for one in page}), Lights()
    return [
        Row(
            [
                one.get_kind_display(), one.text[:40] + ("…" if len(one.text) > 40 else ""), shown[one.path],
                "" if one.answered_at else lights.of(one.due_on, one.at, one.path).badge(), iso_day(one.due_on),
                opinion_badge(one),
            ],
            url=f"{BOX[1]}{one.pk}/",
        )
        for one in page
    ]  # fmt: skip

"""Who opened what and why, and what left: the pages of whoever watches, the unusual marked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.reveals import queries
from minzheng.kernel.reveals.actions import look_into
from minzheng.kernel.reveals.models import Left, Reveal
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .parts import LEFT, ROOM, tools

__all__ = ["index", "leaving", "left"]

_OPENED = (
    Head("查看人"), Head("信息"), Head("用途"), Head("说明"), Head("地区", secondary=True), Head("时间", "instant"),
    Head("当日次数"),
)  # fmt: skip
_LEFT = (
    Head("内容"), Head("带出人"), Head("条数", "number"), Head("地区", secondary=True), Head("时间", "instant"),
    Head("情况"),
)  # fmt: skip
_WORDS = Form("words", "核实情况", (
    Text("words", "核实情况", longest=300, lines=3, help="写明向谁核实、带出做什么用、是否妥当。"),
))  # fmt: skip
_BACK = timedelta(days=31)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first; whoever opened unusually much on a day is marked, and may be asked for alone."""
    by = queries.overseer(staff(request))
    rows, since = queries.reveals(by), clock.now() - _BACK
    unusual = queries.unusual(rows, since=since, path=by.scope[0])
    only = request.GET.get("only", "") == "unusual"
    if only:
        rows = rows.filter(at__gte=since, created_by__in={who for who, _ in unusual})
    page = latest_first(rows, request)
    shown = names({one.path for one in page.rows})
    return render(request, "desk/reveals/index.html", {
        **header(ROOM[0], lead="谁在什么时候为什么查看了完整的个人信息；一天查看过多的标为异常。", actions=tools(by)),
        "columns": _OPENED, "rows": [_opened(one, unusual, shown) for one in page.rows], "page": page,
        "count": capped(rows).replace("件", "次"), "filtered": only,
        "filters": [{
            "name": "only", "label": "范围", "kind": "pick", "value": "unusual" if only else "",
            "options": [("", "全部"), ("unusual", "最近一个月有异常的人员")],
        }],
    })  # fmt: skip


def _opened(one: Reveal, unusual: dict[Any, int], shown: dict[str, str]) -> Row:
    times = unusual.get((one.created_by, clock.at_office_time(one.at).date()))
    whose = f"{one.person_name}的{one.field_label}" if one.person_name else one.field_label
    return Row([
        one.created_by_name, whose, one.get_purpose_display(), one.reason, shown[one.path], one.at,
        badge(f"异常：{times} 次", "bad") if times else "",
    ])  # fmt: skip


@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Files and prints with personal data; much in a day waits to be looked into."""
    by = queries.overseer(staff(request))
    alarms = request.GET.get("state", "") == "alarm"
    rows = queries.alarms(by) if alarms else queries.lefts(by)
    page = latest_first(rows, request)
    shown = names({one.path for one in page.rows})
    return render(request, "desk/reveals/left.html", {
        **header(LEFT[0], crumbs=[ROOM], lead="以文件或打印方式带出的个人信息；一人一天带出过多的须由另一人核实。"),
        "columns": _LEFT, "page": page, "count": capped(rows).replace("件", "次"), "filtered": alarms,
        "rows": [
            Row(
                [one.what, one.created_by_name, one.rows, shown[one.path], one.at, _state(one)],
                url=f"{LEFT[1]}{one.pk}/",
            )
            for one in page.rows
        ],
        "filters": [{
            "name": "state", "label": "范围", "kind": "pick", "value": "alarm" if alarms else "",
            "options": [("", "全部"), ("alarm", "等待核实")],
        }],
    })  # fmt: skip


def _state(one: Left) -> str:
    if one.alarm:
        return badge("已核实", "good") if one.known_at else badge("大量带出，待核实", "bad")
    return badge("未脱敏", "warn") if one.clear else badge("已脱敏", "neutral")


@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, left_id: int) -> HttpResponse:
    """One of them, and what was found out about it."""
    by = queries.overseer(staff(request))
    one = queries.lefts(by).filter(pk=left_id).first()
    if one is None:
        raise NotFound("left_unknown", "没有这条记录，或不在您的管辖范围内。")
    waits = one.alarm and one.known_at is None and one.created_by != by.id
    sheets, status = ([_sheet(one, by)] if waits else []), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{LEFT[1]}{one.pk}/")
    return render(request, "desk/reveals/leaving.html", {
        **header(one.what, crumbs=[ROOM, LEFT], badge=_state(one), lead=name_of(one.path)), "sheets": sheets,
        "facts": _facts(one),
    }, status=status)  # fmt: skip


def _facts(one: Left) -> list[tuple[str, str]]:
    facts = [
        ("带出人", one.created_by_name), ("时间", cn_datetime(one.at)), ("条数", f"{one.rows:,}"),
        ("当日累计", f"{one.day_rows:,} 条"), ("是否脱敏", "未脱敏" if one.clear else "已脱敏"),
    ]  # fmt: skip
    if one.number:
        facts.append(("申请编号", one.number))
    if one.known_at:
        facts.append(("核实", f"{one.known_by_name} {cn_datetime(one.known_at)}：{one.known_words}"))
    return facts


def _sheet(one: Left, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        look_into(one.pk, words=_WORDS.clean(sent.answers).plain["words"], by=by, key=sent.key)
        return "已登记核实情况。"

    return Sheet("words", _WORDS, do, submit="登记核实情况")

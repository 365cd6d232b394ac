"""Whom to reach today, drawn for a telephone; and how every place stands, for those who oversee."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address, capped
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Day, Form, Number, Text
from minzheng.kernel.visits import checking, managing
from minzheng.kernel.visits.duties import Going, holds
from minzheng.kernel.visits.models import Escalation, Reached, Watched
from minzheng.kernel.visits.round_queries import due_today, escalations, extra_now, late_by_place, ledgers
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .reach import ROOM, due_words, risk_badge, waiting

__all__ = ["index", "places"]

_COLUMNS = (
    Head("巡访对象"), Head("等级"), Head("今天要做"), Head("地区", secondary=True), Head("巡访员", secondary=True),
    Head("上次上门", "day", secondary=True),
)  # fmt: skip
_SEARCHES = (Head("巡访对象"), Head("环节"), Head("期限", "instant"), Head("原因", secondary=True))
_PLACES = (Head("地区"), Head("在册", "number"), Head("超期", "number"))
_LISTS = (("due", "今天要联系的"), ("all", "全部在册"))
_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The day's list, the longest waiting first; searches stand above it."""
    by = staff(request)
    chosen = {name: request.GET.get(name, "")[:64] for name in ("list", "risk", "q")}
    rows = _chosen(by, chosen)
    found = list(_after(rows, request)[: _SIZE + 1])
    page, last = found[:_SIZE], found[_SIZE - 1] if len(found) > _SIZE else None
    searches = list(escalations(by)[:_SIZE])
    return render(request, "desk/rounds/index.html", {
        **header(ROOM[0], lead=f"{clock.today():%m月%d日}。先找联系不上的人，再按先后上门和通话。", actions=_links(by)),
        "columns": _COLUMNS, "rows": _rows(page), "count": capped(rows).replace("件", "人"),
        "search_columns": _SEARCHES, "searches": _search_rows(searches), "filters": _filters(by, chosen),
        "filtered": any(chosen.values()), "extra": _extra(by),
        "next_url": address(request, after=f"{last.next_due_on or ''}_{last.pk}") if last else "",
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
    })  # fmt: skip


def _links(by: Actor) -> list[dict[str, Any]]:
    """How the places stand is for those who manage or oversee."""
    wide = {
        one.role(role)
        for one in catalogue.current().rounds.values()
        for role in (one.item.managed_by, one.item.overseen_by)
    }
    found = [{"url": f"{ROOM[1]}places/", "label": "各地情况", "icon": "chart-bar", "kind": ""}]
    return found if by.roles & wide or any(post.level <= Level.CITY for post in by.posts) else []


def _chosen(by: Actor, chosen: dict[str, str]) -> QuerySet[Watched]:
    rows = ledgers(by).order_by("next_due_on", "id") if chosen["list"] == "all" else due_today(by)
    if chosen["risk"]:
        rows = rows.filter(risk=chosen["risk"])
    return rows.filter(person__name__startswith=chosen["q"]) if chosen["q"] else rows


def _after(rows: QuerySet[Watched], request: HttpRequest) -> QuerySet[Watched]:
    """On from the last one shown, by day and number; those with no day stand last."""
    day, _, pk = request.GET.get("after", "").partition("_")
    if not pk.isdigit() or len(pk) > 18:
        return rows
    try:
        since = date.fromisoformat(day) if day else None
    except ValueError:
        return rows
    if since is None:
        return rows.filter(next_due_on=None, pk__gt=int(pk))
    later = Q(next_due_on__gt=since) | Q(next_due_on=since, pk__gt=int(pk)) | Q(next_due_on=None)
    return rows.filter(later)


def _rows(page: list[Watched]) -> list[Row]:
    places_ = names({one.path for one in page})
    return [
        Row(
            [waiting(one), risk_badge(one), due_words(one), places_[one.path], one.visitor_name or "未指定",
             one.last_visit_on],
            url=f"{ROOM[1]}{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


def _search_rows(found: list[Escalation]) -> list[Row]:
    rungs = {
        (code, rung.code): rung.label
        for code, one in catalogue.current().rounds.items()
        for rung in one.item.chain
    }
    return [
        Row([waiting(one.watched), rungs.get((one.watched.rounds, one.rung), one.rung), one.due_at, one.why],
            url=f"{ROOM[1]}{one.watched_id}/")
        for one in found
    ]  # fmt: skip


def _filters(by: Actor, chosen: dict[str, str]) -> list[dict[str, Any]]:
    risks = {risk.code: risk.label for one in catalogue.current().rounds.values() for risk in one.item.risks}
    return [
        {"name": "list", "label": "名单", "kind": "pick", "value": chosen["list"], "options": list(_LISTS)},
        {"name": "risk", "label": "等级", "kind": "choice", "value": chosen["risk"], "options": list(risks.items())},
        {"name": "q", "label": "姓名", "kind": "text", "value": chosen["q"], "options": []},
    ]  # fmt: skip


def _extra(by: Actor) -> list[str]:
    """What extra rounds are on, each in one sentence."""
    found = []
    for one in extra_now(by):
        declared = catalogue.current().rounds.get(one.rounds)
        if declared is None:
            continue
        calls = {call.code: call for call in declared.item.calls}
        call = calls.get(one.call)
        figure = f" {one.figure}{call.unit}" if call and one.figure is not None else ""
        label = call.label if call else one.call
        risks = "、".join(declared.item.risk_of(code).label for code in one.risks)
        found.append(
            f"{label}{figure}：{iso_day(one.from_on)} 至 {iso_day(one.until_on)}，{risks}对象每日巡访。"
        )
    return found


@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Ledgers and those overdue, place by place; extra rounds and the month's draw, for the county."""
    by = staff(request)
    path = request.GET.get("place", "")[:64]
    path = path if by.covers(path) and path else by.scope[0]
    sheets, status = _sheets(by, path), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=path)
        if done:
            return redirect(f"{ROOM[1]}places/?place={path}")
    late = late_by_place(by, path)
    shown = names({one.path for one in late})
    rows = [
        Row([shown[one.path], one.watched, one.overdue],
            url=f"{ROOM[1]}places/?place={one.path}" if one.path != path else "")
        for one in late
    ]  # fmt: skip
    month = Month.of(clock.today())
    reached = Reached.objects.filter(path__startswith=path, month=month.first, counted=True).count()
    total = sum(one.watched for one in late)
    return render(request, "desk/rounds/places.html", {
        **header("各地巡访情况", crumbs=[ROOM], lead=name_of(path)), "columns": _PLACES, "rows": rows, "sheets": sheets,
        "stats": [
            {"label": "在册", "value": total, "unit": "人"},
            {"label": "超期", "value": sum(one.overdue for one in late), "unit": "人"},
            {"label": "本月已有效巡访", "value": reached, "unit": "人"},
        ],
        "extra": _extra(by),
    }, status=status)  # fmt: skip


def _sheets(by: Actor, path: str) -> list[Sheet]:
    found = []
    for declared in catalogue.current().rounds.values():
        if county_of(path) == path and holds(declared, (declared.item.overseen_by,), by, path=path):
            found += [_extra_sheet(declared, by, path), _draw_sheet(declared, by, path)]
    return found


def _extra_sheet(declared: Going, by: Actor, path: str) -> Sheet:
    one = declared.item
    risks = {risk.code: f"{risk.label}对象" for risk in one.risks}
    bands = {
        ",".join(list(risks)[: n + 1]): "、".join(list(risks.values())[: n + 1]) for n in range(len(risks))
    }
    form = Form("extra", "启动加密巡访", (
        Choice("call", "情形", options={call.code: call.label for call in one.calls}),
        Number("figure", "预报数值", least=-100, required=False, help="极端低温填预报最低气温，如 -27"),
        Choice("risks", "适用对象", options=bands),
        Day("from_on", "起", future=True), Day("until_on", "止", future=True), Text("words", "依据", longest=200),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        managing.call_extra(
            rounds=declared.code, path=path, call=given["call"], figure=given.get("figure"),
            risks=given["risks"].split(","), from_on=date.fromisoformat(given["from_on"]),
            until_on=date.fromisoformat(given["until_on"]), words=given["words"], by=by, key=sent.key,
        )  # fmt: skip
        return "加密巡访已启动，相关对象的下次巡访已提前。"

    return Sheet("extra", form, do, submit="启动加密巡访", quiet=True)


def _draw_sheet(declared: Going, by: Actor, path: str) -> Sheet:
    form = Form("draw", "抽查巡访记录", (Text("month", "月份", longest=7, example="2026-03"),))

    def do(sent: Sent) -> str:
        month = Month.parse(form.clean(sent.answers).plain["month"])
        count = checking.draw_checks(rounds=declared.code, path=path, month=month, by=by, key=sent.key)
        return f"已抽取 {count} 条巡访记录，请逐条回访。"

    return Sheet(
        "draw", form, do, submit="抽取", quiet=True, values={"month": str(Month.of(clock.today()).previous)}
    )

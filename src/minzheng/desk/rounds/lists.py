"""Whom to reach today, drawn for a telephone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address, capped
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.visits.models import Escalation, ExtraRound, Watched
from minzheng.kernel.visits.round_queries import due_today, escalations, extra_now, ledgers
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .reach import ROOM, due_words, risk_badge, waiting

__all__ = ["extra_words", "index"]

_COLUMNS = (
    Head("巡访对象"), Head("等级"), Head("今天要做"), Head("地区", secondary=True), Head("巡访员", secondary=True),
    Head("上次上门", "day", secondary=True),
)  # fmt: skip
_SEARCHES = (Head("巡访对象"), Head("环节"), Head("期限", "instant"), Head("原因", secondary=True))
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
        "filtered": any(chosen.values()), "extra": extra_words(by),
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


def extra_words(by: Actor) -> list[str]:
    """What extra rounds are on, each in one sentence."""
    return [_words(one) for one in extra_now(by) if one.rounds in catalogue.current().rounds]


def _words(one: ExtraRound) -> str:
    item = catalogue.current().rounds[one.rounds].item
    call = next((call for call in item.calls if call.code == one.call), None)
    figure = f" {one.figure}{call.unit}" if call and one.figure is not None else ""
    label = call.label if call else one.call
    risks = "、".join(item.risk_of(code).label for code in one.risks)
    return f"{label}{figure}：{iso_day(one.from_on)} 至 {iso_day(one.until_on)}，{risks}对象每日巡访。"

"""The audit of my place (审计记录), for whoever reads it and does nothing else; looking at it is itself kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header
from minzheng.desk.paging import Page, capped, latest_first
from minzheng.kernel import audit, clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import viewing
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.people.masks import mask_text
from minzheng.kernel.signin.duties import AUDITOR, places_of, trail
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import administrator

__all__ = ["index"]

_COLUMNS = (
    Head("时间", "instant"), Head("操作人"), Head("事项"), Head("结果"), Head("对象", secondary=True),
    Head("地区", secondary=True), Head("理由"), Head("请求编号", secondary=True),
)  # fmt: skip
_LEAD = "谁在什么时候对什么办了什么、看了什么，结果和理由。只能查看，不能更改；封闭事项的记录不在此列出。"
_KINDS = {"done": "good", "refused": "bad"}


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first, by who, what, when and how it ended."""
    by = administrator(request, AUDITOR)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "what", "outcome", "day")}
    with viewing.over(places_of(by)):
        rows = _chosen(trail(by), asked)
        page, count = latest_first(rows, request), capped(rows)
    first = next(iter(places_of(by)), "")
    audit.read("access.read_audit", by=by, about=request.user, path=first)  # type: ignore[arg-type]
    return render(request, "desk/accounts/trail.html", {
        **header("审计记录", lead=_LEAD), "columns": _COLUMNS, "rows": _rows(page), "page": page,
        "count": count.replace("件", "条"), "filters": _filters(asked),
    })  # fmt: skip


def _filters(asked: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": "q", "label": "操作人", "kind": "text", "value": asked["q"]},
        {"name": "what", "label": "事项", "kind": "text", "value": asked["what"]},
        {"name": "day", "label": "日期", "kind": "day", "value": asked["day"]},
        {"name": "outcome", "label": "结果", "kind": "choice", "value": asked["outcome"],
         "options": Entry.Outcome.choices},
    ]  # fmt: skip


def _chosen(rows: QuerySet[Entry], asked: dict[str, str]) -> QuerySet[Entry]:
    if asked["q"]:
        rows = rows.filter(Q(actor_name__contains=asked["q"]) | Q(actor=asked["q"]))
    if asked["what"]:
        rows = rows.filter(Q(label__contains=asked["what"]) | Q(verb=asked["what"]))
    if asked["outcome"] in Entry.Outcome.values:
        rows = rows.filter(outcome=asked["outcome"])
    if day := _day(asked["day"]):
        begun = datetime.combine(day, time(), tzinfo=clock.SHANGHAI)
        rows = rows.filter(at__gte=begun, at__lt=begun + timedelta(days=1))
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(page: Page[Entry]) -> list[Row]:
    places = names({one.path for one in page.rows if one.path})
    return [
        Row([
            one.at, one.actor_name, one.label or one.verb, _ended(one), one.subject, places.get(one.path, ""),
            mask_text(one.reason), one.request,
        ])
        for one in page.rows
    ]  # fmt: skip


def _ended(one: Entry) -> str:
    return badge(one.get_outcome_display(), _KINDS.get(one.outcome, "neutral"))

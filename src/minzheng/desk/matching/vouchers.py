"""Vouchers of a county, month by month: drawn up by one, signed by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Text, YesNo
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.duties import holds, looker, market_of
from minzheng.kernel.matching.models import Issue
from minzheng.ui.shown import badge, yuan
from minzheng.ui.tables import Head, Row

from .reach import ROOM, VOUCHERS, markets, of_room, places_of

__all__ = ["index"]

_COLUMNS = (
    Head("月份"),
    Head("地区"),
    Head("人数", "number"),
    Head("金额（元）", "money"),
    Head("生成／审定"),
    Head("状态"),
)
_SIGN = Form("sign", "审定", (YesNo("checked", "已核对人数和金额", must=True),))


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The issues of my counties, the latest first, and the deeds."""
    by = of_room(staff(request), serving=False)
    page = latest_first(in_scope(Issue.objects.all(), looker(by)), request)
    sheets, status = _sheets(page.rows, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(VOUCHERS[1])
    places = names({one.path for one in page.rows})
    rows = [
        Row([f"{one.month:%Y-%m}", places[one.path], one.persons, one.total,
             f"{one.drafted_by_name}／{one.signed_by_name or '—'}",
             badge(one.get_state_display(), "good" if one.state == "signed" else "warn")])
        for one in page.rows
    ]  # fmt: skip
    return render(request, "desk/matching/vouchers.html", {
        **header(VOUCHERS[0], crumbs=[ROOM], lead="经济困难的失能、高龄老人每月一张，当月使用；一人生成，另一人审定。"),
        "columns": _COLUMNS, "rows": rows, "page": page, "sheets": sheets,
    }, status=status)  # fmt: skip


def _sheets(issues: list[Issue], by: Actor) -> list[Sheet]:
    found = []
    for declared in markets():
        if declared.item.vouchers and (places := places_of(declared, declared.item.vouchers.issued_by, by)):
            found.append(_draft(declared.code, places, by))
    for one in issues:
        vouchers = market_of(one.matching).item.vouchers
        if one.state != Issue.State.DRAFT or one.drafted_by == by.id or vouchers is None:
            continue
        if holds(market_of(one.matching), vouchers.signed_by, path=one.path, by=by):
            title = f"审定 {one.month:%Y-%m}：{one.persons} 人，{yuan(one.total)} 元"
            found.append(Sheet(f"sign{one.pk}", _SIGN, _sign(one, by), submit="审定发放", title=title))
    return found


def _draft(matching: str, places: list[str], by: Actor) -> Sheet:
    form = Form("draft", "生成服务券名单", (
        Choice("path", "地区", options=names(set(places))), Text("month", "月份", longest=7, example="2026-03"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        month = Month.parse(given["month"])
        made = actions.draft_issue(matching=matching, path=given["path"], month=month, by=by, key=sent.key)
        return f"{month} 名单已生成：{made.persons} 人，{yuan(made.total)} 元。请另一位同志审定。"

    values: dict[str, Any] = {"month": str(Month.of(clock.today()))}
    return Sheet("draft", form, do, submit="生成名单", title="生成名单", values=values)


def _sign(one: Issue, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        _SIGN.clean(sent.answers)
        actions.sign_issue(issue=one, persons=one.persons, total=one.total, by=by, key=sent.key)
        return "服务券已发放，老人当月可以使用。"

    return do

"""The indices of each month: entered by one officer of the province, checked by another, corrected visibly."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.duties import holds
from minzheng.kernel.subsidies.indexing import index_places
from minzheng.kernel.subsidies.models import IndexRow
from minzheng.ui.shown import cn_datetime, iso_day
from minzheng.ui.tables import Head, Row

from .reach import (
    ROOM,
    Subsidy,
    holding,
    index_badge,
    list_badge,
    percent,
    reader,
    rooms,
    subsidies,
    triggered_badge,
)

__all__ = ["index", "new", "row"]

_AT = ("物价指数", "/desk/subsidies/indices/")
_COLUMNS = (
    Head("指数月份"), Head("地区"), Head("居民消费价格"), Head("食品价格"), Head("低收入居民物价", secondary=True),
    Head("公布日期", "day", secondary=True), Head("记录"), Head("价格补贴"),
)  # fmt: skip
_LISTS = (Head("地区"), Head("人数", "number"), Head("金额（元）", "money"), Head("状态"))
_REFUSE = Form("refuse", "退回", (Text("reason", "与公布数据不符之处", lines=2, longest=200),))
_MONTHS_BACK = 6
_SHARE = re.compile(r"(-?)(\d{1,2})(?:\.(\d{1,2}))?%?")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every row, corrected ones too: they stay visible."""
    by = reader(staff(request))
    rows = queries.indices(by)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    shown = [
        Row([
            str(Month.of(one.month)), places[one.path], percent(one.cpi), percent(one.food_cpi), percent(one.scpi),
            one.published_on, index_badge(one), triggered_badge(one) if one.state != "refused" else "",
        ], url=f"{_AT[1]}{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    buttons: list[dict[str, Any]] = list(rooms(at="indices"))
    if _enters(by):
        buttons.insert(0, {"url": f"{_AT[1]}new/", "label": "登记指数", "icon": "plus", "kind": "primary"})
    lead = "达到启动条件的月份，复核当天生成各县名单；未达到的月份自动停止，不再发放。"
    return render(request, "desk/subsidies/indices.html", {
        **header("物价指数", crumbs=[ROOM], lead=lead, actions=buttons), "columns": _COLUMNS, "rows": shown,
        "page": page, "count": capped(rows).replace("件", "条"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A month's figures; where a checked row stands, its correction."""
    by = staff(request)
    subsidy = _enters(by)
    if subsidy is None:
        raise NotAllowed("subsidy_duty", "物价指数由省级救助处登记。您没有这一岗位。")
    form, made = _form(by), list[IndexRow]()
    sheet = Sheet("index", form, lambda sent: _enter(subsidy, form, sent, by, made), submit="登记，交复核")
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"{_AT[1]}{made[0].pk}/" if made else _AT[1])
    lead = "按统计部门公布的同比涨幅填写，例如 3.4 表示上涨 3.4%，下降的填负数。"
    return render(
        request, "desk/subsidies/form.html", {**header("登记物价指数", crumbs=[ROOM, _AT], lead=lead), "sheet": sheet},
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, index_id: int) -> HttpResponse:
    """One row: figures, what came of them, the county lists, and the check."""
    by = staff(request)
    looker = reader(by)
    one = queries.indices(looker).filter(pk=index_id).first()
    if one is None:
        raise NotFound("index_unknown", "没有这条指数记录。请返回列表重新选择。")
    sheets, status = _sheets(one, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{_AT[1]}{one.pk}/")
    lists = list(queries.lists(looker).filter(index=one).order_by("path"))
    places = names({found.path for found in lists})
    title = f"{Month.of(one.month)} {name_of(one.path)}"
    return render(request, "desk/subsidies/index_row.html", {
        **header(title, crumbs=[ROOM, _AT], badge=index_badge(one)), "one": one, "sheets": sheets, "facts": _facts(one),
        "columns": _LISTS, "told": _told(one), "used": one.trace.get("parameters", []),
        "rows": [
            Row([places[found.path], found.persons, found.total, list_badge(found)], url=f"/desk/subsidies/{found.pk}/")
            for found in lists
        ],
    }, status=status)  # fmt: skip


def _enters(by: Actor) -> Subsidy | None:
    return next((one for one in subsidies("index") if holding(by, one, one.item.declared_by)), None)


def _form(by: Actor) -> Form:
    current = Month.of(clock.today())
    months = [current - back for back in range(_MONTHS_BACK)]
    return Form(
        "index", "物价指数",
        (
            Choice("path", "地区", options=names(index_places(by))),
            Choice("month", "指数月份", options={str(m): f"{m.year}年{m.month}月" for m in months}),
            Text("cpi", "居民消费价格同比涨幅（%）", longest=8, example="3.4"),
            Text("food_cpi", "食品价格同比涨幅（%）", longest=8, example="6.2"),
            Text("scpi", "低收入居民基本生活费用价格同比涨幅（%）", longest=8, required=False, help="没有公布的不填。"),
            Day("published_on", "公布日期"),
            Text("source", "公布的部门和文件（网页）名称", longest=200),
            Text("reason", "更正原因", required=False, longest=200, help="该月已有复核过的记录时填写，原记录保留。"),
        ),
    )  # fmt: skip


def _enter(subsidy: Subsidy, form: Form, sent: Sent, by: Actor, made: list[IndexRow]) -> str:
    given = form.clean(sent.answers).plain
    figures = actions.Figures(
        _share(given["cpi"], "cpi"), _share(given["food_cpi"], "food_cpi"),
        _share(given["scpi"], "scpi") if given.get("scpi") else None,
    )  # fmt: skip
    made.append(actions.enter_index(
        subsidy=subsidy.code, path=given["path"], month=Month.parse(given["month"]), figures=figures,
        published_on=date.fromisoformat(given["published_on"]), source=given["source"],
        reason=given.get("reason", ""), by=by, key=sent.key,
    ))  # fmt: skip
    return "已登记，请另一位工作人员复核。"


def _share(text: str, field: str) -> int:
    """3.4 is 340 hundredths of a percent, exactly."""
    found = _SHARE.fullmatch(text.strip().replace("％", "%").replace("－", "-"))
    if found is None:
        raise Refused("share_unread", "请填写百分数，最多两位小数，例如 3.4。", field=field)
    size = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -size if found[1] else size


def _facts(one: IndexRow) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("居民消费价格同比", percent(one.cpi)), ("食品价格同比", percent(one.food_cpi)),
        ("低收入居民物价同比", percent(one.scpi)), ("公布日期", iso_day(one.published_on)), ("来源", one.source),
        ("登记", f"{one.entered_by_name} {cn_datetime(one.entered_at)}"),
    ]  # fmt: skip
    if one.checked_at is not None:
        facts.append(("复核", f"{one.checked_by_name} {cn_datetime(one.checked_at)}"))
    if one.reason:
        facts.append(("更正或退回原因", one.reason))
    return facts


def _told(one: IndexRow) -> str:
    if one.state == IndexRow.State.SUPERSEDED:
        return "这条记录已由后来的更正取代，保留备查。已审定的名单不变，差额由人工核算。"
    if one.triggered is None:
        return "复核后，平台按当月的启动条件判断。"
    if one.triggered:
        return "达到启动条件：各县名单于复核当天生成，须两人签字审定后发放。"
    return "没有达到启动条件：本月不发放。上月发放的，自本月起自动停止，不需要办理。"


def _sheets(one: IndexRow, by: Actor) -> list[Sheet]:
    declared = next((found for found in subsidies("index") if found.code == one.subsidy), None)
    if one.state != IndexRow.State.ENTERED or declared is None or by.id == one.entered_by:
        return []
    if not holds(declared, declared.item.checked_by, path=one.path, by=by):
        return []
    return [
        Sheet("check", NOTHING, lambda sent: _check(one, sent, by), submit="与公布数据一致，复核通过"),
        Sheet(
            "refuse", _REFUSE, lambda sent: _refuse(one, sent, by), submit="退回", title="退回", quiet=True
        ),
    ]


def _check(one: IndexRow, sent: Sent, by: Actor) -> str:
    found = actions.check_index(row=one, by=by, key=sent.key)
    return (
        "已复核，达到启动条件，正在生成各县名单。"
        if found.triggered
        else "已复核，没有达到启动条件，本月不发放。"
    )


def _refuse(one: IndexRow, sent: Sent, by: Actor) -> str:
    actions.refuse_index(row=one, reason=_REFUSE.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "已退回，请重新登记。"

"""The lists within scope, the newest first, with a light on those that are not paid in time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.subsidies import queries
from minzheng.kernel.subsidies.models import SubsidyList
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .accounts import by_month_sheets
from .reach import ROOM, list_badge, reader, rooms, subsidies, subsidy_label

__all__ = ["due_light", "index"]

_COLUMNS = (
    Head("所属月份"), Head("补贴"), Head("地区"), Head("人数", "number"), Head("金额（元）", "money"),
    Head("未列入", "number", secondary=True), Head("状态"), Head("发放期限"),
)  # fmt: skip


def due_light(one: SubsidyList, lights: Lights) -> str:
    """Green, yellow or red until the money has gone to the bank."""
    if getattr(one, "paid", False):
        return badge("已送银行", "good")
    if one.due_on is None or one.state == SubsidyList.State.WITHDRAWN:
        return badge("—")
    return lights.of(one.due_on, one.drafted_at, one.path).badge()


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What waits for a signature, is approved and paid."""
    who = staff(request)
    by, sheets, status = reader(who), by_month_sheets(who), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=who, path=who.scope[0])
        if done:
            return redirect(ROOM[1])
    asked = {name: request.GET.get(name, "") for name in ("state", "subsidy", "month")}
    rows = queries.lists(by)
    if asked["state"] in SubsidyList.State.values:
        rows = rows.filter(state=asked["state"])
    if asked["subsidy"] in {one.code for one in subsidies()}:
        rows = rows.filter(subsidy=asked["subsidy"])
    if asked["month"]:
        rows = rows.filter(month=clock.Month.parse(asked["month"]).first)
    page = latest_first(rows, request)
    lead = "名单由平台按登记情况和法定标准生成，两名复核人员签字审定后，随当月批次发放。"
    return render(request, "desk/subsidies/index.html", {
        **header("补贴名单", lead=lead, actions=rooms(at="lists")), "columns": _COLUMNS, "rows": _shown(page.rows),
        "page": page, "count": capped(rows).replace("件", "份名单"), "filtered": any(asked.values()),
        "filters": _filters(asked), "sheets": sheets,
    }, status=status)  # fmt: skip


def _shown(found: list[SubsidyList]) -> list[Row]:
    lights, places = Lights(), names({one.path for one in found})
    return [
        Row([
            str(clock.Month.of(one.month)), subsidy_label(one.subsidy), places[one.path], one.persons, one.total,
            one.left_out, list_badge(one), due_light(one, lights),
        ], url=f"/desk/subsidies/{one.pk}/")
        for one in found
    ]  # fmt: skip


def _filters(asked: dict[str, str]) -> list[dict[str, Any]]:
    listed = [(one.code, one.item.label) for one in subsidies()]
    return [
        {"name": "month", "label": "月份", "kind": "month", "value": asked["month"]},
        {"name": "subsidy", "label": "补贴", "kind": "choice", "value": asked["subsidy"], "options": listed},
        {
            "name": "state", "label": "状态", "kind": "choice", "value": asked["state"],
            "options": SubsidyList.State.choices,
        },
    ]  # fmt: skip

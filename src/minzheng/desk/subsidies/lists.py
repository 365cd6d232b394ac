"""The lists within scope, the newest first, with a light on those that are not paid in time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.subsidies import queries
from minzheng.kernel.subsidies.models import SubsidyList
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import list_badge, reader, rooms, subsidies, subsidy_label

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


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits for a signature, is approved and paid."""
    by = reader(staff(request))
    rows = queries.lists(by)
    state, code, month = (request.GET.get(name, "") for name in ("state", "subsidy", "month"))
    if state in SubsidyList.State.values:
        rows = rows.filter(state=state)
    if code in {one.code for one in subsidies()}:
        rows = rows.filter(subsidy=code)
    if month:
        rows = rows.filter(month=clock.Month.parse(month).first)
    page, lights = latest_first(rows, request), Lights()
    places = names({one.path for one in page.rows})
    shown = [
        Row([
            str(clock.Month.of(one.month)), subsidy_label(one.subsidy), places[one.path], one.persons, one.total,
            one.left_out, list_badge(one), due_light(one, lights),
        ], url=f"/desk/subsidies/{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    lead = "名单由平台按登记情况和法定标准生成，两名复核人员签字审定后，随当月批次发放。"
    return render(request, "desk/subsidies/index.html", {
        **header("补贴名单", lead=lead, actions=rooms(at="lists")),
        "columns": _COLUMNS, "rows": shown, "page": page, "count": capped(rows).replace("件", "份名单"),
        "filtered": bool(state or code or month),
        "filters": [
            {"name": "month", "label": "月份", "kind": "month", "value": month},
            {"name": "subsidy", "label": "补贴", "kind": "choice", "value": code,
             "options": [(one.code, one.item.label) for one in subsidies()]},
            {"name": "state", "label": "状态", "kind": "choice", "value": state, "options": SubsidyList.State.choices},
        ],
    })  # fmt: skip

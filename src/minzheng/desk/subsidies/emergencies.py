"""The emergencies of a place and those above it; the province declares one with its measures."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Number, Text, YesNo
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.models import Emergency, Measure
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .reach import ROOM, Subsidy, holding, reader, rooms, subsidies

__all__ = ["AT", "in_force_badge", "index", "new"]

AT = ("应急响应", "/desk/subsidies/emergencies/")
Code = Measure.Code
_LEAD = "按省里的文件登记级别、地区和措施；措施成为各县的任务。"
_COLUMNS = (
    Head("事由"),
    Head("级别"),
    Head("地区"),
    Head("启动文号", secondary=True),
    Head("启动", "day"),
    Head("终止"),
    Head("状态"),
)


def in_force_badge(one: Emergency) -> str:
    """Whether it holds today."""
    today = clock.today()
    if one.until_on is not None and one.until_on <= today:
        return badge("已终止")
    return badge("响应中", "warn") if one.from_on <= today else badge("尚未开始", "info")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    by = reader(staff(request))
    rows = queries.emergencies(by)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    shown = [
        Row([
            one.title, one.get_grade_display(), places[one.path], one.order_number, one.from_on,
            iso_day(one.until_on) if one.until_on else "—", in_force_badge(one),
        ], url=f"{AT[1]}{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    buttons = list(rooms(at="emergencies"))
    if _declares(by):
        buttons.insert(0, {"url": f"{AT[1]}new/", "label": "登记响应", "icon": "plus", "kind": "primary"})
    return render(request, "desk/subsidies/emergencies.html", {
        **header("应急响应", crumbs=[ROOM], lead=_LEAD, actions=buttons),
        "columns": _COLUMNS, "rows": shown, "page": page, "count": capped(rows).replace("件", "次响应"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An order of the province, entered with the measures it lists."""
    by = staff(request)
    subsidy = _declares(by)
    if subsidy is None:
        raise NotAllowed("subsidy_duty", "应急响应由省级救助处登记。您没有这一岗位。")
    form, made = _form(by), list[Emergency]()
    sheet = Sheet(
        "emergency", form, lambda sent: _declare(subsidy, form, sent, by, made), submit="登记并下达措施"
    )
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"{AT[1]}{made[0].pk}/" if made else AT[1])
    return render(
        request, "desk/subsidies/form.html", {**header("登记应急响应", crumbs=[ROOM, AT]), "sheet": sheet},
        status=status,
    )  # fmt: skip


def _declares(by: Actor) -> Subsidy | None:
    return next((one for one in subsidies("emergency") if holding(by, one, one.item.declared_by)), None)


def _form(by: Actor) -> Form:
    rows = (
        areas.in_force().filter(level__lte=int(Level.COUNTY)).order_by("path").values_list("path", flat=True)
    )
    places = [path for path in rows if by.covers(path)]
    return Form(
        "emergency", "应急响应",
        (
            Choice("path", "响应地区", options=names(places)),
            Choice("grade", "响应级别", options={str(code): label for code, label in Emergency.Grade.choices}),
            Text("title", "事由", longest=120, example="暴雪灾害"),
            Text("order_number", "启动文号", longest=60),
            Day("from_on", "启动日期", future=True),
            Day("until_on", "终止日期", required=False, future=True, help="文件没有规定的不填，终止时再登记。"),
            Money("living_subsidy", "临时生活补贴每人每月", required=False, help="文件没有规定发放的不填。"),
            Number("extended_reviews", "定期复核延长的月数", required=False, most=24),
            YesNo("remote_investigation", "可以视频、电话等方式调查", required=False),
            YesNo("price_check", "核对价格补贴联动", required=False),
        ),
    )  # fmt: skip


def _declare(subsidy: Subsidy, form: Form, sent: Sent, by: Actor, made: list[Emergency]) -> str:
    given = form.clean(sent.answers).plain
    measures = {
        code: int(given[code]) for code in (Code.LIVING_SUBSIDY, Code.EXTENDED_REVIEWS) if given.get(code)
    }
    measures |= {code: 0 for code in (Code.REMOTE_INVESTIGATION, Code.PRICE_CHECK) if given.get(code)}
    until = given.get("until_on")
    made.append(actions.declare_emergency(
        domain=subsidy.domain.code, path=given["path"], grade=int(given["grade"]), title=given["title"],
        order_number=given["order_number"], from_on=date.fromisoformat(given["from_on"]),
        until_on=date.fromisoformat(until) if until else None,
        measures={code.value: value for code, value in measures.items()}, by=by, key=sent.key,
    ))  # fmt: skip
    return "已登记，措施已下达有关县（市、区）。"

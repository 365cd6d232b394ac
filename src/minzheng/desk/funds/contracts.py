"""The contracts of a county in a year with the meter of its cap, and a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Number, Text
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.funds import actions, queries
from minzheng.kernel.funds.models import Contract
from minzheng.ui.shown import badge, yuan
from minzheng.ui.tables import Head, Row

from .reach import CONTRACTS, FUNDS, buyer, places_of

__all__ = ["index", "meters", "new", "service_label"]

_COLUMNS = (
    Head("合同编号"), Head("承接主体"), Head("服务内容"), Head("地区", secondary=True), Head("合同金额（元）", "money"),
    Head("已付款（元）", "money"), Head("待办"), Head("签订日期", "day", secondary=True),
)  # fmt: skip
_LEAD = "签约时核对上限：当年合同合计不超过中央和省级资金的规定比例。"
Declared = catalogue.Declared[declare.Purchasing]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The contracts of my county in a year, the latest first, and how much of the cap is taken."""
    by = staff(request)
    looker, year = buyer(by), clock.today().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and len(asked) == 4 else year
    rows = queries.contracts(looker, year=year)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    buttons: list[dict[str, Any]] = []
    if _signers(by):
        buttons.append({"url": f"{CONTRACTS[1]}new/", "label": "签订合同", "icon": "plus", "kind": "primary"})
    now = clock.today().year
    years = [(str(one), f"{one} 年") for one in range(now, now - 4, -1)]
    return render(request, "desk/funds/contracts.html", {
        **header("购买服务", crumbs=[FUNDS], lead=_LEAD, actions=buttons),
        "columns": _COLUMNS, "rows": [_row(one, places) for one in page.rows], "page": page,
        "count": capped(rows).replace("件", "份合同"), "meters": meters(looker, year=year), "year": year,
        "filters": [{"name": "year", "label": "年度", "kind": "choice", "value": str(year), "options": years}],
    })  # fmt: skip


def _row(one: Contract, places: dict[str, str]) -> Row:
    waiting = queries.waiting_of(one)
    return Row(
        [
            one.number, one.provider, service_label(one), places[one.path], one.amount, queries.paid_of(one),
            badge(f"{waiting} 次待验收或付款", "warn") if waiting else badge("无", "neutral"), one.signed_on,
        ],
        url=f"{CONTRACTS[1]}{one.pk}/",
    )  # fmt: skip


def service_label(contract: Contract) -> str:
    """The word for what was bought, also for a kind no longer declared."""
    declared = catalogue.current().purchasings.get(contract.year.purchasing)
    return declared.item.services.get(contract.service, contract.service) if declared else contract.service


def meters(by: Actor, *, year: int) -> list[dict[str, Any]]:
    """One meter for each kind of purchase and county of the actor's own posts."""
    found = []
    for declared in catalogue.current().purchasings.values():
        roles = {declared.role(role) for role in declared.item.roles}
        counties = sorted({post.path for post in by.posts if post.role in roles})
        places = names(counties)
        for county in counties:
            cap = queries.year_of(declared, path=county, year=year)
            kind = "bad" if not cap.allowed else "warn" if cap.warns and cap.limit else "good"
            words = {"bad": "超过上限，不能再签", "warn": "接近上限", "good": "正常"}[kind]
            found.append({
                "label": f"{places[county]}　{declared.item.label}", "badge": badge(words, kind),
                "percent": cap.percent, "share": min(cap.percent, 100), "kind": kind,
                "items": [
                    ("中央和省级资金", f"{yuan(cap.received)} 元"), ("上限", f"{yuan(cap.limit)} 元"),
                    ("已签合同", f"{yuan(cap.signed)} 元"), ("还可签", f"{yuan(max(cap.limit - cap.signed, 0))} 元"),
                ],
            })  # fmt: skip
    return found


def _signers(by: Actor) -> list[tuple[Declared, list[str]]]:
    every = catalogue.current().purchasings.values()
    found = [(one, places_of(one, one.item.signer, by)) for one in every]
    return [(one, places) for one, places in found if places]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Sign a contract; what would break the cap is refused beside the amount."""
    by = staff(request)
    offered = _signers(by)
    if not offered:
        raise NotAllowed("contract_role", "购买服务合同由县民政局审批人签订。您没有这一岗位。")
    made: list[Contract] = []
    sheet = Sheet("sign", _form(offered), lambda sent: _sign(by, sent, offered, made), submit="签订")
    if request.method != "POST":
        sheet.values = {"purchasing": offered[0][0].code, "path": offered[0][1][0]}
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"{CONTRACTS[1]}{made[0].pk}/" if made else CONTRACTS[1])
    head = header("签订合同", crumbs=[FUNDS, CONTRACTS], lead="超过当年上限的合同不能签订；签订后不能修改。")
    shown = {"sheet": sheet, "meters": meters(buyer(by), year=clock.today().year)}
    return render(request, "desk/funds/sign.html", head | shown, status=status)


def _form(offered: list[tuple[Declared, list[str]]]) -> Form:
    services = {code: word for one, _ in offered for code, word in one.item.services.items()}
    places = names({path for _, paths in offered for path in paths})
    return Form(
        "sign", "签订合同",
        (
            Choice("purchasing", "购买类别", options={one.code: one.item.label for one, _ in offered}),
            Choice("path", "购买主体所在地", options=places),
            Text("number", "合同编号", longest=60), Text("provider", "承接主体", longest=100),
            Text("provider_code", "统一社会信用代码", longest=24, help="18位，对照证书填写。"),
            Choice("service", "服务内容", options=services), Number("people", "服务人数", least=1, most=1000000),
            Money("unit_price", "单价"), Money("amount", "合同金额"),
            Day("from_on", "服务起始日", future=True), Day("until_on", "服务截止日", future=True),
            Text("acceptance", "验收标准", longest=300, lines=3),
        ),
    )  # fmt: skip


def _sign(by: Actor, sent: Sent, offered: list[tuple[Declared, list[str]]], made: list[Contract]) -> str:
    given = dict(_form(offered).clean(sent.answers).plain)
    purchasing, path = given.pop("purchasing"), given.pop("path")
    days = {code: date.fromisoformat(given.pop(code)) for code in ("from_on", "until_on")}
    made.append(
        actions.sign(
            purchasing=purchasing, path=path, terms=actions.Terms(**given, **days), by=by, key=sent.key
        )
    )
    return "合同已签订。"

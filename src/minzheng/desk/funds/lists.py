"""The reserve funds of all townships within scope, and a quota for one that has none yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address, capped
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Money, Number, Text
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.funds import actions, queries
from minzheng.kernel.funds.models import ReserveFund, TopUp
from minzheng.kernel.ledger.models import Fund
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import CONTRACTS, FUNDS, buys, keeper, keeps, places_of, role_codes

__all__ = ["index", "new"]

_COLUMNS = (
    Head("乡镇（街道）"), Head("核定额度（元）", "money"), Head("拨入（元）", "money", secondary=True),
    Head("支出（元）", "money"), Head("余额（元）", "money"), Head("待核销（笔）", "number"), Head("状态"),
)  # fmt: skip
_LEAD = "乡镇临时救助备用金专款专用：一件一支、两人签字、按月核销、年终清缴。"
_SIZE = 40
Declared = catalogue.Declared[declare.Reserve]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The funds of my townships in a year; who only buys services goes to the contracts."""
    by = staff(request)
    if not keeps(by) and buys(by):
        return redirect(CONTRACTS[1])
    looker, year = keeper(by), _year(request)
    rows = queries.funds(looker, year=year)
    after = request.GET.get("after", "")[:64]
    found = list(rows.filter(path__gt=after)[: _SIZE + 1])
    page, more = found[:_SIZE], len(found) > _SIZE
    sums = queries.sums(looker, year=year)
    return render(request, "desk/funds/index.html", {
        **header("备用金", lead=_LEAD, actions=_buttons(by)),
        "columns": _COLUMNS, "rows": _rows(page), "stats": _stats(sums), "year": year,
        "count": capped(rows).replace("件", "个乡镇（街道）"), "may_open": bool(_openers(by)),
        "filters": [{"name": "year", "label": "年度", "kind": "choice", "value": str(year), "options": _years()}],
        "next_url": address(request, after=page[-1].path) if more else "",
        "previous_url": address(request, after=None) if after else "",
    })  # fmt: skip


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdigit() and len(asked) == 4 else clock.today().year


def _years() -> list[tuple[str, str]]:
    now = clock.today().year
    return [(str(year), f"{year} 年") for year in range(now + 1, now - 4, -1)]


def _buttons(by: Actor) -> list[dict[str, Any]]:
    buttons = []
    if _openers(by):
        buttons.append({"url": "/desk/funds/new/", "label": "核定额度", "icon": "plus", "kind": "primary"})
    if by.roles & role_codes(catalogue.current().purchasings.values()):
        buttons.append({"url": CONTRACTS[1], "label": CONTRACTS[0], "icon": "file-text"})
    return buttons


def _rows(page: list[ReserveFund]) -> list[Row]:
    """One line for each township: two queries, whatever their number."""
    places = names({one.path for one in page})
    waiting = {one.fund_id: one for one in queries.waiting_top_ups([one.pk for one in page])}
    return [
        Row(
            [
                places[one.path], one.quota, one.advanced, one.paid - one.returned, one.balance,
                queries.unsettled_of(one), _state(one, waiting.get(one.pk)),
            ],
            url=f"/desk/funds/{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


def _state(fund: ReserveFund, top_up: TopUp | None) -> str:
    if top_up is not None:
        late = clock.today() > top_up.due_on
        return badge("补充超期" if late else top_up.get_state_display(), "bad" if late else "warn")
    return badge(fund.get_state_display(), "neutral" if fund.state == ReserveFund.State.CLOSED else "good")


def _stats(sums: dict[str, int]) -> list[dict[str, Any]]:
    words = (("quota", "核定额度"), ("advanced", "拨入"), ("spent", "净支出"), ("balance", "余额"))
    return [{"label": label, "value": f"{sums[code] / 100:,.2f}", "unit": "元"} for code, label in words]


def _openers(by: Actor) -> list[tuple[Declared, list[str]]]:
    """The funds whose quota the actor may fix, with the places of those posts."""
    every = catalogue.current().reserves.values()
    found = [(one, places_of(one, one.item.overseer, by)) for one in every]
    return [(one, places) for one, places in found if places]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Fix the quota of a township that has none this year, with how many live there."""
    by = staff(request)
    offered = _openers(by)
    if not offered:
        raise NotAllowed("fund_role", "备用金额度由县级资金复核岗位核定。您没有这一岗位。")
    townships = _without(offered)
    made: list[ReserveFund] = []
    sheet = Sheet(
        "quota",
        _form(offered, townships),
        lambda sent: _set(by, sent, offered, townships, made),
        submit="核定",
    )
    if request.method != "POST":
        sheet.values = {"reserve": offered[0][0].code, "year": clock.today().year, "fund": Fund.COUNTY.value}
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/funds/{made[0].pk}/" if made else FUNDS[1])
    head = header("核定备用金额度", crumbs=[FUNDS], lead="按人口和上年使用情况核定；核定依据随额度一起保存。")
    return render(request, "desk/funds/new.html", head | {"sheet": sheet}, status=status)


def _without(offered: list[tuple[Declared, list[str]]]) -> dict[str, str]:
    """The townships of the actor's counties, by path."""
    places = [unit.path for _, counties in offered for county in counties for unit in children(county)]
    return dict(sorted(names(places).items()))


def _form(offered: list[tuple[Declared, list[str]]], townships: dict[str, str]) -> Form:
    return Form(
        "quota", "核定备用金额度",
        (
            Choice("reserve", "备用金", options={one.code: one.item.label for one, _ in offered}),
            Choice("path", "乡镇（街道）", options=townships),
            Number("year", "年度", least=2000, most=2100, help="本年度或下一年度。"),
            Choice("fund", "拨付资金来源", options=dict(Fund.choices)),
            Money("amount", "核定额度"),
            Text("document", "核定文号", longest=60),
        ),
    )  # fmt: skip


def _set(
    by: Actor,
    sent: Sent,
    offered: list[tuple[Declared, list[str]]],
    townships: dict[str, str],
    made: list[ReserveFund],
) -> str:
    given = _form(offered, townships).clean(sent.answers).plain
    if given["path"] not in townships:
        raise NotFound("fund_unknown", "没有这个乡镇（街道），或不在您的管辖范围内。")
    found = actions.set_quota(
        reserve=given["reserve"], path=given["path"], year=given["year"], amount=given["amount"],
        document=given["document"], source=Fund(given["fund"]), by=by, key=sent.key,
    )  # fmt: skip
    made.append(found)
    return "额度已核定。请资金经办拨付。"

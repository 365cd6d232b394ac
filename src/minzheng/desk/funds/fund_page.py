"""One township's fund: how it stands, what it paid, what waits for whom, and the deeds of whoever looks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import handled
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.funds import queries
from minzheng.kernel.funds.models import ReserveFund, ReservePayment
from minzheng.ui.shown import badge, iso_day, yuan
from minzheng.ui.tables import Head, Row

from . import fund_deeds
from .reach import FUNDS, keeper

__all__ = ["fund"]

_PAYMENTS = (
    Head("办件编号"), Head("领取人"), Head("方式"), Head("金额（元）", "money"),
    Head("退回（元）", "money", secondary=True), Head("经办／审批"), Head("支付日期", "day"), Head("核销"),
)  # fmt: skip
_MOVES = (
    Head("类别"),
    Head("金额（元）", "money"),
    Head("凭据或原因"),
    Head("办理人", secondary=True),
    Head("日期", "day"),
)
_BATCHES = (
    Head("截止日期", "day"),
    Head("笔数", "number"),
    Head("金额（元）", "money"),
    Head("报送人", secondary=True),
    Head("状态"),
)
_KINDS = {"submitted": "warn", "approved": "good", "returned": "bad"}
_LISTED = 50


@require_http_methods(["GET", "POST"])
def fund(request: HttpRequest, fund_id: int) -> HttpResponse:
    """The page of a fund and every deed on it."""
    by = staff(request)
    found = queries.fund_by_id(fund_id, keeper(by))
    state = queries.standing(found)
    sheets = fund_deeds.sheets(found, state, by)
    done, status = handled(request, sheets, by=by, about=found, read="funds.read_fund")
    if done:
        return redirect(f"/desk/funds/{found.pk}/")
    label = catalogue.current().reserve(found.reserve).item.label
    kind = "neutral" if found.state == ReserveFund.State.CLOSED else "good"
    page = latest_first(queries.payments(found, keeper(by)), request)
    return render(request, "desk/funds/fund.html", {
        **header(f"{found.year} 年备用金", crumbs=[FUNDS], lead=f"{name_of(found.path)}　{label}",
                 badge=badge(found.get_state_display(), kind)),
        "fund": found, "stats": _stats(found), "notices": _notices(found, state), "sheets": sheets,
        "payment_columns": _PAYMENTS, "payments": _payments(page.rows, by), "page": page,
        "move_columns": _MOVES, "moves": _moves(found), "batch_columns": _BATCHES, "batches": _batches(found),
        "quotas": _quotas(found),
    }, status=status)  # fmt: skip


def _stats(fund: ReserveFund) -> list[dict[str, Any]]:
    share = 100 * fund.balance // fund.quota
    return [
        {"label": "余额", "value": yuan(fund.balance), "unit": "元", "icon": "wallet", "note": f"占额度 {share}%"},
        {"label": "核定额度", "value": yuan(fund.quota), "unit": "元", "icon": "coin-yuan"},
        {"label": "累计拨入", "value": yuan(fund.advanced), "unit": "元",
         "note": f"已清缴 {yuan(fund.cleared)} 元" if fund.cleared else ""},
        {"label": "累计支出", "value": yuan(fund.paid), "unit": "元",
         "note": f"退回 {yuan(fund.returned)} 元" if fund.returned else ""},
    ]  # fmt: skip


def _notices(fund: ReserveFund, state: queries.Standing) -> list[tuple[str, str]]:
    """What somebody should know before doing anything."""
    found = []
    if state.top_up is not None:
        late = clock.today() > state.top_up.due_on
        how = "余额低于补充线，系统已自动申请补充" if state.top_up.automatic else "乡镇已申请补充"
        agreed = f"，同意 {yuan(state.top_up.granted)} 元" if state.top_up.granted else ""
        text = (
            f"{how} {yuan(state.top_up.amount)} 元（{state.top_up.get_state_display()}{agreed}），"
            f"应于 {iso_day(state.top_up.due_on)} 前拨付{'，已超期' if late else ''}。"
        )
        found.append(("bad" if late else "warn", text))
    elif state.low:
        found.append(("warn", "余额低于补充线，请申请补充。"))
    if state.settle_late:
        found.append(("bad", "上月支出已过报送核销的期限，请尽快报送。"))
    if state.settlement is not None:
        found.append(
            (
                "info",
                f"有一批核销（{state.settlement.count} 笔、{yuan(state.settlement.total)} 元）等待县级审核。",
            )
        )
    if state.unsettled and state.settlement is None:
        found.append(("info", f"待报送核销 {state.unsettled} 笔、{yuan(state.unsettled_total)} 元。"))
    return found


def _payments(rows: list[ReservePayment], by: Actor) -> list[Row]:
    """Each with its case, where the looker may open it: one query more."""
    open_to = set(visible(by).filter(pk__in=[one.case_id for one in rows]).values_list("pk", flat=True))
    return [
        Row(
            [
                one.case_number, one.payee, one.get_method_display(), one.amount, queries.came_back(one) or None,
                f"{one.officer_name}／{one.approver_name}", one.on,
                _settled(one),
            ],
            url=f"/desk/cases/{one.case_id}/" if one.case_id in open_to else "",
        )
        for one in rows
    ]  # fmt: skip


def _settled(one: ReservePayment) -> str:
    if one.settlement is None:
        return badge("待报送")
    return badge(one.settlement.get_state_display(), _KINDS[one.settlement.state])


def _moves(fund: ReserveFund) -> list[Row]:
    return [
        Row([one.get_kind_display(), one.amount, one.document, one.by_name, one.on])
        for one in fund.moves.order_by("-id")[:_LISTED]
    ]


def _batches(fund: ReserveFund) -> list[Row]:
    return [
        Row([one.until, one.count, one.total, one.submitted_by_name,
             badge(one.get_state_display() + (f"：{one.reason}" if one.reason else ""), _KINDS[one.state])])
        for one in fund.settlements.order_by("-id")[:_LISTED]
    ]  # fmt: skip


def _quotas(fund: ReserveFund) -> list[tuple[str, str]]:
    return [
        (
            iso_day(one.on),
            f"{yuan(one.amount)} 元（{one.document}；人口 {one.population:,} 人，上年支出 {yuan(one.used_before)} 元）",
        )
        for one in fund.quotas.order_by("-id")[:_LISTED]
    ]

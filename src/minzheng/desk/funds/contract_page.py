"""One contract: what it says, what was delivered, and what is to be accepted and paid."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Do, Sent, Sheet, handled, limited
from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Money, Number, Photo, Text
from minzheng.kernel.funds import actions, queries
from minzheng.kernel.funds.duties import holds
from minzheng.kernel.funds.models import Contract, Handover
from minzheng.kernel.ledger.models import Fund
from minzheng.ui.shown import badge, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .contracts import service_label
from .reach import CONTRACTS, FUNDS, buyer

__all__ = ["contract"]

_COLUMNS = (
    Head("服务时段"), Head("人次", "number"), Head("申报（元）", "money"), Head("验收（元）", "money"),
    Head("登记／验收"), Head("状态"),
)  # fmt: skip
_KINDS = {"delivered": "warn", "accepted": "info", "refused": "bad", "paid": "good"}
_DELIVER = Form(
    "deliver", "登记交付",
    (
        Text("period", "服务时段", longest=60, help="如“2026年3月”，每段登记一次。"),
        Number("served", "服务人次", least=1, most=1000000), Money("claimed", "申报金额"),
        Text("record", "服务记录", longest=500, lines=3), Photo("proof", "服务凭证照片", required=False),
    ),
)  # fmt: skip
_ACCEPT = Form(
    "accept", "验收",
    (
        Money("accepted", "验收金额", help="不合格的填 0。"), Text("opinion", "验收意见", longest=300, lines=2),
    ),
)  # fmt: skip
Declared = catalogue.Declared[declare.Purchasing]


@require_http_methods(["GET", "POST"])
@limited
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The page of a contract and every deed on it."""
    by = staff(request)
    found = queries.contract_for(contract_id, buyer(by))
    rows = list(found.handovers.order_by("id"))
    sheets = _sheets(found, rows, by)
    done, status = handled(request, sheets, by=by, about=found, read="funds.read_contract")
    if done:
        return redirect(f"{CONTRACTS[1]}{found.pk}/")
    return render(request, "desk/funds/contract.html", {
        **header(f"合同 {found.number}", crumbs=[FUNDS, CONTRACTS], lead=f"{name_of(found.path)}　{found.provider}"),
        "facts": _facts(found), "columns": _COLUMNS, "rows": [_row(one) for one in rows], "sheets": sheets,
        "stats": _stats(found, rows),
    }, status=status)  # fmt: skip


def _facts(one: Contract) -> list[tuple[str, Any]]:
    return [
        ("承接主体", one.provider), ("统一社会信用代码", one.provider_code), ("服务内容", service_label(one)),
        ("服务人数", f"{one.people:,} 人"), ("单价", f"{yuan(one.unit_price)} 元"), ("验收标准", one.acceptance),
        ("服务期限", f"{iso_day(one.from_on)} 至 {iso_day(one.until_on)}"),
        ("签订", f"{one.signed_by_name}，{iso_day(one.signed_on)}"),
    ]  # fmt: skip


def _stats(one: Contract, rows: list[Handover]) -> list[dict[str, Any]]:
    paid = sum(row.accepted or 0 for row in rows if row.state == Handover.State.PAID)
    accepted = sum(row.accepted or 0 for row in rows)
    return [
        {"label": "合同金额", "value": yuan(one.amount), "unit": "元", "icon": "coin-yuan"},
        {"label": "已验收", "value": yuan(accepted), "unit": "元"},
        {"label": "已付款", "value": yuan(paid), "unit": "元"},
    ]


def _row(one: Handover) -> Row:
    who = f"{one.registered_by_name}／{one.accepted_by_name or '—'}"
    state = badge(one.get_state_display(), _KINDS[one.state])
    return Row([one.period, one.served, one.claimed, one.accepted, who, state])


def _sheets(found: Contract, rows: list[Handover], by: Actor) -> list[Sheet]:
    """The deeds open to this actor: deliver, accept what somebody else delivered, pay what was accepted."""
    declared = catalogue.current().purchasing(found.year.purchasing)
    item = declared.item
    sheets = []
    if holds(declared, item.acceptor, path=found.path, by=by):
        sheets += [
            _accept(one, by) for one in rows if one.state == "delivered" and one.registered_by != by.id
        ]
    if holds(declared, item.payer, path=found.path, by=by):
        mine = [one for one in rows if by.id not in (one.registered_by, one.accepted_by)]
        sheets += [_pay(one, declared, by) for one in mine if one.state == "accepted"]
    if holds(declared, item.registrar, path=found.path, by=by):
        sheets.append(Sheet("deliver", _DELIVER, _deliver(found, by), submit="登记交付", title="登记交付"))
    return sheets


def _deliver(found: Contract, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _DELIVER.clean(sent.answers).plain
        actions.deliver(
            contract=found, period=given["period"], served=given["served"], claimed=given["claimed"],
            record=given["record"], evidence=[int(given["proof"])] if given.get("proof") else [], by=by, key=sent.key,
        )  # fmt: skip
        return "交付已登记，等待验收。"

    return do


def _accept(row: Handover, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = _ACCEPT.clean(sent.answers).plain
        actions.accept(
            handover=row, accepted=given["accepted"], opinion=given["opinion"], by=by, key=sent.key
        )
        return "已验收。" if given["accepted"] else "已登记验收不合格。"

    values = {"accepted": yuan(row.claimed).replace(",", "")}
    return Sheet(f"accept{row.pk}", _ACCEPT, do, submit="验收", title=f"验收 {row.period}", values=values)


def _pay(row: Handover, declared: Declared, by: Actor) -> Sheet:
    schemes = {f"{declared.domain.code}.{one.code}": one.label for one in declared.item.out_of}
    form = Form(
        "pay", "付款",
        (
            Choice("scheme", "列支项目", options=schemes), Choice("fund", "资金来源", options=dict(Fund.choices)),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.pay_for(handover=row, scheme=given["scheme"], fund=Fund(given["fund"]), by=by, key=sent.key)
        return "已付款入账。"

    words = f"支付 {row.period} 的服务费 {yuan(row.accepted)} 元，入账后不能撤回。"
    return Sheet(f"pay{row.pk}", form, do, submit="付款", title=f"付款 {row.period}", confirm=words)

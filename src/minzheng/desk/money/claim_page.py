"""One claim: what it is about, its instalments and repayments, what is left, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Money, Text
from minzheng.kernel.ledger import actions, claims
from minzheng.kernel.ledger.models import Adjustment, Recovery
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .claims import AT, claim_badge, months
from .lists import ROOM
from .reach import reader, scheme_label

__all__ = ["claim"]

_PLAN = (Head("扣回月份"), Head("金额（元）", "money"), Head("状态"))
_CASH = (
    Head("缴款日期", "day"),
    Head("金额（元）", "money"),
    Head("缴款书编号"),
    Head("登记时间", "instant", secondary=True),
)
_REPAY = Form("repay", "登记缴款", (Money("amount", "缴款金额"), Text("receipt", "缴款书编号", longest=60)))
_WAIVE = Form("waive", "免予追缴", (Text("reason", "理由和批准文号", lines=2, longest=200),))
_AHEAD = 6


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The page of a claim and every deed on it."""
    by = staff(request)
    one = claims.claim_of(claim_id, reader(by))
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="ledger.read_claim")
    if done:
        return redirect(f"{AT[1]}{one.pk}/")
    plan = (
        one.instalments.filter(cancelled_at=None)
        .select_related("carried__payment__batch")
        .order_by("from_month")
    )
    return render(request, "desk/money/claim.html", {
        **header(f"追缴第 {one.pk} 号", crumbs=[ROOM, AT], badge=claim_badge(one)),
        "sheets": sheets, "stats": _stats(one),
        "facts": _facts(one), "plan_columns": _PLAN, "cash_columns": _CASH,
        "plan": [
            Row([str(Month.of(row.from_month)), row.amount, _state(row)], url=f"/desk/money/makeups/{row.pk}/")
            for row in plan
        ],
        "cash": [Row([row.on, row.amount, row.receipt, row.at]) for row in one.repayments.order_by("id")],
    }, status=status)  # fmt: skip


def _stats(one: Recovery) -> list[dict[str, Any]]:
    shown: tuple[tuple[str, int, str], ...] = (
        ("应追缴", one.amount, "receipt"),
        ("已扣回", one.withheld, "wallet"),  # type: ignore[attr-defined]
        ("已缴回", one.repaid, "building-bank"),  # type: ignore[attr-defined]
        ("免予追缴", one.waived, "x"),
        ("未追回", one.left, "clock"),  # type: ignore[attr-defined]
    )
    return [{"label": label, "value": yuan(fen), "unit": "元", "icon": icon} for label, fen, icon in shown]


def _facts(one: Recovery) -> list[tuple[str, Any]]:
    return [
        ("家庭（个人）", one.household.number if one.household else str(one.person)),
        ("项目", scheme_label(one.scheme)), ("地区", name_of(one.path)), ("多发月份", months(one)),
        ("决定文号", one.decision_number), ("追缴原因", one.reason), ("立项时间", cn_datetime(one.at)),
        ("了结时间", cn_datetime(one.closed_at) if one.closed_at else ""),
    ]  # fmt: skip


def _state(row: Adjustment) -> str:
    carried = getattr(row, "carried", None)
    if carried is None:
        return badge("待扣回")
    batch = carried.payment.batch
    settled = batch.state not in ("draft", "first_reviewed")
    return badge(
        f"已随 {Month.of(batch.month)} 批次扣回" if settled else "已编入批次，待审批",
        "good" if settled else "info",
    )


def _sheets(one: Recovery, by: Actor) -> list[Sheet]:
    """Payers settle a claim, a reviewer may give up what cannot be recovered."""
    if one.state != Recovery.State.OPEN:
        return []
    declared = catalogue.current().schemes[one.scheme]
    found: list[Sheet] = []
    if by.post_for(declared.role(declared.item.prepared_by), path=one.path) is not None:
        plan = _plan_form()
        found += [
            Sheet("repay", _REPAY, lambda sent: _repay(one, sent, by), submit="登记缴款", title="现金缴回"),
            Sheet(
                "plan",
                plan,
                lambda sent: _plan(one, plan, sent, by),
                submit="商定分期",
                title="分期扣回",
                quiet=True,
            ),
        ]
    if by.post_for(declared.role(declared.item.reviewed_by), path=one.path) is not None:
        found.append(Sheet(
            "waive", _WAIVE, lambda sent: _waive(one, sent, by), submit="免予追缴", title="免予追缴", danger=True,
            confirm="未追回的金额不再追缴，不能恢复。确定免予追缴？",
        ))  # fmt: skip
    return found


def _plan_form() -> Form:
    now = Month.of(clock.today())
    listed = {str(m): f"{m.year}年{m.month}月" for m in now.until(now + _AHEAD)}
    return Form(
        "plan", "分期扣回",
        (
            Money("monthly", "每月扣回", help="不超过当月待遇的规定比例。重新商定的，替换尚未扣回的各期。"),
            Choice("from_month", "起始月份", options=listed),
        ),
    )  # fmt: skip


def _repay(one: Recovery, sent: Sent, by: Actor) -> str:
    given = _REPAY.clean(sent.answers).plain
    actions.repay(recovery=one, amount=given["amount"], receipt=given["receipt"], by=by, key=sent.key)
    return f"已登记缴款 {yuan(given['amount'])} 元。"


def _plan(one: Recovery, form: Form, sent: Sent, by: Actor) -> str:
    given = form.clean(sent.answers).plain
    actions.instalments(
        recovery=one,
        monthly=given["monthly"],
        from_month=Month.parse(given["from_month"]),
        by=by,
        key=sent.key,
    )
    return "已登记分期扣回。"


def _waive(one: Recovery, sent: Sent, by: Actor) -> str:
    actions.waive(recovery=one, reason=_WAIVE.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "已登记免予追缴。"

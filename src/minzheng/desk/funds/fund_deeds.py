"""What may be done with a fund now, and by whom: one sheet for each deed, none for whoever may not."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import NOTHING, Do, Sent, Sheet
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.funds import actions, queries
from minzheng.kernel.funds.duties import holds
from minzheng.kernel.funds.models import ReserveFund, TopUp
from minzheng.ui.shown import yuan

__all__ = ["sheets"]

_ASK = Form("ask", "申请补充", (Money("amount", "申请金额"), Text("reason", "理由", longest=200)))
_SETTLE = Form("settle", "报送核销", (Day("until", "截止日期"),))
_ADVANCE = Form("advance", "拨付", (Money("amount", "拨付金额"), Text("document", "拨付凭据", longest=60)))
_QUOTA = Form(
    "quota", "重新核定额度", (Money("amount", "核定额度"), Text("document", "核定文号", longest=60))
)
_DECIDE = Form(
    "decide", "审核补充申请",
    (
        Money("amount", "同意金额", help="不同意的填 0，并写明理由。"),
        Text("reason", "理由", longest=200, required=False),
    ),
)  # fmt: skip
_VERDICT = Form(
    "verdict", "核销审核",
    (
        Choice("verdict", "结论", options={"approve": "同意核销", "return": "退回乡镇"}),
        Text("reason", "退回理由", longest=200, required=False),
    ),
)  # fmt: skip


def sheets(fund: ReserveFund, state: queries.Standing, by: Actor) -> list[Sheet]:
    """The deeds open to this actor; a closed fund has none."""
    if fund.state == ReserveFund.State.CLOSED:
        return []
    declared = catalogue.current().reserve(fund.reserve)
    item = declared.item
    found: list[Sheet] = []
    if holds(declared, item.overseer, path=fund.path, by=by):
        found += _overseer(fund, state, by)
    if holds(declared, item.payer, path=fund.path, by=by):
        found += _payer(fund, state, by)
    if holds(declared, item.officer, path=fund.path, by=by):
        found += _officer(fund, state, by)
    return found


def _overseer(fund: ReserveFund, state: queries.Standing, by: Actor) -> list[Sheet]:
    found = []
    if state.top_up is not None and state.top_up.state == TopUp.State.REQUESTED:
        values = {"amount": yuan(state.top_up.amount).replace(",", "")}
        found.append(
            Sheet(
                "decide",
                _DECIDE,
                _decide(state.top_up, by),
                submit="审核补充申请",
                title="审核补充申请",
                values=values,
            )
        )
    if state.settlement is not None:
        found.append(Sheet("verdict", _VERDICT, _verdict(state, by), submit="审核核销", title="核销审核"))
    found.append(
        Sheet("quota", _QUOTA, _quota(fund, by), submit="重新核定额度", title="重新核定额度", quiet=True)
    )
    return found


def _payer(fund: ReserveFund, state: queries.Standing, by: Actor) -> list[Sheet]:
    granted = state.top_up.granted if state.top_up is not None else 0
    lacks = granted or max(fund.quota - fund.balance, 0)
    values = {"amount": yuan(lacks).replace(",", "")} if lacks else {}
    found = [Sheet("advance", _ADVANCE, _advance(fund, by), submit="拨付", title="拨付备用金", values=values)]
    if (clock.today().year, clock.today().month) >= (fund.year, 12):
        words = f"余额 {yuan(fund.balance)} 元收回县级专户，备用金关账，不能恢复。"
        found.append(
            Sheet(
                "clear",
                NOTHING,
                _clear(fund, by),
                submit="年终清缴",
                title="年终清缴",
                danger=True,
                confirm=words,
            )
        )
    return found


def _officer(fund: ReserveFund, state: queries.Standing, by: Actor) -> list[Sheet]:
    found = []
    if state.unsettled and state.settlement is None:
        last = min(clock.today(), date(fund.year, 12, 31))
        found.append(
            Sheet(
                "settle",
                _SETTLE,
                _settle(fund, by),
                submit="报送核销",
                title="报送核销",
                values={"until": last.isoformat()},
            )
        )
    if state.top_up is None:
        found.append(Sheet("ask", _ASK, _ask(fund, by), submit="申请补充", title="申请补充", quiet=True))
    if given := queries.may_come_back(fund):
        found.append(
            Sheet(
                "back", _back_form(given), _back(given, by), submit="登记退回", title="登记退回", quiet=True
            )
        )
    return found


def _back_form(given: queries.Given) -> Form:
    options = {str(one.pk): f"{one.case_number} {one.payee} {yuan(one.amount)} 元" for one in given}
    return Form(
        "back", "登记退回",
        (
            Choice("payment", "哪一笔支出", options=options), Money("amount", "退回金额"),
            Text("reason", "退回原因", longest=200),
        ),
    )  # fmt: skip


def _ask(fund: ReserveFund, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _ASK.clean(sent.answers).plain
        actions.request_top_up(fund=fund, amount=given["amount"], reason=given["reason"], by=by, key=sent.key)
        return "已申请补充，等待县级审核。"

    return do


def _settle(fund: ReserveFund, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _SETTLE.clean(sent.answers).plain
        batch = actions.settle(fund=fund, until=date.fromisoformat(given["until"]), by=by, key=sent.key)
        return f"已报送核销 {batch.count} 笔、{yuan(batch.total)} 元。"

    return do


def _back(given: queries.Given, by: Actor) -> Do:
    known = {str(one.pk): one for one in given}

    def do(sent: Sent) -> str:
        answers = _back_form(given).clean(sent.answers).plain
        actions.give_back(
            payment=known[answers["payment"]],
            amount=answers["amount"],
            reason=answers["reason"],
            by=by,
            key=sent.key,
        )
        return "退回已登记入账。"

    return do


def _advance(fund: ReserveFund, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _ADVANCE.clean(sent.answers).plain
        actions.advance(fund=fund, amount=given["amount"], document=given["document"], by=by, key=sent.key)
        return "已拨付入账。"

    return do


def _quota(fund: ReserveFund, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _QUOTA.clean(sent.answers).plain
        actions.set_quota(
            reserve=fund.reserve, path=fund.path, year=fund.year, amount=given["amount"], document=given["document"],
            by=by, key=sent.key,
        )  # fmt: skip
        return "额度已重新核定。"

    return do


def _decide(top_up: TopUp, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _DECIDE.clean(sent.answers).plain
        actions.decide_top_up(
            top_up=top_up, amount=given["amount"], reason=given.get("reason", ""), by=by, key=sent.key
        )
        return "已审核补充申请。" if given["amount"] else "已答复不同意补充。"

    return do


def _verdict(state: queries.Standing, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _VERDICT.clean(sent.answers).plain
        if state.settlement is None:
            raise Refused("settlement_gone", "没有等待审核的核销。请刷新页面。")
        actions.decide_settlement(
            settlement=state.settlement, approved=given["verdict"] == "approve", reason=given.get("reason", ""), by=by,
            key=sent.key,
        )  # fmt: skip
        return "已审核核销。"

    return do


def _clear(fund: ReserveFund, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.clear(fund=fund, by=by, key=sent.key)
        return "已年终清缴，余额收回县级专户。"

    return do

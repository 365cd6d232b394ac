"""What is asked for temporary assistance of the expenditure type (支出型临时救助), and how it is to be paid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

from ..models import CAUSES
from ..rules import MF23
from .dibao import APPLICATION

__all__ = ["AID", "AID_ACCEPTED", "AID_EXPENSE", "AID_MINUTES", "AID_PLAN"]

# What is known already of a dibao or tekun household is not asked again; the others declare by leaving blank.
_MEANS = {"housing", "houses", "deposits", "vehicles", "company_capital", "rigid_spending", "vehicles_exempt"}
_HELP = "已是低保、特困家庭的不用填；没有填 0。"


def _asked(one: declare.Field) -> declare.Field:
    if one.code not in _MEANS:
        return one
    return replace(one, required=False, help=_HELP if one.required else one.help)


AID = declare.Form(
    "temporary_application",
    label="临时救助（支出型）申请",
    check=APPLICATION.check,
    fields=(
        declare.Choice("cause", "因为什么事遇到困难", options=CAUSES, basis=MF23.as_a_whole()),
        declare.Text("event_place", "在哪里发生的", longest=100, help="写到村（社区）、医院或学校即可。"),
        declare.Money(
            "expense", "自己承担的花费", basis=MF23.as_a_whole(), example="18000",
            help="扣除医保报销和其他补助以后的数额。",
        ),
        *(_asked(one) for one in APPLICATION.fields),
    ),
)  # fmt: skip

AID_ACCEPTED = declare.Form(
    "temporary_accepted",
    label="受理审查",
    fields=(
        declare.YesNo("complete", "申请内容和签字齐全", must=True),
        declare.Text("note", "备注", longest=200, required=False),
    ),
)

AID_EXPENSE = declare.Form(
    "temporary_expense",
    label="支出核实",
    fields=(
        declare.Day("visited_on", "核实日期"),
        declare.Money("expense", "核实的自付支出", basis=MF23.as_a_whole()),
        declare.YesNo("invoices", "票据或结算单已查验", must=True),
        declare.Choice(
            "tier",
            "困难程度",
            basis=MF23.as_a_whole(),
            options={"general": "一般", "serious": "较重", "grave": "严重", "extreme": "特别严重"},
        ),
        declare.Text("found", "核实情况", longest=500, lines=3),
        declare.Photo("photo", "票据照片", required=False),
    ),
)

AID_MINUTES = declare.Form(
    "temporary_minutes",
    label="一事一议",
    fields=(
        declare.Day("met_on", "议事日期"),
        declare.Number("present", "参加人数", least=1, most=50),
        declare.Text("minutes", "会议纪要文号", longest=60),
        declare.Money("agreed", "议定的救助金额", help="不议定金额、仍按档次计算的填 0。"),
        declare.Text("reasons", "议定理由", longest=500, lines=3),
    ),
)


def _staged(form: dict[str, Any]) -> None:
    """Money and goods have an amount, a referral has none; no two stages of money fall into one month."""
    months: set[int] = set()
    for row in form["stages"]:
        worth, word = row.get("amount") or 0, row["form"]
        if word == "referral" and worth:
            raise Refused("referral_amount", "转介不计金额，请把该行金额留空。", field="stages")
        if word == "referral" and not row.get("note"):
            raise Refused("referral_to", "转介请写明转介到哪里。", field="stages")
        if word != "referral" and not worth:
            raise Refused("stage_amount", "发放现金或实物的，每一期都要填写金额。", field="stages")
        if word == "money" and row["after"] in months:
            raise Refused("stage_twice", "同一个月只能安排一期资金，请合并或改到其他月份。", field="stages")
        months |= {row["after"]} if word == "money" else set()


AID_PLAN = declare.Form(
    "temporary_plan",
    label="救助意见和发放安排",
    check=_staged,
    fields=(
        declare.Text("opinion", "救助意见", longest=500, lines=3),
        declare.Rows(
            "stages", "发放安排", required=False, most=12, basis=MF23.as_a_whole(),
            help="一次发放填一行；分期发放每期一行，合计须等于救助金额。",
            of=(
                declare.Choice("form", "方式", options={"money": "资金", "goods": "实物", "referral": "转介"}),
                declare.Number("after", "批准后第几个月", most=11, help="批准当月填 0，下一个月填 1。"),
                declare.Money("amount", "金额", required=False),
                declare.Text("note", "实物名称或转介去向", longest=100, required=False),
            ),
        ),
    ),
)  # fmt: skip

"""What is asked in an emergency (急难型临时救助、先行救助): little before paying, the papers afterwards."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

from ..models import CAUSES
from ..rules import MF23

__all__ = ["FIRST", "FIRST_ACCEPTED", "FIRST_ASSESSED", "FIRST_PAID", "FIRST_PAPERS", "NOBODY_ASKED"]

FIRST = declare.Form(
    "first_aid_report",
    label="急难报告",
    fields=(
        declare.Choice(
            "source", "谁报告的",
            options={
                "self": "本人或家属", "village": "村（社区）", "hotline": "12345热线", "police": "公安",
                "hospital": "医院", "passer": "路过群众",
            },
        ),
        declare.Text("order_number", "热线工单号", longest=40, required=False, help="12345转来的，填工单号。"),
        declare.Text("caller", "报告人", longest=60, required=False, help="不愿透露姓名的可不填。"),
        declare.Choice("cause", "出了什么事", options=CAUSES, basis=MF23.as_a_whole()),
        declare.Text("event_place", "在哪里发生的", longest=100, help="写清路口、门牌或村屯，便于马上到场。"),
        declare.Text("situation", "现在的情况", longest=500, lines=3),
        declare.Phone("phone", "联系电话", required=False, help="本人或身边人的电话。"),
    ),
)  # fmt: skip

# Nobody's income, property or work is asked about before help.
NOBODY_ASKED = declare.Form("first_aid_person", label="受助人情况", fields=())

FIRST_ACCEPTED = declare.Form(
    "first_aid_accepted",
    label="受理",
    fields=(declare.Text("note", "备注", longest=200, required=False),),
)


def _seen(form: dict[str, Any]) -> None:
    """There is a picture or a witness, and whoever cannot be identified is made known to the rescue station."""
    if not form.get("photo") and not form.get("witness"):
        raise Refused("scene_unproven", "请拍现场照片，或填写见证人。两样有一样即可。", field="witness")
    if form.get("identity") == "unknown" and not form.get("referral"):
        raise Refused(
            "referral_needed",
            "身份无法查明的，应当同时通知救助管理站。请写明何时通知了哪个站。",
            field="referral",
        )


FIRST_ASSESSED = declare.Form(
    "first_aid_assessed",
    label="现场核定",
    check=_seen,
    fields=(
        declare.Text("found", "现场情况", longest=500, lines=3),
        declare.Choice(
            "identity", "受助人身份",
            options={"confirmed": "已核实", "claimed": "本人自述，尚未核实", "unknown": "无法说明或无法查明"},
        ),
        declare.Money(
            "need", "眼下所需金额", basis=MF23.as_a_whole(), help="超过先行救助限额的，先按限额发放，其余跟进办理。"
        ),
        declare.Photo("photo", "现场照片", required=False),
        declare.Text("witness", "见证人", longest=60, required=False),
        declare.Text("referral", "通知救助管理站的情况", longest=200, required=False, help="身份无法查明的必填。"),
    ),
)  # fmt: skip


def _proven(form: dict[str, Any]) -> None:
    """What was handed over is proven by a signed receipt in a picture, or by a witness."""
    if not form.get("receipt") and not form.get("witness"):
        raise Refused("receipt_missing", "请拍领取凭证照片，或填写见证人。", field="witness")
    if form.get("method") == "goods" and not form.get("goods"):
        raise Refused("goods_unnamed", "发放实物的请写明物品和数量。", field="goods")


FIRST_PAID = declare.Form(
    "first_aid_paid",
    label="支付",
    check=_proven,
    fields=(
        declare.Text("payee", "领取人", longest=60),
        declare.Choice(
            "method", "支付方式", options={"cash": "现金", "goods": "实物", "transfer": "转账"}, basis=MF23.as_a_whole()
        ),
        declare.Text("goods", "实物名称和数量", longest=100, required=False),
        declare.Photo("receipt", "领取凭证照片", required=False),
        declare.Text("witness", "见证人", longest=60, required=False),
    ),
)  # fmt: skip

FIRST_PAPERS = declare.Form(
    "first_aid_papers",
    label="补齐手续",
    fields=(
        declare.Text("helped", "受助人姓名", longest=60, help="与证件一致；身份仍未查明的，照现场所称填写。"),
        declare.Choice(
            "identity", "受助人身份", options={"confirmed": "已核实", "unknown": "仍未查明，已转救助管理站"}
        ),
        declare.Choice("cause", "致困原因", options=CAUSES, basis=MF23.as_a_whole()),
        declare.Money("amount", "救助金额", help="与实际支付的金额一致。"),
        declare.YesNo("signed", "受助人（见证人）、经办人、审批人签字齐全", must=True),
        declare.YesNo("sealed", "乡镇（街道）已盖章", must=True),
        declare.Photo("paper", "审批表照片", required=False),
        declare.Text("note", "情况说明", longest=500, lines=2, required=False),
    ),
)  # fmt: skip

"""What is asked about the funeral of a tekun person: who arranges it, into which account, by which paper."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.declare import Form
from minzheng.kernel.declare.forms import Account, Choice, Day, IdNumber, Text
from minzheng.kernel.errors import Refused

__all__ = ["ARRANGED", "DECIDED"]


def _named(given: dict[str, Any]) -> None:
    if given.get("arranger") in ("institution", "village") and not given.get("unit"):
        raise Refused("unit_missing", "由单位办理的，请填写单位全称。", field="unit")


ARRANGED = Form("arranged", "登记办理人", check=_named, fields=(
    Choice("arranger", "谁办理丧事", options={
        "institution": "供养服务机构", "village": "村（居）民委员会", "kin": "亲属或其他个人"}),
    Text("unit", "单位全称", longest=60, required=False, help="由机构或村（居）委会办理的必填。"),
    Text("name", "领款人姓名", longest=60, help="由单位办理的，填单位的经手人。"),
    IdNumber("id_number", "领款人身份证号码"),
    Account("account", "银行账号", units=True, help="请对照银行卡、存折或单位开户许可输入。"),
    Text("owner", "户名", longest=60, help="领款人姓名，或者单位全称。"),
    Text("proof", "丧葬证明编号", longest=60, help="火化证明，或殡葬服务票据的编号。"),
    Day("buried_on", "火化或安葬日期"),
))  # fmt: skip


def _reasoned(given: dict[str, Any]) -> None:
    if given.get("outcome") in ("back", "decline") and not given.get("reason"):
        raise Refused("reason_missing", "退回和不予发放须写明理由。请填写。", field="reason")


DECIDED = Form("decided", "审批", check=_reasoned, fields=(
    Choice("outcome", "意见", options={"grant": "同意发放", "back": "退回重新登记", "decline": "不予发放"}),
    Text("reason", "理由", longest=200, lines=2, required=False, help="退回和不予发放的必填。"),
))  # fmt: skip

"""The sum for the funeral of a tekun person (特困人员丧葬费): its scheme, and the register in which it is arranged."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.registers.words import in_yuan

from .. import actions, forms, rules
from ..models import FuneralSum
from ..roles import (
    CLERK,
    COUNTY_APPROVER,
    PAYER,
    PAYMENT_REVIEWER,
    PROVINCIAL_OFFICER,
    SAMPLER,
    TOWNSHIP_APPROVER,
)

__all__ = ["MONEY", "SUMS"]

_TOLD = {
    "grant": "已同意发放，编入本月“特困人员丧葬费”批次后发放。",
    "back": "已退回乡镇重新登记。",
    "decline": "已登记不予发放。",
}

MONEY = declare.Scheme(
    "tekun_funeral", "特困人员丧葬费", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, unit="元/次",
    basis=rules.GF14.as_a_whole(),
)  # fmt: skip


def _arranged(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    arranged = actions.Arranged(
        arranger=plain["arranger"], unit=plain.get("unit", ""), name=plain["name"],
        id_number=given.sealed["id_number"], account=given.sealed["account"], owner=plain["owner"],
        proof=plain["proof"], buried_on=date.fromisoformat(plain["buried_on"]),
    )  # fmt: skip
    row = actions.arrange_funeral(funeral=entry, given=arranged, by=by, key=key)
    return f"已登记，{in_yuan(row.amount)}，等待县民政局审批。"


def _decided(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    actions.decide_funeral(
        funeral=entry, outcome=plain["outcome"], reason=plain.get("reason", ""), by=by, key=key
    )
    return _TOLD[plain["outcome"]]


def _in(state: str) -> Any:
    return lambda entry, by: entry.state == state


SUMS = declare.Register(
    "funeral_sums", "特困人员丧葬费", model="assistance.FuneralSum", basis=rules.GF14.as_a_whole(),
    read_by=(CLERK, TOWNSHIP_APPROVER, COUNTY_APPROVER, PAYER, PAYMENT_REVIEWER, SAMPLER, PROVINCIAL_OFFICER),
    columns=(
        declare.Column("person.name", "去世人员", search=True),
        declare.Column("path", "所在地", kind="place", filter=True),
        declare.Column("died_on", "去世日期", kind="day"),
        declare.Column("amount", "丧葬费", kind="money"),
        declare.Column("state", "状态", kind="choice", options=dict(FuneralSum.State.choices), filter=True),
        declare.Column("arranger", "办理人", kind="choice", options=dict(FuneralSum.Arranger.choices), secondary=True),
        declare.Column("unit", "办理单位", secondary=True),
        declare.Column("payee.name", "领款人", secondary=True),
        declare.Column("account_owner", "户名", secondary=True),
        declare.Column("proof", "丧葬证明编号", secondary=True),
        declare.Column("buried_on", "火化或安葬日期", kind="day", secondary=True),
        declare.Column("decision_number", "决定文号", secondary=True),
        declare.Column("reason", "退回、不予发放或撤销的理由", secondary=True),
    ),
    deeds=(
        declare.Deed(
            "arrange", "登记办理人", (CLERK,), forms.ARRANGED, _arranged, when=_in("waiting"),
            lead="谁办理丧事，钱就发给谁。发到单位账户的，编制批次时由资金复核人员再核实一次。",
        ),
        declare.Deed("decide", "审批", (COUNTY_APPROVER,), forms.DECIDED, _decided, when=_in("asked")),
    ),
)  # fmt: skip

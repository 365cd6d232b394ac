"""The register of medical transfers there and back (护理转移; handbook 02 §12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Column, Deed, Form, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.facilities.models import Stay

from .. import roles, rules
from ..actions import transferring
from ..forms import living as forms
from ..queries.living import houses_of, only_own_houses

__all__ = ["TRANSFERS"]

_KEEPER = (roles.HOME_KEEPER,)


def _ask_form(entry: Any, by: Actor) -> Form:
    del entry
    staying = Stay.objects.filter(facility__in=houses_of(by), until_on=None).select_related("person")
    return forms.ask_transfer(
        {str(one.pk): f"{one.person.name}（{one.agreement_number}）" for one in staying.order_by("id")[:500]}
    )


def _ask(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = transferring.ask(
        stay=Stay.objects.get(pk=int(plain["stay"])), hospital=plain["hospital"], green=plain["green"],
        reason=plain["reason"], consent_by=plain["consent_by"], by=by, key=key,
    )  # fmt: skip
    return f"已申请，编号 {made.number}。请与医院联系，收到答复后登记。"


def _answered(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    transferring.answered(transfer=entry, taken=plain["taken"], words=plain["words"], by=by, key=key)
    return "老人已转出，床位保留。" if plain["taken"] else "医院未接收，请另行联系医院。"


def _back(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    home = transferring.Home(
        on=date.fromisoformat(plain["on"]), care_plan=plain["care_plan"], accepted_by=plain["accepted_by"],
        total=plain["total"], insured=plain["insured"],
    )  # fmt: skip
    transferring.brought_back(transfer=entry, home=home, by=by, key=key)
    return "老人已转回，照护计划已登记。"


def _not_back(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    transferring.not_back(transfer=entry, words=given.plain["words"], by=by, key=key)
    return "已登记。"


def _in(*states: str) -> Any:
    return lambda entry, by: entry.state in states


TRANSFERS = Register(
    "transfers", "护理转移", model="eldercare.Transfer", read_by=(roles.HOME_KEEPER, roles.COUNTY_OFFICER),
    basis=rules.PLAN.as_a_whole(), within=only_own_houses,
    columns=(
        Column("number", "编号", search=True), Column("person.name", "老年人", search=True),
        Column("facility.name", "养老机构", secondary=True), Column("path", "机构所在地", kind="place", filter=True),
        Column("hospital", "接收医院"),
        Column("green", "绿色通道", kind="choice", options={True: "是", False: "否"}),
        Column("asked_at", "申请时间", kind="instant", secondary=True),
        Column("answer_by", "答复期限", kind="instant"), Column("gone_on", "转出日期", kind="day"),
        Column("back_on", "转回日期", kind="day"), Column("insured", "医保支付", kind="money", secondary=True),
        Column("state", "状态", kind="choice", filter=True, options={
            "asked": "待医院答复", "away": "在院治疗", "declined": "医院未接收", "back": "已转回", "stayed": "未转回"}),
    ),
    opens=(Deed("ask", "申请护理转移", _KEEPER, _ask_form, _ask),),
    deeds=(
        Deed("answered", "登记医院答复", _KEEPER, forms.ANSWERED, _answered, when=_in("asked")),
        Deed("back", "登记转回", _KEEPER, forms.BACK, _back, when=_in("away")),
        Deed("not_back", "登记未转回", _KEEPER, forms.NOT_BACK, _not_back, when=_in("away"), quiet=True),
    ),
)  # fmt: skip

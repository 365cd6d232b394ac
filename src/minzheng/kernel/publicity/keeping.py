"""The two registers of a publicity, as any domain lists them: what hangs or hung, and what was said against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Choice, Column, Deed, Form, Lines, Publicity, Register, Role, Text
from minzheng.kernel.declare.forms import Answers

from .models import Objection
from .objecting import answer, object_to

__all__ = ["registers_of"]

_STATES = dict(Objection.State.choices)
_ANSWER = Form("answer", "核实答复", (
    Choice("upheld", "核实结果", options={"no": "异议不成立", "yes": "异议成立，撤下公示并退回重办"}),
    Text("answer", "核实经过和结果", longest=1000, lines=4, help="凭查询码的异议人可以看到；不要写明异议人是谁"),
))  # fmt: skip
_NOTE = Form("note", "登记来访或来电异议", (
    Text("name", "异议人姓名", longest=60, required=False, help="可以不写；写了也会封存，答复人看不到"),
    Text("text", "异议内容", longest=1000, lines=4),
))  # fmt: skip


def registers_of(domain: str, one: Publicity, *, also: tuple[Role, ...] = ()) -> tuple[Register, Register]:
    """Notices and objections of one publicity; ``also`` read the notices and take down what visitors say."""
    return _notices(domain, one, (*one.answered_by, *also)), _objections(domain, one)


def _only(at: str, code: str) -> Callable[[Any, Actor], Any]:
    """The rows of this publicity alone."""
    return lambda rows, by: rows.filter(**{at: code})


def _notices(domain: str, one: Publicity, readers: tuple[Role, ...]) -> Register:
    return Register(
        f"{one.code}_notices", one.label, model="publicity.Notice", read_by=readers, basis=one.basis,
        within=_only("publicity", f"{domain}.{one.code}"),
        columns=(
            Column("about", "公示对象", search=True), Column("path", "公示地区", kind="place", filter=True),
            Column("posted_on", "公示起始日", kind="day"), Column("term", "公示天数"),
            Column("last_day", "公示截止日", kind="day"), Column("closed_on", "结束日期", kind="day", secondary=True),
            Column("withdrawn_on", "撤下日期", kind="day", secondary=True),
            Column("withdrawn_reason", "撤下原因", secondary=True), Column("posted_by_name", "公示人", secondary=True),
            Column("publicity", "公示事项", kind="choice", options={f"{domain}.{one.code}": one.label}, secondary=True),
        ),
        deeds=(Deed("note", "登记来访或来电异议", readers, _NOTE, _noted,
                    when=lambda entry, by: entry.state == "hanging", quiet=True),),
        lines=(Lines("objections", "异议", "publicity.Objection", "notice", (
            Column("at", "提出时间", kind="instant"), Column("text", "内容"),
            Column("state", "状态", kind="choice", options=_STATES), Column("answer", "核实结果"))),),
    )  # fmt: skip


def _objections(domain: str, one: Publicity) -> Register:
    return Register(
        f"{one.code}_objections", f"{one.label}：异议", model="publicity.Objection", read_by=one.answered_by,
        basis=one.basis, within=_only("notice__publicity", f"{domain}.{one.code}"),
        columns=(
            Column("notice.about", "公示对象", search=True), Column("path", "公示地区", kind="place", filter=True),
            Column("at", "提出时间", kind="instant"), Column("text", "异议内容"),
            Column("notice.last_day", "公示截止日", kind="day"),
            Column("state", "状态", kind="choice", options=_STATES, filter=True),
            Column("answer", "核实结果", secondary=True), Column("answered_by_name", "答复人", secondary=True),
        ),
        deeds=(Deed("answer", "核实答复", one.answered_by, _ANSWER, _answered,
                    when=lambda entry, by: entry.state == "open"),),
    )  # fmt: skip


def _answered(entry: Objection, given: Answers, *, by: Actor, key: str | None) -> str:
    upheld = given.plain["upheld"] == "yes"
    answer(objection=entry, upheld=upheld, text=given.plain["answer"], by=by, key=key)
    if upheld:
        return "异议成立，公示已撤下，原结果退回重新办理。"
    return "已答复，异议不成立；公示期满后结果可以生效。"


def _noted(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = object_to(notice_id=entry.pk, name=plain.get("name") or "", text=plain["text"], by=by, key=key)
    return f"异议已登记，查询码 {made.code}，请告知来访人；核实答复前结果不生效。"

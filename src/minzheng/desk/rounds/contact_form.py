"""The form of one contact, made from what the rounds declare."""

from __future__ import annotations

from typing import Any

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Field, Form, Text, YesNo
from minzheng.kernel.visits import contacting
from minzheng.kernel.visits.contacting import Said
from minzheng.kernel.visits.duties import Going
from minzheng.kernel.visits.models import Contact, Watched

__all__ = ["contact_sheet"]


def _fields(item: declare.Rounds) -> tuple[Field, ...]:
    """Whether somebody was met comes first; what was seen is asked for then."""
    return (
        Choice("method", "方式", options=dict(Contact.Method.choices)),
        YesNo("met", "是否联系上本人"),
        *(
            Choice(f"s_{one.code}", f"{one.part}：{one.label}", required=False, help=one.help, options=declare.SEEN)
            for one in item.seen
        ),
        Text("words", "情况说明", required=False, longest=500, lines=3, help="有需处理的，写明情况和已采取的办法"),
        YesNo("abuse", "疑似受虐待或被遗弃", required=False, help="选“是”的，请同时报警"),
        YesNo("refused", "本人拒绝查看", required=False),
        Text("lat", "纬度", required=False, longest=12, help="在手机上自动填写"),
        Text("lon", "经度", required=False, longest=12),
        Text("far_reason", "不在住所附近的原因", required=False, longest=200),
    )  # fmt: skip


def contact_sheet(declared: Going, one: Watched, by: Actor, made: list[Contact]) -> Sheet:
    """One form; a refusal names the question of the page."""
    form = Form("contact", "登记巡访", _fields(declared.item))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        made.append(contacting.record_contact(watched=one, said=_said(declared, given), by=by, key=sent.key))
        return _told(made[0])

    renamed = {item.code: f"s_{item.code}" for item in declared.item.seen}
    return Sheet("contact", form, do, submit="登记巡访", renamed=renamed)


def _said(declared: Going, given: dict[str, Any]) -> Said:
    seen = {item.code: given[f"s_{item.code}"] for item in declared.item.seen if given.get(f"s_{item.code}")}
    return Said(
        method=given["method"], met=given["met"], seen=seen, words=given.get("words", ""),
        abuse=bool(given.get("abuse")), refused=bool(given.get("refused")), lat=given.get("lat", ""),
        lon=given.get("lon", ""), far_reason=given.get("far_reason", ""),
    )  # fmt: skip


def _told(made: Contact) -> str:
    if not made.met:
        return "已登记未联系上。请再试一次，仍联系不上的按失联办理。"
    if not made.valid:
        return f"已登记。定位距住所 {made.metres} 米且没有说明原因，本次不计有效。"
    return "巡访已登记。"

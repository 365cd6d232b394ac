"""What is asked about one contact, made from what the rounds declare: at the desk and out of doors alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.declare.forms import Choice, Field, Text, YesNo

from .contacting import Said
from .duties import Going
from .models import Contact

__all__ = ["asked", "renamed", "said_of", "told"]


def asked(item: declare.Rounds) -> tuple[Field, ...]:
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
        Text("far_reason", "不在住所附近的原因", required=False, longest=200),
    )  # fmt: skip


def renamed(item: declare.Rounds) -> dict[str, str]:
    """By which field of the form a refusal of the verb is shown."""
    return {one.code: f"s_{one.code}" for one in item.seen}


def said_of(
    declared: Going, given: Mapping[str, Any], *, lat: str = "", lon: str = "", photo: int | None = None,
    at: datetime | None = None,
) -> Said:  # fmt: skip
    """Checked answers as the verb takes them."""
    seen = {item.code: given[f"s_{item.code}"] for item in declared.item.seen if given.get(f"s_{item.code}")}
    return Said(
        method=given["method"], met=given["met"], seen=seen, words=given.get("words", ""),
        abuse=bool(given.get("abuse")), refused=bool(given.get("refused")), lat=lat, lon=lon,
        far_reason=given.get("far_reason", ""), photo=photo, at=at,
    )  # fmt: skip


def told(made: Contact) -> str:
    """What the visitor reads when it is kept."""
    if not made.met:
        return "已登记未联系上。请再试一次，仍联系不上的按失联办理。"
    if not made.valid:
        return f"已登记。定位距住所 {made.metres} 米且没有说明原因，本次不计有效。"
    return "巡访已登记。"

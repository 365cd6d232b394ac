"""How a house stops: told in time, and a way put down for each resident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.models import Facility, Stay

__all__ = ["closing_sheets"]

_ANNOUNCE = Form("announce", "告知停业", (Day("closing_on", "拟停业日期", future=True),))


def closing_sheets(found: Facility, staying: Mapping[str, Stay], by: Actor) -> list[Sheet]:
    """While it works it may announce; while it closes it says where each resident goes."""
    if found.state == Facility.State.OPEN:
        return [_announce(found, by)]
    return [_plan(staying, by)] if staying else []


def _announce(found: Facility, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        day = date.fromisoformat(_ANNOUNCE.clean(sent.answers).plain["closing_on"])
        actions.announce_closure(facility=found, closing_on=day, by=by, key=sent.key)
        return "已告知停业，请为每位入住人登记安置方案。"

    words = "停业告知后不再收住新的老人，确认办理？"
    return Sheet("announce", _ANNOUNCE, do, submit="告知停业", title="停业", danger=True, confirm=words)


def _plan(staying: Mapping[str, Stay], by: Actor) -> Sheet:
    names = {pk: f"{one.person.name}（{one.agreement_number}）" for pk, one in staying.items()}
    form = Form(
        "plan", "安置方案",
        (
            Choice("stay", "入住人", options=names), Text("to_words", "去向", longest=120),
            Text("agreed_by", "同意人", longest=60), Day("move_on", "转移日期", future=True),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.plan_transfer(
            stay=staying[given["stay"]], to=None, to_words=given["to_words"], agreed_by=given["agreed_by"],
            move_on=date.fromisoformat(given["move_on"]), by=by, key=sent.key,
        )  # fmt: skip
        return "安置方案已登记。"

    return Sheet("plan", form, do, submit="登记安置方案", title="安置方案")

"""The form of one contact, made from what the rounds declare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Day, Form, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.visits import contacting
from minzheng.kernel.visits.contact_form import asked, renamed, said_of, told
from minzheng.kernel.visits.duties import Going
from minzheng.kernel.visits.models import Contact, Watched

__all__ = ["contact_sheet"]

_WHEN = (
    Day("on", "补记：联系日期", required=False, help="不是刚才联系的才填，最迟在规定时限内补记"),
    Text("clock", "补记：联系时间", required=False, longest=5, example="14:30"),
)
_WHERE = (
    Text("lat", "纬度", required=False, longest=12, help="在手机上自动填写"),
    Text("lon", "经度", required=False, longest=12),
)


def _at(given: Mapping[str, Any]) -> datetime | None:
    """When it was, where that is said."""
    on, at = given.get("on"), given.get("clock")
    if not on and not at:
        return None
    try:
        return datetime.strptime(f"{on} {at}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        words = "补记的，请同时填写联系日期和时间，时间按 14:30 的样式。"
        raise Refused("contact_time", words, field="clock") from None


def contact_sheet(declared: Going, one: Watched, by: Actor, made: list[Contact]) -> Sheet:
    """One form; a refusal names the question of the page."""
    *first, last = asked(declared.item)
    form = Form("contact", "登记巡访", (*first, *_WHEN, *_WHERE, last))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        said = said_of(declared, given, lat=given.get("lat", ""), lon=given.get("lon", ""), at=_at(given))
        made.append(contacting.record_contact(watched=one, said=said, by=by, key=sent.key))
        return told(made[0])

    return Sheet("contact", form, do, submit="登记巡访", renamed=renamed(declared.item))

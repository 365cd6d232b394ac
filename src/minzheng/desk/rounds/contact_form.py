"""The form of one contact, made from what the rounds declare."""

from __future__ import annotations

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.visits import contacting
from minzheng.kernel.visits.contact_form import asked, renamed, said_of, told
from minzheng.kernel.visits.duties import Going
from minzheng.kernel.visits.models import Contact, Watched

__all__ = ["contact_sheet"]

_WHERE = (
    Text("lat", "纬度", required=False, longest=12, help="在手机上自动填写"),
    Text("lon", "经度", required=False, longest=12),
)


def contact_sheet(declared: Going, one: Watched, by: Actor, made: list[Contact]) -> Sheet:
    """One form; a refusal names the question of the page."""
    *first, last = asked(declared.item)
    form = Form("contact", "登记巡访", (*first, *_WHERE, last))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        said = said_of(declared, given, lat=given.get("lat", ""), lon=given.get("lon", ""))
        made.append(contacting.record_contact(watched=one, said=said, by=by, key=sent.key))
        return told(made[0])

    return Sheet("contact", form, do, submit="登记巡访", renamed=renamed(declared.item))

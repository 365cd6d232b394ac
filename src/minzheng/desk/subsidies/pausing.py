"""Who was not reached twice is not paid until they are seen (暂停发放); whoever is seen again is paid on."""

from __future__ import annotations

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, IdNumber, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.queries import find_person
from minzheng.kernel.subsidies import actions
from minzheng.kernel.subsidies.models import ConfirmedAccount

from .reach import holding, subsidies

__all__ = ["pausing_sheets"]

_MOST = 200


def pausing_sheets(by: Actor) -> list[Sheet]:
    """For whoever confirms accounts; nothing for those who only look."""
    mine = {one.code: one for one in subsidies("month") if holding(by, one, one.item.confirmed_by)}
    if not mine:
        return []
    labels = {code: one.item.label for code, one in mine.items()}
    held = in_scope(ConfirmedAccount.objects.filter(subsidy__in=list(mine)).exclude(suspended=""), by)
    paused = {str(one.pk): one for one in held.select_related("person").order_by("path", "id")[:_MOST]}
    return [_suspend(labels, by), *([_resume(labels, paused, by)] if paused else [])]


def _suspend(labels: dict[str, str], by: Actor) -> Sheet:
    form = Form("suspend", "暂停发放", (
        Choice("subsidy", "补贴", options=labels), IdNumber("id_number", "身份证号码"),
        Text("reason", "原因", longest=100, help="如：电话和上门两次未联系上。没有上门核实，不得终止"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers)
        person = find_person(given.sealed["id_number"])
        if person is None:
            raise Refused("person_unknown", "没有这个身份证号码的档案，请核对。", field="id_number")
        actions.suspend(
            subsidy=given.plain["subsidy"], person=person, reason=given.plain["reason"], by=by, key=sent.key
        )
        return "已暂停，从下一份名单起不发放；见到本人后请恢复。"

    return Sheet("suspend", form, do, submit="暂停发放", quiet=True)


def _resume(labels: dict[str, str], paused: dict[str, ConfirmedAccount], by: Actor) -> Sheet:
    form = Form("resume", "恢复发放", (
        Choice("account", "暂停的对象", options={
            pk: f"{one.person.name}（{labels[one.subsidy]}，{one.suspended}）" for pk, one in paused.items()
        }),
        Text("words", "核实情况", longest=200, help="何时、由谁见到本人"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        row = paused[given["account"]]
        actions.resume(subsidy=row.subsidy, person=row.person, words=given["words"], by=by, key=sent.key)
        return "已恢复，从下一份名单起发放。"

    return Sheet("resume", form, do, submit="恢复发放", quiet=True)

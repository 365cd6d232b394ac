"""What may be done with one ledger: answer a search, manage it, ask after a record that was drawn."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import NOTHING, Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text, YesNo
from minzheng.kernel.visits import checking, escalating, managing
from minzheng.kernel.visits.duties import Going, holds
from minzheng.kernel.visits.models import ContactCheck, Escalation, Watched
from minzheng.kernel.visits.round_queries import visitors

__all__ = ["asked_after", "ledger_sheets"]

_CHECK = Form("check", "登记抽查回访", (
    Choice("result", "回访结果", options=dict(ContactCheck.Result.choices)),
    Text("words", "说明", required=False, longest=200, help="不属实的，写明本人怎么说"),
))  # fmt: skip
_DOOR = Form("door", "重新定位住所", (
    Text("words", "原因", longest=200, help="如：第一次定位不准、搬到同村另一处。清除后，下次上门的定位即为住所"),
))  # fmt: skip


def ledger_sheets(declared: Going, one: Watched, search: Escalation | None, by: Actor) -> list[Sheet]:
    """Whoever was called answers, the township manages, the county asks after what was drawn."""
    found = []
    if (check := asked_after(declared, one, by)) is not None:
        found.append(_check_sheet(check, by))
    if search is not None and _may_answer(declared, search, by):
        found.append(_answer_sheet(search, by))
    if holds(declared, (declared.item.managed_by,), by, path=one.path):
        if one.until_on is None:
            found += [
                _group_sheet(declared, one, by),
                _visitor_sheet(declared, one, by),
                *([_door_sheet(one, by)] if one.lat is not None else []),
                _leave_sheet(one, by),
            ]
        elif one.away and one.back_on is None:
            found.append(_back_sheet(one, by))
    return found


def _may_answer(declared: Going, search: Escalation, by: Actor) -> bool:
    chain = declared.item.chain
    at = next((n for n, rung in enumerate(chain) if rung.code == search.rung), 0)
    return holds(
        declared, (*(rung.by for rung in chain[at:]), declared.item.managed_by), by, path=search.path
    )


def _answer_sheet(search: Escalation, by: Actor) -> Sheet:
    form = Form("answer", "登记查找情况", (
        YesNo("found", "是否找到本人"), Text("words", "查找情况", longest=300, lines=2),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        escalating.answer_escalation(
            escalation=search,
            found=given["found"],
            words=given["words"],
            version=sent.version,
            by=by,
            key=sent.key,
        )
        return "已找到本人，查找结束。" if given["found"] else "已转下一环节继续查找。"

    return Sheet("answer", form, do, submit="登记", version=search.version)


def _group_sheet(declared: Going, one: Watched, by: Actor) -> Sheet:
    form = Form("groups", "登记对象类别", tuple(
        YesNo(f"g_{code}", declared.item.groups[code], required=False) for code in declared.item.stated
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        chosen = [code for code in declared.item.stated if given.get(f"g_{code}")]
        managing.state_groups(watched=one, groups=chosen, version=sent.version, by=by, key=sent.key)
        return "对象类别已登记，风险等级在当晚重新计算。"

    return Sheet(
        "groups", form, do, submit="保存", version=one.version, quiet=True,
        values={f"g_{code}": code in one.stated for code in declared.item.stated},
    )  # fmt: skip


def _visitor_sheet(declared: Going, one: Watched, by: Actor) -> Sheet:
    people = dict(visitors(declared, one.path))
    form = Form("visitor", "指定巡访员", (Choice("visitor", "巡访员", options=people),))

    def do(sent: Sent) -> str:
        managing.assign(watched=[one], visitor=form.clean(sent.answers).plain["visitor"], by=by, key=sent.key)
        return "巡访员已指定。"

    return Sheet("visitor", form, do, submit="指定", quiet=True, values={"visitor": one.visitor})


def _leave_sheet(one: Watched, by: Actor) -> Sheet:
    form = Form("leave", "暂停巡访", (
        Choice("away", "原因", options=dict(Watched.Away.choices)), Day("since", "从哪天起"),
        Text("words", "说明", longest=40, required=False),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        managing.leave(
            watched=one, away=given["away"], since=date.fromisoformat(given["since"]), words=given.get("words", ""),
            version=sent.version, by=by, key=sent.key,
        )  # fmt: skip
        return "台账已结束；本人回来后请恢复巡访。"

    return Sheet("leave", form, do, submit="暂停巡访", version=one.version, quiet=True)


def _back_sheet(one: Watched, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        managing.back(watched=one, by=by, key=sent.key)
        return "已恢复，当晚重新列入台账。"

    return Sheet("back", NOTHING, do, submit="恢复巡访")


def _door_sheet(one: Watched, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        words = _DOOR.clean(sent.answers).plain["words"]
        managing.forget_door(watched=one, words=words, version=sent.version, by=by, key=sent.key)
        return "已清除原定位，下次上门登记时重新定位。"

    return Sheet("door", _DOOR, do, submit="清除原定位", version=one.version, quiet=True)


def asked_after(declared: Going, one: Watched, by: Actor) -> ContactCheck | None:
    """The record that was drawn and waits for the county to ring the person up."""
    if not holds(declared, (declared.item.overseen_by,), by, path=one.path):
        return None
    open_ = ContactCheck.objects.filter(contact__watched=one, result="").select_related("contact")
    return open_.order_by("id").first()


def _check_sheet(check: ContactCheck, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = _CHECK.clean(sent.answers).plain
        checking.answer_check(
            check=check, result=given["result"], words=given.get("words") or "", by=by, key=sent.key
        )
        return "回访结果已登记。"

    return Sheet("check", _CHECK, do, submit="登记回访")

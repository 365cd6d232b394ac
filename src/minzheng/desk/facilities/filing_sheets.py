"""What a house tells the office and what is kept of it: filings, changes, its particulars, what it can do."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Day, Form, Photo, Text, YesNo
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.duties import keeps, of, oversees
from minzheng.kernel.facilities.entering import PLACED, position_of
from minzheng.kernel.facilities.models import Facility, Filing
from minzheng.kernel.facilities.registering import CHANGEABLE

__all__ = ["describing_sheets", "filing_sheets"]


def filing_sheets(found: Facility, by: Actor) -> list[Sheet]:
    """The house's own staff hand in the first filing, and every change after that."""
    waiting = set(found.filings.filter(state=Filing.State.SENT).values_list("what", flat=True))
    if found.filed_on is None:
        return [] if waiting else [_first(found, by)]
    return [] if Filing.What.CHANGE in waiting else [_change(found, by)]


def _first(found: Facility, by: Actor) -> Sheet:
    papers = of(found).item.papers
    form = Form("file", "首次备案", tuple(Photo(code, label) for code, label in papers.items()))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        handed = {code: documents.get(given[code], by) for code in papers}
        made = actions.hand_in(facility=found, what="first", papers=handed, by=by, key=sent.key)
        return f"已提交备案，期限 {made.due_on}。"

    return Sheet("file", form, do, submit="提交备案", title="首次备案")


def _change(found: Facility, by: Actor) -> Sheet:
    fields: list[Any] = [Day("happened_on", "变更日期")]
    fields += [
        Text(code, f"变更后的{label}", required=False, longest=80, help="没有变化的不填")
        for code, label in CHANGEABLE.items()
    ]
    form = Form("change", "变更备案", (*fields, Photo("paper", "证明材料", required=False)))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        papers = {"change": documents.get(given["paper"], by)} if given.get("paper") else {}
        made = actions.hand_in(
            facility=found, what="change", papers=papers,
            changes={code: given.get(code) or "" for code in CHANGEABLE},
            happened_on=date.fromisoformat(given["happened_on"]), by=by, key=sent.key,
        )  # fmt: skip
        return f"已提交变更备案，期限 {made.due_on}；出具回执后生效。"

    return Sheet("change", form, do, submit="提交变更备案", title="变更备案", quiet=True)


def describing_sheets(found: Facility, by: Actor) -> list[Sheet]:
    """Particulars by the house or the county; functions, place and cancellation by the county alone."""
    county = oversees(of(found), path=found.path, by=by)
    if found.state == Facility.State.CLOSED or not (county or keeps(found, by)):
        return []
    return [_details(found, by), *([_fit_out(found, by), _cancelled(found, by)] if county else [])]


def _details(found: Facility, by: Actor) -> Sheet:
    item = of(found).item
    form = Form("details", "更新登记事项", item.details.fields)

    def do(sent: Sent) -> str:
        given = {one.code: sent.answers.get(one.code, "") for one in item.details.fields}
        actions.describe(facility=found, details=given, by=by, key=sent.key)
        return "登记事项已更新。"

    values = {one.code: one.raw(found.details.get(one.code)) for one in item.details.fields}
    return Sheet("details", form, do, submit="更新", title="更新登记事项", quiet=True, values=values)


def _fit_out(found: Facility, by: Actor) -> Sheet:
    item = of(found).item
    able = tuple(YesNo(f"f_{code}", label, required=False) for code, label in item.functions.items())
    form = Form("fit-out", "功能和位置", (*able, *PLACED))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        made = actions.fit_out(
            facility=found, functions=tuple(code for code in item.functions if given.get(f"f_{code}")),
            position=position_of(given), by=by, key=sent.key,
        )  # fmt: skip
        return "已登记。" if made.complete else "已登记。功能还不齐全，暂不计入覆盖。"

    values: dict[str, Any] = {f"f_{code}": code in found.functions for code in item.functions}
    values |= {"lat": str(found.latitude or ""), "lon": str(found.longitude or "")}
    return Sheet("fit-out", form, do, submit="登记", title="功能和位置", quiet=True, values=values)


def _cancelled(found: Facility, by: Actor) -> Sheet:
    form = Form("cancelled", "登记证书注销", (
        YesNo("cancelled", "登记机关已注销或吊销登记证书"), Day("on", "注销日期", required=False),
        Text("words", "登记机关和核对情况", longest=200, help="如：市场监管部门公示的注销信息，核对人和日期"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        if given["cancelled"] and not given.get("on"):
            raise Refused("cancelled_on", "请填写注销日期。", field="on")
        on = date.fromisoformat(given["on"]) if given["cancelled"] else None
        actions.note_cancelled(facility=found, on=on, words=given["words"], by=by, key=sent.key)
        return "已登记，机构不能再收住老人，也不能领取补贴。" if on else "已更正。"

    values = {"cancelled": found.cancelled_on is not None, "on": str(found.cancelled_on or "")}
    return Sheet("cancelled", form, do, submit="登记", title="登记证书注销", quiet=True, values=values)

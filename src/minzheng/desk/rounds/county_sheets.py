"""What the county does with rounds: extra ones called and ended, records drawn, the ledgers planned anew."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Day, Form, Number, Text
from minzheng.kernel.visits import checking, managing, planning
from minzheng.kernel.visits.duties import Going, holds
from minzheng.kernel.visits.round_queries import extra_now
from minzheng.ui.shown import iso_day

__all__ = ["county_sheets", "overseen"]


def overseen(by: Actor, path: str) -> list[Going]:
    """The rounds that the actor oversees in this county."""
    return [
        one
        for one in catalogue.current().rounds.values()
        if county_of(path) == path and holds(one, (one.item.overseen_by,), by, path=path)
    ]


def county_sheets(by: Actor, path: str) -> list[Sheet]:
    """Nothing for whoever does not oversee rounds here."""
    found = []
    for declared in overseen(by, path):
        found += [_extra_sheet(declared, by, path), *_lift_sheet(declared, by, path)]
        found += [_draw_sheet(declared, by, path), _plan_sheet(declared, by, path)]
    return found


def _extra_sheet(declared: Going, by: Actor, path: str) -> Sheet:
    one = declared.item
    risks = {risk.code: f"{risk.label}对象" for risk in one.risks}
    bands = {
        ",".join(list(risks)[: n + 1]): "、".join(list(risks.values())[: n + 1]) for n in range(len(risks))
    }
    form = Form("extra", "启动加密巡访", (
        Choice("call", "情形", options={call.code: call.label for call in one.calls}),
        Number("figure", "预报数值", least=-100, required=False, help="极端低温填预报最低气温，如 -27"),
        Choice("risks", "适用对象", options=bands),
        Day("from_on", "起", future=True), Day("until_on", "止", future=True), Text("words", "依据", longest=200),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        managing.call_extra(
            rounds=declared.code, path=path, call=given["call"], figure=given.get("figure"),
            risks=given["risks"].split(","), from_on=date.fromisoformat(given["from_on"]),
            until_on=date.fromisoformat(given["until_on"]), words=given["words"], by=by, key=sent.key,
        )  # fmt: skip
        return "加密巡访已启动，相关对象的下次巡访已提前。"

    return Sheet("extra", form, do, submit="启动加密巡访", quiet=True)


def _draw_sheet(declared: Going, by: Actor, path: str) -> Sheet:
    form = Form("draw", "抽查巡访记录", (Text("month", "月份", longest=7, example="2026-03"),))

    def do(sent: Sent) -> str:
        month = Month.parse(form.clean(sent.answers).plain["month"])
        count = checking.draw_checks(rounds=declared.code, path=path, month=month, by=by, key=sent.key)
        return f"已抽取 {count} 条巡访记录，请逐条回访。"

    return Sheet(
        "draw", form, do, submit="抽取", quiet=True, values={"month": str(Month.of(clock.today()).previous)}
    )


def _lift_sheet(declared: Going, by: Actor, path: str) -> list[Sheet]:
    """Of those that run or lie ahead in this county."""
    calls = {call.code: call.label for call in declared.item.calls}
    running = {str(one.pk): one for one in extra_now(by) if (one.rounds, one.path) == (declared.code, path)}
    if not running:
        return []
    form = Form("lift", "提前结束加密巡访", (
        Choice("extra", "加密巡访", options={
            pk: f"{calls.get(one.call, one.call)}，{iso_day(one.from_on)} 至 {iso_day(one.until_on)}"
            for pk, one in running.items()
        }),
        Text("words", "原因", longest=200, help="如：寒潮提前结束、启动有误"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        managing.lift_extra(extra=running[given["extra"]], words=given["words"], by=by, key=sent.key)
        return "已结束，相关对象的下次巡访按原间隔计算。"

    return [Sheet("lift", form, do, submit="提前结束", quiet=True)]


def _plan_sheet(declared: Going, by: Actor, path: str) -> Sheet:
    def do(sent: Sent) -> str:
        found = planning.replan(rounds=declared.code, path=path, by=by, key=sent.key)
        return f"已重新安排：新列入 {found['listed']} 人，退出 {found['left']} 人，等级有变化 {found['changed']} 人。"

    return Sheet("plan", Form("plan", "重新安排巡访", ()), do, submit="立即重新安排", quiet=True)

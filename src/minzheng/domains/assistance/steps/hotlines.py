"""The register of hotlines (热线接通表): one in use for each county, live once the province got through."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import ByFile, Choice, Column, Day, Deed, Form, Made, Register, Text
from minzheng.kernel.declare.forms import Answers

from .. import actions, rules
from ..roles import COUNTY_APPROVER, PROVINCIAL_OFFICER

__all__ = ["HOTLINES"]

_BOTH = (COUNTY_APPROVER, PROVINCIAL_OFFICER)
_TEST = Form("test", "测试热线", (
    Day("tested_on", "测试日期"),
    Choice("through", "结果", options={"yes": "接通", "no": "没有接通"}),
    Text("note", "测试情况", longest=120, required=False, help="没有接通的须写明。"),
))  # fmt: skip
_CUT = Form("cut", "登记停用", (Day("cut_on", "停用日期"), Text("why", "停用原因", longest=120)))


def _enter_form(entry: Any, by: Actor) -> Form:
    """The counties that the actor's posts cover."""
    del entry
    places = {one.path: one.name for top in by.scope for one in counties(top)}
    return Form("enter", "登记热线", (
        Choice("path", "县（市、区）", options=places), Text("number", "热线号码", longest=20, example="0431-83221234"),
        Text("answered_by", "接听单位", longest=80), Text("hours", "接听时间", longest=60, example="工作日 8:30-17:00"),
    ))  # fmt: skip


def _enter(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    return Made("已登记，省级测试接通后计入。", actions.enter_hotline(**given.plain, by=by, key=key))


def _test(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    through = plain["through"] == "yes"
    actions.try_hotline(
        route=entry, through=through, tested_on=date.fromisoformat(plain["tested_on"]), note=plain.get("note") or "",
        by=by, key=key,
    )  # fmt: skip
    return "已登记接通。" if through else "已登记没有接通，不计入接通率。"


def _cut(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    actions.cut_hotline(
        route=entry, cut_on=date.fromisoformat(plain["cut_on"]), why=plain["why"], by=by, key=key
    )
    return "已登记停用。"


def _used(entry: Any, by: Actor) -> bool:
    del by
    return entry.cut_on is None


HOTLINES = Register(
    "hotlines", "热线接通表", model="assistance.HotlineRoute", read_by=_BOTH, basis=rules.SA2014.as_a_whole(),
    columns=(
        Column("path", "县（市、区）", kind="place", filter=True), Column("number", "热线号码", search=True),
        Column("answered_by", "接听单位", search=True), Column("hours", "接听时间", secondary=True),
        Column("entered_on", "登记日期", kind="day", secondary=True), Column("live_from", "接通日期", kind="day"),
        Column("tested_on", "最近测试日期", kind="day"), Column("note", "测试情况", secondary=True),
        Column("cut_on", "停用日期", kind="day"), Column("why", "停用原因", secondary=True),
    ),
    opens=(Deed("enter", "登记热线", _BOTH, _enter_form, _enter, by_file=ByFile(),
                lead="每个县（市、区）登记一条在用的热线；省级测试接通后计入联通率。"),),
    deeds=(
        Deed("test", "登记测试", (PROVINCIAL_OFFICER,), _TEST, _test, when=_used),
        Deed("cut", "登记停用", _BOTH, _CUT, _cut, when=_used, quiet=True),
    ),
)  # fmt: skip

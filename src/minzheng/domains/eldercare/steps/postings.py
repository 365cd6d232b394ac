"""What elder care posts before it stands (公示): results of ratings, homes to be adapted; and the objections."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import (
    COUNTY,
    TOWNSHIP,
    Choice,
    Column,
    Deed,
    Form,
    Lines,
    Publicity,
    Publicized,
    Register,
    Text,
)  # fmt: skip
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.publicity import objecting
from minzheng.kernel.publicity.models import Objection
from minzheng.kernel.publicity.queries import answerable
from minzheng.kernel.registers.words import in_yuan

from .. import roles, rules
from ..actions import adapting, rating
from ..models import Adaptation, Rating
from .books import RATINGS
from .living import ADAPTATIONS

__all__ = ["PUBLICITIES", "REGISTERS"]


def _rating(entry: Rating) -> Publicized:
    """The house, its level and its points, part by part (GB/T 37276)."""
    words = "一二三四五"
    parts = rules.institutions.PARTS
    facts = [("拟评等级", f"{words[(entry.stars or 1) - 1]}级"), ("总分", f"{entry.points} 分")]
    facts += [(f"{label}得分", f"{entry.scores[code]} / {most}") for code, label, most in parts]
    subject = f"facility:{entry.facility_id}"
    return Publicized(entry.facility.name, tuple(facts), subject=subject)


def _adaptation(entry: Adaptation) -> Publicized:
    """Whose home, why, and how much; not where."""
    facts = (
        ("困难类别", adapting.GROUPS[entry.group]), ("改造费用", in_yuan(entry.total)),
        ("其中补贴", in_yuan(entry.subsidy)), ("改造项目", f"{entry.items.count()} 项"),
    )  # fmt: skip
    return Publicized(entry.person.name, facts, person=True)


PUBLICITIES = (
    Publicity(
        "rating", "养老机构等级评定结果公示", RATINGS.code, COUNTY, "home.rating.posted", _rating,
        answered_by=(roles.RATER,), upheld=rating.score_anew, basis=rules.GB37276.as_a_whole(),
    ),
    Publicity(
        "adaptation", "居家适老化改造对象公示", ADAPTATIONS.code, TOWNSHIP, "adapt.posted", _adaptation,
        answered_by=(roles.COUNTY_OFFICER,), upheld=adapting.plan_anew, basis=rules.ADAPT.as_a_whole(),
    ),
)  # fmt: skip
_ANSWERS = (roles.RATER, roles.COUNTY_OFFICER)
_LABELS = {f"eldercare.{one.code}": one.label for one in PUBLICITIES}
_STATES = dict(Objection.State.choices)


def _only_mine(rows: Any, by: Actor) -> Any:
    """Objections to what the reader answers for."""
    return answerable(rows, by, domain="eldercare")


def _answer(entry: Objection, given: Answers, *, by: Actor, key: str | None) -> str:
    upheld = given.plain["upheld"] == "yes"
    objecting.answer(objection=entry, upheld=upheld, text=given.plain["answer"], by=by, key=key)
    if upheld:
        return "异议成立，公示已撤下，原结果退回重新办理。"
    return "已答复，异议不成立；公示期满后结果可以生效。"


_ANSWER = Form("answer", "核实答复", (
    Choice("upheld", "核实结果", options={"no": "异议不成立", "yes": "异议成立，撤下公示并退回重办"}),
    Text("answer", "核实经过和结果", longest=1000, lines=4, help="凭查询码的异议人可以看到；不要写明异议人是谁"),
))  # fmt: skip
OBJECTIONS = Register(
    "objections", "养老服务公示异议", model="publicity.Objection", read_by=_ANSWERS,
    basis=rules.PLAN.as_a_whole(), within=_only_mine,
    columns=(
        Column("notice.title", "公示事项"), Column("notice.about", "公示对象", search=True),
        Column("path", "公示地区", kind="place", filter=True), Column("at", "提出时间", kind="instant"),
        Column("text", "异议内容"), Column("notice.last_day", "公示截止日", kind="day"),
        Column("state", "状态", kind="choice", options=_STATES, filter=True),
        Column("answer", "核实结果", secondary=True), Column("answered_by_name", "答复人", secondary=True),
    ),
    deeds=(Deed("answer", "核实答复", _ANSWERS, _ANSWER, _answer,
                when=lambda entry, by: entry.state == "open" and objecting.may_answer(entry, by)),),
)  # fmt: skip


def _only_ours(rows: Any, by: Actor) -> Any:
    """Notices of elder care alone."""
    del by
    return rows.filter(publicity__in=_LABELS)


def _note(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = objecting.object_to(
        notice_id=entry.pk, name=plain.get("name") or "", text=plain["text"], by=by, key=key
    )
    return f"异议已登记，查询码 {made.code}，请告知来访人；核实答复前结果不生效。"


_NOTE = Form("note", "登记来访或来电异议", (
    Text("name", "异议人姓名", longest=60, required=False, help="可以不写；写了也会封存，答复人看不到"),
    Text("text", "异议内容", longest=1000, lines=4),
))  # fmt: skip
NOTICES = Register(
    "notices", "养老服务公示", model="publicity.Notice", read_by=(*_ANSWERS, roles.CLERK),
    basis=rules.PLAN.as_a_whole(), within=_only_ours,
    columns=(
        Column("publicity", "公示事项", kind="choice", options=_LABELS, filter=True),
        Column("about", "公示对象", search=True), Column("path", "公示地区", kind="place", filter=True),
        Column("posted_on", "公示起始日", kind="day"), Column("term", "公示天数"),
        Column("last_day", "公示截止日", kind="day"), Column("closed_on", "结束日期", kind="day", secondary=True),
        Column("withdrawn_on", "撤下日期", kind="day", secondary=True),
        Column("withdrawn_reason", "撤下原因", secondary=True), Column("posted_by_name", "公示人", secondary=True),
    ),
    deeds=(Deed("note", "登记来访或来电异议", (*_ANSWERS, roles.CLERK), _NOTE, _note,
                when=lambda entry, by: entry.state == "hanging", quiet=True),),
    lines=(Lines("objections", "异议", "publicity.Objection", "notice", (
        Column("at", "提出时间", kind="instant"), Column("text", "内容"),
        Column("state", "状态", kind="choice", options=_STATES), Column("answer", "核实结果"))),),
)  # fmt: skip
REGISTERS = (NOTICES, OBJECTIONS)

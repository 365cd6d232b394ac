"""Registers of what is asked for: assessments, places in institutions; and of carers' jobs (02 §1a, §2.4; plan 5.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.declare import Column, Deed, Form, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.people.models import Person

from .. import roles, rules
from ..actions import asking, caring
from ..forms import asking as forms
from ..queries.homes import SORT
from ..queries.living import houses_at_work, houses_of, only_own_houses
from .books import known, whose
from .homes import HOMES

__all__ = ["ASKED"]

_COUNTY, _KEEPER = (roles.COUNTY_OFFICER,), (roles.HOME_KEEPER,)
_BOTH = (roles.CLERK, roles.COUNTY_OFFICER)


def _in(*states: str) -> Any:
    return lambda entry, by: entry.state in states


# --- Assessments -------------------------------------------------------------------------------------


def _ask(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    made = asking.ask(
        person=whose(given, by), why=plain["why"], contact=plain["contact"], words=plain.get("words") or "", by=by,
        key=key,
    )  # fmt: skip
    return f"已受理，编号 {made.number}，{made.due_on} 前安排评估。"


def _arrange(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    day = date.fromisoformat(plain["visit_on"])
    made = asking.arrange(request=entry, visit_on=day, assessors=plain["assessors"], by=by, key=key)
    late = "，已超过评估期限" if day > made.due_on else ""
    return f"已约定 {day} 由{made.assessors}评估{late}，并已通知本人。"


def _done(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del given
    made = asking.done(request=entry, by=by, key=key)
    return f"已由评估 {made.assessment.number if made.assessment else ''} 答复。"


def _close(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    asking.close(request=entry, reason=given.plain["reason"], by=by, key=key)
    return "已登记不再评估。"


REQUESTS = Register(
    "ability_requests", "能力评估申请", model="eldercare.AbilityRequest", read_by=(*_BOTH, roles.ASSESSOR),
    basis=rules.GB42195.as_a_whole(),
    columns=(
        Column("number", "编号", search=True), Column("person.name", "老年人", search=True),
        Column("path", "住所", kind="place", filter=True),
        Column("why", "申请原因", kind="choice", options=forms.WHY, secondary=True),
        Column("contact", "联系人和时间", secondary=True), Column("asked_on", "申请日期", kind="day"),
        Column("due_on", "评估期限", kind="day"), Column("visit_on", "约定日期", kind="day"),
        Column("assessors", "评估员", secondary=True), Column("assessment.number", "评估编号", secondary=True),
        Column("state", "状态", kind="choice", filter=True, options={
            "asked": "待安排", "arranged": "已约定", "done": "已评估", "closed": "不再评估"}),
    ),
    opens=(Deed("ask", "申请能力评估", (roles.CLERK,), forms.ASK, _ask, own=forms.OWN_ASK,
                lead="六十周岁以上的老年人可以申请，由两名评估员上门评估；结果用于护理补贴、家庭养老床位和入住机构。"),),
    deeds=(
        Deed("arrange", "安排评估", _COUNTY, forms.ARRANGE, _arrange, when=_in("asked", "arranged")),
        Deed("done", "登记评估完成", _BOTH, forms.DONE, _done, when=_in("asked", "arranged")),
        Deed("close", "不再评估", _BOTH, forms.CLOSE, _close, when=_in("asked", "arranged"), quiet=True, danger=True),
    ),
)  # fmt: skip

# --- Places in institutions --------------------------------------------------------------------------

_KINDS, _RANKS = HOMES.beds, HOMES.ranks


def _mine(by: Actor) -> dict[str, str]:
    found = list(houses_of(by))
    for post in by.posts:
        if post.role == f"eldercare.{roles.COUNTY_OFFICER.code}":
            found += list(houses_at_work(post.path))
    return {str(one.pk): one.name for one in found}


def _place_form(entry: Any, by: Actor) -> Form:
    del entry
    return forms.place(_mine(by), _KINDS, _RANKS)


def _own_place_form(by: Actor) -> Form:
    """The houses at work in the county where I live."""
    me = Person.objects.filter(pk=by.person_id).first()
    with door("public"):
        rows = list(houses_at_work(me.path).order_by("name")) if me is not None else []
    return forms.place({str(one.pk): one.name for one in rows}, _KINDS)


def _ask_place(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    with door("public"):
        house = Facility.objects.get(pk=int(plain["facility"]))
    made = houses.ask(
        facility=house, person=whose(given, by),
        rank=plain.get("rank") or list(_RANKS)[-1], bed_kind=plain["bed_kind"], by=by, key=key,
    )  # fmt: skip
    rest = "" if "rank" in plain else "特困、困难、失能等优先的，机构核对材料后调整次序。"
    return f"已登记轮候，编号 {made.number}。有空床时按次序通知。{rest}"


def _rank_form(entry: Any, by: Actor) -> Form:
    del entry, by
    return forms.rank(_RANKS)


def _rank(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    made = houses.rank(waiting=entry, rank=given.plain["rank"], words=given.plain["words"], by=by, key=key)
    return f"已核定为“{_RANKS[made.rank]}”，次序随即调整。"


def _withdraw(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    houses.withdraw(waiting=entry, reason=given.plain["reason"], by=by, key=key)
    return "已退出轮候。"


def _of_homes(rows: Any, by: Actor) -> Any:
    return only_own_houses(rows.filter(facility__sort=SORT), by)


PLACES = Register(
    "places", "入住轮候", model="facilities.Waiting", read_by=(*_KEEPER, *_COUNTY), basis=rules.ELDERS.as_a_whole(),
    within=_of_homes,
    columns=(
        Column("number", "轮候编号", search=True), Column("person.name", "老年人", search=True),
        Column("facility.name", "养老机构"), Column("path", "机构所在地", kind="place", filter=True),
        Column("rank", "优先类别", kind="choice", options=_RANKS, filter=True),
        Column("bed_kind", "床位类型", kind="choice", options=_KINDS), Column("asked_at", "申请时间", kind="instant"),
        Column("answer_by", "答复期限", kind="day"), Column("reason", "退出原因", secondary=True),
        Column("state", "状态", kind="choice", filter=True, options={
            "waiting": "轮候中", "offered": "已通知入住", "admitted": "已入住", "withdrawn": "已退出"}),
    ),
    opens=(Deed("ask", "申请入住养老机构", (*_KEEPER, *_COUNTY), _place_form, _ask_place, own=_own_place_form,
                lead="公办床位按优先类别和申请时间的次序安排；入住前须完成能力评估和安全风险评估。"),),
    deeds=(
        Deed("rank", "核定优先类别", (*_KEEPER, *_COUNTY), _rank_form, _rank, when=_in("waiting", "offered")),
        Deed("withdraw", "退出轮候", (*_KEEPER, *_COUNTY), forms.WITHDRAW, _withdraw, when=_in("waiting", "offered"),
             quiet=True),
    ),
)  # fmt: skip

# --- Carers ------------------------------------------------------------------------------------------


def _job_form(entry: Any, by: Actor) -> Form:
    del entry
    return forms.job({str(one.pk): one.name for one in houses_of(by).order_by("name")})


def _tell(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain = given.plain
    caring.tell_job(
        facility=Facility.objects.get(pk=int(plain["facility"])), person=known(given.sealed["id_number"]),
        contract=plain["contract"], from_on=date.fromisoformat(plain["from_on"]), by=by, key=key,
    )  # fmt: skip
    return "入职已登记，等县级核对合同和社会保险。"


def _check(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    made = caring.check_job(job=entry, met=given.plain["met"], opinion=given.plain["opinion"], by=by, key=key)
    return f"{made.get_state_display()}。"


def _end(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    caring.end_job(job=entry, on=date.fromisoformat(given.plain["on"]), by=by, key=key)
    return "离职已登记。"


JOBS = Register(
    "carer_jobs", "养老护理员从业", model="eldercare.CarerJob", read_by=(*_KEEPER, *_COUNTY),
    basis=rules.PLAN.as_a_whole(), within=only_own_houses,
    columns=(
        Column("person.name", "护理员", search=True), Column("facility.name", "养老机构", search=True),
        Column("path", "所在地", kind="place", filter=True), Column("contract", "劳动合同编号", secondary=True),
        Column("from_on", "入职日期", kind="day"), Column("until_on", "离职日期", kind="day"),
        Column("checked_on", "核实日期", kind="day", secondary=True),
        Column("state", "状态", kind="choice", filter=True, options={
            "told": "待核实", "confirmed": "已核实", "refused": "不属实"}),
    ),
    opens=(Deed("tell", "登记入职", _KEEPER, _job_form, _tell,
                lead="入职补贴和工龄补贴按县级核实的从业时间发放，不用护理员申请。"),),
    deeds=(
        Deed("check", "核实从业", _COUNTY, forms.CHECK_JOB, _check, when=_in("told")),
        Deed("end", "登记离职", _KEEPER, forms.END_JOB, _end,
             when=lambda entry, by: entry.state != "refused" and entry.until_on is None, quiet=True),
    ),
)  # fmt: skip

ASKED: tuple[Register, ...] = (REQUESTS, PLACES, JOBS)

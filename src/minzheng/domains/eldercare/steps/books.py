"""Registers of institutions in which the office works: ratings, insurance policies, incidents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import (
    ByFile,
    Choice,
    Column,
    Day,
    Deed,
    Form,
    Lines,
    Made,
    Money,
    Number,
    Register,
    Text,
)  # fmt: skip
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.models import Bed, Facility
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person

from .. import roles, rules
from ..actions import insuring, rating
from ..forms import books as forms
from ..forms.homes import SAFETY_RISKS
from ..models import Policy
from ..queries.homes import SUPERVISION, key_of
from ..queries.living import houses_at_work, houses_of, only_own_houses

__all__ = ["BOOKS", "county_of_post", "known", "whose"]

_WATCH = (roles.COUNTY_OFFICER, roles.INSPECTOR, roles.RATER, roles.HOME_KEEPER)


def known(number: str) -> Person:
    """The file under a personal number."""
    person = find_person(number)
    if person is None:
        raise Refused("person_unknown", "没有这个身份证号码的档案，请先建档。", field="id_number")
    return person


def whose(given: Answers, by: Actor) -> Person:
    """Of whoever asks on the portal the own file, at the desk the file under the number given."""
    if by.person_id is not None and not by.posts:
        return Person.objects.get(pk=by.person_id)
    return known(given.sealed["id_number"])


def county_of_post(by: Actor) -> str:
    """The county in which the actor holds the county's post."""
    role = roles.COUNTY_OFFICER
    return next(
        post.path for post in by.posts if post.role == f"eldercare.{role.code}" and post.level == role.at
    )


def _mine(by: Actor) -> dict[str, str]:
    """The houses for which the actor may file something: the own, and for the county all that work."""
    houses = list(houses_of(by))
    for post in by.posts:
        if post.role == f"eldercare.{roles.COUNTY_OFFICER.code}":
            houses += list(houses_at_work(post.path))
    return {str(one.pk): one.name for one in houses}


def _house(given: Answers) -> Facility:
    return Facility.objects.get(pk=int(given.plain["facility"]))


# --- Ratings -----------------------------------------------------------------------------------------


def _apply_form(entry: Any, by: Actor) -> Form:
    del entry
    houses = {str(one.pk): one.name for one in houses_of(by)}
    return forms.of_houses(
        "apply", "申请等级评定", houses, Number("own_points", "自评分", least=1, most=1000)
    )


def _apply(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    made = rating.apply_for(facility=_house(given), own_points=given.plain["own_points"], by=by, key=key)
    return f"已申请等级评定，自评 {made.own_points} 分。评定委员会将组织现场评定。"


def _score(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = dict(given.plain)
    experts = plain.pop("committee").replace("、", " ").replace("，", " ").split()
    visited = date.fromisoformat(plain.pop("visited_on"))
    made = rating.score(rating=entry, scores=plain, committee=experts, visited_on=visited, by=by, key=key)
    if not made.stars:
        return f"总分 {made.points} 分，没有达到任何等级的总分和各部分要求，不予评定。"
    return f"总分 {made.points} 分，评为 {made.stars} 级，公示到 {made.posted_until}。"


def _certify(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del given
    made = rating.certify(rating=entry, by=by, key=key)
    return f"已发证 {made.number}，有效期到 {made.valid_until}。"


def _look_again(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = rating.look_again(
        rating=entry, stars=int(plain["stars"]), reason=plain["reason"], heard_on=date.fromisoformat(plain["heard_on"]),
        by=by, key=key,
    )  # fmt: skip
    return f"复核已登记，现在的状态：{made.get_state_display()}。"


def _in(*states: str) -> Any:
    return lambda entry, by: entry.state in states


RATINGS = Register(
    "ratings", "养老机构等级评定", model="eldercare.Rating", read_by=_WATCH, basis=rules.GB37276.as_a_whole(),
    within=only_own_houses,
    told_by={"scores": forms.SCORE},
    columns=(
        Column("facility.name", "养老机构", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("applied_on", "申请日期", kind="day"), Column("own_points", "自评分", kind="number", secondary=True),
        Column("points", "总分", kind="number"), Column("stars", "等级", kind="number"),
        Column("state", "状态", kind="choice", filter=True, options={
            "applied": "已申请", "posted": "公示中", "certified": "已发证", "refused": "未达标", "replaced": "已变更",
            "withdrawn": "已撤销"}),
        Column("posted_until", "公示截止日", kind="day", secondary=True),
        Column("valid_until", "有效期止", kind="day"),
    ),
    opens=(Deed("apply", "申请等级评定", (roles.HOME_KEEPER,), _apply_form, _apply),),
    deeds=(
        Deed("score", "登记评定得分", (roles.RATER,), forms.SCORE, _score, when=_in("applied")),
        Deed("certify", "颁发等级证书", (roles.RATER,), forms.CERTIFY, _certify, when=_in("posted")),
        Deed("look_again", "复核降级或撤销", (roles.RATER,), forms.LOOK_AGAIN, _look_again, when=_in("certified"),
             quiet=True, danger=True),
    ),
)  # fmt: skip

# --- Insurance ---------------------------------------------------------------------------------------


def _policy_form(entry: Any, by: Actor) -> Form:
    del entry
    return forms.of_houses("insure", "登记保单", _mine(by),
        Choice("kind", "险种", options={"accident": "意外伤害险", "liability": "机构责任险"}),
        Text("insurer", "保险公司", longest=80), Text("number", "保单号", longest=40),
        Day("from_on", "起保日期", future=True),
        Day("until_on", "终保日期", future=True), Number("beds", "参保床位数", least=1, most=5000,
        help="按房间和床号的次序计算；等于在用床位数即全部参保"),
        Money("subsidy", "保费补贴", required=False, help="由县级填写，没有的不填"),
    )  # fmt: skip


def _insure(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain, house = given.plain, _house(given)
    beds = list(
        Bed.objects.filter(facility=house, closed_on=None).order_by("room", "number", "id")[: plain["beds"]]
    )
    if len(beds) < plain["beds"]:
        raise Refused("policy_beds", f"这家机构在用床位只有 {len(beds)} 张。", field="beds")
    made = insuring.insure(
        facility=house, kind=plain["kind"], insurer=plain["insurer"], number=plain["number"], beds=beds,
        from_on=date.fromisoformat(plain["from_on"]), until_on=date.fromisoformat(plain["until_on"]),
        subsidy=plain.get("subsidy") or 0, by=by, key=key,
    )  # fmt: skip
    return Made(f"保单 {made.number} 已登记，参保 {len(beds)} 张床位。", made)


def _uncovered(policy: Policy) -> None:
    """The days for which it covered beds go with the policy."""
    policy.covers.all().delete()


POLICIES = Register(
    "policies", "养老机构保险", model="eldercare.Policy", read_by=_WATCH, basis=rules.ELDERS.article(49),
    within=only_own_houses,
    columns=(
        Column("number", "保单号", search=True), Column("facility.name", "养老机构", search=True),
        Column("path", "所在地", kind="place", filter=True),
        Column("kind", "险种", kind="choice", filter=True,
               options={"accident": "意外伤害险", "liability": "机构责任险"}),
        Column("insurer", "保险公司", secondary=True), Column("from_on", "起保日期", kind="day"),
        Column("until_on", "终保日期", kind="day"), Column("subsidy", "保费补贴", kind="money"),
    ),
    opens=(Deed("insure", "登记保单", (roles.HOME_KEEPER, roles.COUNTY_OFFICER), _policy_form, _insure,
                by_file=ByFile(_uncovered)),),
    lines=(Lines("covers", "参保床位", "eldercare.Cover", "policy", (
        Column("bed.room", "房间"), Column("bed.number", "床号"), Column("kind", "计入", kind="choice",
        options={"accident": "意外险", "liability": "责任险", "any": "任一险种"}), Column("from_on", "起", kind="day"),
        Column("until_on", "止", kind="day"))),),
)  # fmt: skip

# --- Incidents ---------------------------------------------------------------------------------------

_SEVERITY = {"1": "无伤害", "2": "轻微", "3": "严重", "4": "死亡"}


def _incident_form(entry: Any, by: Actor) -> Form:
    del entry
    houses = {str(one.pk): one.name for one in houses_of(by)}
    return forms.of_houses("report", "报告事故", houses,
        Choice("risk", "风险类别", options=SAFETY_RISKS), Choice("severity", "后果", options=_SEVERITY),
        Day("on", "发生日期"), Text("at", "发生时间", longest=5, example="14:30"), Text("where", "地点", longest=80),
        Text("words", "经过和处置", longest=500, lines=3),
    )  # fmt: skip


def _report(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    del entry
    plain, house = given.plain, _house(given)
    try:
        at = datetime.strptime(f"{plain['on']} {plain['at']}", "%Y-%m-%d %H:%M").replace(
            tzinfo=clock.SHANGHAI
        )
    except ValueError:
        raise Refused("incident_time", "发生时间：请按 14:30 的样式填写。", field="at") from None
    made = inspections.report(
        supervision=SUPERVISION, subject=key_of(house), path=house.path, risk=plain["risk"],
        severity=int(plain["severity"]), happened_at=at, where=plain["where"], words=plain["words"], by=by, key=key,
    )  # fmt: skip
    late = "已超过报告时限，按迟报登记。" if made.late else "在时限内报告。"
    return f"事故已报告县级民政部门，{late}"


def _conclude(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    inspections.conclude(incident=entry, result=given.plain["result"], by=by, key=key)
    return "已结案。"


def _own_incidents(rows: Any, by: Actor) -> Any:
    if by.posts and all(post.role == f"eldercare.{roles.HOME_KEEPER.code}" for post in by.posts):
        return rows.filter(subject__in=[key_of(one) for one in houses_of(by)])
    return rows


INCIDENTS = Register(
    "incidents", "养老机构事故", model="inspections.Incident", read_by=_WATCH, basis=rules.GB38600.as_a_whole(),
    within=_own_incidents,
    columns=(
        Column("subject_name", "养老机构", search=True), Column("path", "所在地", kind="place", filter=True),
        Column("risk", "风险类别", kind="choice", options=SAFETY_RISKS, filter=True),
        Column("severity", "后果", kind="choice", options={int(code): word for code, word in _SEVERITY.items()}),
        Column("happened_at", "发生时间", kind="instant"), Column("due_at", "报告期限", kind="instant"),
        Column("reported_at", "报告时间", kind="instant"),
        Column("late", "迟报", kind="choice", options={True: "迟报", False: "按时"}),
        Column("closed_on", "结案日期", kind="day"),
    ),
    opens=(Deed("report", "报告事故", (roles.HOME_KEEPER,), _incident_form, _report,
                lead="严重和死亡事故在发生后两小时内、其他事故在二十四小时内报告；迟报也要报，系统会标记。"),),
    deeds=(Deed("conclude", "结案", (roles.COUNTY_OFFICER,), forms.CONCLUDE, _conclude,
                when=lambda entry, by: entry.closed_on is None),),
)  # fmt: skip

BOOKS: tuple[Register, ...] = (RATINGS, POLICIES, INCIDENTS)

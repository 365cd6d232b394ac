"""Care in the community (社区养老): land and social workers, the visiting list, and who is offered to whom."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, ratio_at_least, rounded, where

from .instruments import PLAN, VISITS

__all__ = ["district", "fitting", "land_met", "match", "rate_met", "risk", "score", "visit_list", "visited"]

# --- Facilities and staff of a district --------------------------------------------------------------

_PLANNING = "自然资源部门规划条件"
_STAFF = "民政统计台账"

district = Entity(
    "district",
    title="新建居住区",
    facts=[
        Fact("residents", "persons", "规划人口", _PLANNING),
        Fact("land", "ratio", "养老服务设施用地（平方米）", _PLANNING),
        Fact("elders", "persons", "老年人口", _STAFF),
        Fact("institution_beds", "count", "养老机构床位", _STAFF),
        Fact("social_workers", "persons", "养老服务社会工作者", _STAFF),
    ],
)


@district.rule("应配建用地（平方米）", basis=PLAN.as_a_whole(), unit="ratio")
def land_required(d: Any) -> Any:
    """So much land for each resident, planned, built and handed over with the housing."""
    return d.residents * parameter("elder.land.per_resident", unit="ratio")


@district.rule("养老服务设施用地达标", basis=PLAN.as_a_whole(), unit="boolean")
def land_met(d: Any) -> Any:
    """Exact square metres."""
    return d.land >= d.land_required


@district.rule("按老年人口应有社会工作者", basis=PLAN.as_a_whole(), unit="ratio")
def workers_for_elders(d: Any) -> Any:
    """One for each thousand elders, begun thousands counted whole."""
    return rounded(d.elders / parameter("elder.social_workers.elders", unit="persons"), to=1, mode="up")


@district.rule("按机构床位应有社会工作者", basis=PLAN.as_a_whole(), unit="ratio")
def workers_for_beds(d: Any) -> Any:
    """One for each hundred beds: a test of its own."""
    return rounded(d.institution_beds / parameter("elder.social_workers.beds", unit="count"), to=1, mode="up")


@district.rule("社会工作者配备达标", basis=PLAN.as_a_whole(), unit="boolean")
def workers_met(d: Any) -> Any:
    """Both tests."""
    return (d.social_workers >= d.workers_for_elders) & (d.social_workers >= d.workers_for_beds)


# --- Visits (探访关爱) --------------------------------------------------------------------------------

_LEDGER = "居家巡访关爱台账"

visited = Entity(
    "visited",
    title="巡访对象",
    facts=[
        Fact("age", "years", "年龄", "身份证"),
        Fact("alone", "boolean", "独居", _LEDGER, blank=False),
        Fact("ability_level", "count", "能力等级", "老年人能力评估报告", blank=0),
        Fact("tekun", "boolean", "特困人员", "社会救助台账", blank=False),
        Fact("severely_disabled", "boolean", "重度残疾", "残疾人证", blank=False),
        Fact("listed", "boolean", "空巢、留守、计生特殊家庭等其他对象", _LEDGER, blank=False),
    ],
)


@visited.rule(
    "风险等级",
    basis=VISITS.as_a_whole(),
    unit="code",
    options={"red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色"},
)
def risk(e: Any) -> Any:
    """Handbook 16 #13: complete loss of ability is red even in company."""
    exposed = (e.age >= 80) | (e.ability_level >= 3) | e.tekun
    red = (e.alone & exposed) | (e.ability_level >= 4)
    orange = e.alone | (e.ability_level >= 2) | e.severely_disabled
    return where(red, "red", where(orange, "orange", where(e.listed, "yellow", "green")))


visit_list = Entity(
    "visit_list",
    title="巡访名单",
    facts=[
        Fact("on_list", "persons", "月末名单人数（已除去去世和入住机构）", _LEDGER),
        Fact("contacted", "persons", "当月有效巡访人数", _LEDGER),
    ],
)


@visit_list.rule("月巡访率", basis=VISITS.as_a_whole(), unit="ratio")
def rate(v: Any) -> Any:
    """Persons with at least one valid contact, over those on the list at the end of the month."""
    return where(v.on_list >= 1, v.contacted / where(v.on_list >= 1, v.on_list, 1), 1)


@visit_list.rule("月巡访率达标", basis=VISITS.as_a_whole(), unit="boolean")
def rate_met(v: Any) -> Any:
    """The national target is everyone."""
    return ratio_at_least(v.contacted, v.on_list, parameter("elder.visits.rate", unit="ratio"))


# --- Need and provider -------------------------------------------------------------------------------

_OFFER = "服务机构登记信息"

match = Entity(
    "match",
    title="需求与服务机构匹配",
    facts=[
        Fact("distance", "count", "距离（米）", _OFFER),
        Fact("distance_limit", "count", "最远距离（米）", _OFFER),
        Fact("stars", "ratio", "评价（满分5）", _OFFER),
        Fact("price", "fen", "单价", _OFFER),
        Fact("price_limit", "fen", "最高单价", _OFFER),
        Fact("continued", "boolean", "原服务人员继续服务", _LEDGER, blank=False),
        Fact("offered", "boolean", "提供该项服务", _OFFER, blank=True),
        Fact("qualified", "boolean", "人员资质有效", _OFFER, blank=True),
        Fact("blacklisted", "boolean", "列入黑名单", _OFFER, blank=False),
        Fact("has_capacity", "boolean", "有服务能力", _OFFER, blank=True),
    ],
)


@match.rule("可以匹配", unit="boolean")
def fitting(m: Any) -> Any:
    """The hard conditions; a price above the limit is the elder's own choice to pay."""
    able = m.offered & m.qualified & ~m.blacklisted & m.has_capacity
    return able & (m.distance <= m.distance_limit)


def _left(part: Any, whole: Any) -> Any:
    """How much of a limit is left over."""
    return where(whole > 0, 1 - part / where(whole > 0, whole, 1), 0)


@match.rule("匹配得分", unit="points")
def score(m: Any) -> Any:
    """Near, well rated, affordable, familiar; the elder chooses among the first three."""
    near = parameter("match.weight.distance", unit="points") * _left(m.distance, m.distance_limit)
    liked = parameter("match.weight.rating", unit="points") * (m.stars / 5)
    cheap = parameter("match.weight.price", unit="points") * _left(m.price, m.price_limit)
    known = where(m.continued, parameter("match.weight.continuity", unit="points"), 0)
    return near + liked + cheap + known

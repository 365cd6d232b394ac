"""Care in the community (社区养老): land and social workers, the visiting list, and who is offered to whom."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, ratio_at_least, rounded, where

from .instruments import PLAN, VISITS

__all__ = [
    "HURDLES", "MERITS", "district", "fitting", "land_met", "match", "rate_met", "risk", "score", "visit_list",
    "visited",
]  # fmt: skip

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
        Fact("covered", "boolean", "住所在服务半径内", _OFFER, blank=True),
        Fact("budget", "fen", "单价预算", _LEDGER, blank=0),
        Fact("pays_rest", "boolean", "超出预算自付", _LEDGER, blank=True),
    ],
)


@match.rule("提供该项服务", unit="boolean")
def offers(m: Any) -> Any:
    """What is not offered cannot be ordered."""
    return m.offered


@match.rule("人员资质有效", unit="boolean")
def able(m: Any) -> Any:
    """Certificates that hold on the day."""
    return m.qualified


@match.rule("不在黑名单", unit="boolean")
def welcome(m: Any) -> Any:
    """Whoever is barred serves nobody."""
    return ~m.blacklisted


@match.rule("当日有服务能力", unit="boolean")
def free(m: Any) -> Any:
    """So many a day."""
    return m.has_capacity


@match.rule("在服务范围内", unit="boolean")
def near_enough(m: Any) -> Any:
    """Within the provider's own reach, and within the limit."""
    return m.covered & (m.distance <= m.distance_limit)


@match.rule("价格在预算内或本人愿意自付", unit="boolean")
def affordable(m: Any) -> Any:
    """A price above the budget is the elder's own choice to pay."""
    return (m.budget <= 0) | (m.price <= m.budget) | m.pays_rest


@match.rule("可以匹配", unit="boolean")
def fitting(m: Any) -> Any:
    """The hard conditions together."""
    return m.offers & m.able & m.welcome & m.free & m.near_enough & m.affordable


def _left(part: Any, whole: Any) -> Any:
    """How much of a limit is left over."""
    return where(whole > 0, 1 - part / where(whole > 0, whole, 1), 0)


@match.rule("距离近", unit="points")
def near(m: Any) -> Any:
    """What is left of the farthest distance."""
    return parameter("match.weight.distance", unit="points") * _left(m.distance, m.distance_limit)


@match.rule("评价好", unit="points")
def liked(m: Any) -> Any:
    """Stars of five."""
    return parameter("match.weight.rating", unit="points") * (m.stars / 5)


@match.rule("价格低", unit="points")
def cheap(m: Any) -> Any:
    """What is left of the highest price."""
    return parameter("match.weight.price", unit="points") * _left(m.price, m.price_limit)


@match.rule("原来服务过", unit="points")
def known(m: Any) -> Any:
    """Whoever came before is welcome again."""
    return where(m.continued, parameter("match.weight.continuity", unit="points"), 0)


@match.rule("匹配得分", unit="points")
def score(m: Any) -> Any:
    """Near, well rated, affordable, familiar; the elder chooses among the first three."""
    return m.near + m.liked + m.cheap + m.known


HURDLES = (offers, able, welcome, free, near_enough, affordable)
MERITS = (near, liked, cheap, known)

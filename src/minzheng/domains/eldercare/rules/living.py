"""Care at home (居家养老): who may have a care bed there, what a month of it is paid, what a home is fitted for."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, min_, parameter

from .instruments import ADAPT, PLAN

__all__ = ["adaptation", "adaptation_subsidy", "home_bed", "home_bed_may", "month_paid", "plan_hours_enough"]

_LEDGER = "家庭养老床位台账"

home_bed = Entity(
    "home_bed",
    title="家庭养老床位",
    facts=[
        Fact("level", "count", "能力等级", "老年人能力评估报告"),
        Fact("at_home", "boolean", "在家居住，没有入住机构", "入住登记"),
        Fact("suitable", "boolean", "居住环境适合", "入户评估"),
        Fact("plan_hours", "count", "照护计划每月小时", _LEDGER, blank=0),
        Fact("served_hours", "count", "当月服务小时", _LEDGER, blank=0),
        Fact("checked", "boolean", "当月检查合格", _LEDGER, blank=False),
    ],
)


@home_bed.rule("失能程度符合", basis=PLAN.as_a_whole(), unit="boolean")
def dependent(b: Any) -> Any:
    """From moderate loss on."""
    return b.level >= parameter("homebed.level", unit="count")


@home_bed.rule("可以设立家庭养老床位", basis=PLAN.as_a_whole(), unit="boolean")
def home_bed_may(b: Any) -> Any:
    """Dependent, at home, in a home where it can be done; nobody holds two beds on one day."""
    return b.dependent & b.at_home & b.suitable


@home_bed.rule("照护计划时长达标", basis=PLAN.as_a_whole(), unit="boolean")
def plan_hours_enough(b: Any) -> Any:
    """So many hours a month are agreed at the least."""
    return b.plan_hours >= parameter("homebed.min_hours", unit="count")


@home_bed.rule("当月可以结算", basis=PLAN.as_a_whole(), unit="boolean")
def month_paid(b: Any) -> Any:
    """The hours were served, and the month was looked at and found good."""
    return (b.served_hours >= parameter("homebed.min_hours", unit="count")) & b.checked


_WORKS = "适老化改造方案"

adaptation = Entity(
    "adaptation",
    title="居家适老化改造",
    facts=[
        Fact("total", "fen", "改造费用", _WORKS),
        Fact("months_since", "months", "距上次改造（没有改造过的填 999）", "适老化改造台账", blank=999),
        Fact("agreed_by_owner", "boolean", "老年人和房屋所有人同意", _WORKS, blank=False),
    ],
)


@adaptation.rule("可以改造", basis=ADAPT.as_a_whole(), unit="boolean")
def may_adapt(a: Any) -> Any:
    """With the owner's word, and not twice within so many months."""
    return a.agreed_by_owner & (a.months_since >= parameter("adapt.apart_months", unit="months"))


@adaptation.rule("补贴金额", basis=ADAPT.as_a_whole(), unit="fen")
def adaptation_subsidy(a: Any) -> Any:
    """What the works cost, up to the cap of a household; the family pays the rest."""
    return min_(a.total, parameter("adapt.cap_per_household", unit="fen"))

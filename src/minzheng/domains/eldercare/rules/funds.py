"""Funds (养老资金): the share of lottery money spent on elder care, and the beds that are insured."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, ratio_at_least, where

from .instruments import PLAN

__all__ = ["accident_beds", "fund", "insured_beds", "liability_beds", "lottery_met", "policies"]

_ACCOUNTS = "福利彩票公益金决算"

fund = Entity(
    "fund",
    title="福利彩票公益金",
    facts=[
        Fact("spent", "fen", "公益金支出", _ACCOUNTS),
        Fact("spent_on_elders", "fen", "用于养老服务支出", _ACCOUNTS),
    ],
)


@fund.rule("用于养老服务的比例", basis=PLAN.as_a_whole(), unit="ratio")
def lottery_share(f: Any) -> Any:
    """Exact: 54.96 % is not 55 %."""
    return where(f.spent > 0, f.spent_on_elders / where(f.spent > 0, f.spent, 1), 0)


@fund.rule("用于养老服务的比例达标", basis=PLAN.as_a_whole(), unit="boolean")
def lottery_met(f: Any) -> Any:
    """Compared unrounded."""
    return ratio_at_least(f.spent_on_elders, f.spent, parameter("lottery.elder_share", unit="ratio"))


_POLICIES = "保险保单"

policies = Entity(
    "policies",
    title="养老机构保险",
    facts=[
        Fact("accident_only", "count", "仅有意外险的床位", _POLICIES),
        Fact("liability_only", "count", "仅有责任险的床位", _POLICIES),
        Fact("both", "count", "两险都有的床位", _POLICIES),
    ],
)


@policies.rule("意外险覆盖床位", basis=PLAN.as_a_whole(), unit="count")
def accident_beds(p: Any) -> Any:
    """A bed counts once a day, however many policies it has."""
    return p.accident_only + p.both


@policies.rule("责任险覆盖床位", basis=PLAN.as_a_whole(), unit="count")
def liability_beds(p: Any) -> Any:
    """The plan's other reading of the same target."""
    return p.liability_only + p.both


@policies.rule("至少有一种保险的床位", basis=PLAN.as_a_whole(), unit="count")
def insured_beds(p: Any) -> Any:
    """Neither figure twice."""
    return p.accident_only + p.liability_only + p.both


@policies.rule("参保床位达到目标", basis=PLAN.as_a_whole(), unit="boolean")
def insured_met(p: Any) -> Any:
    """Beds with at least one policy; which of the three figures the plan means is still to be asked."""
    return p.insured_beds >= parameter("insurance.beds", unit="count")

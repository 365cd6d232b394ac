"""Funds (养老资金): the share of lottery money spent on elder care, and the beds that are insured."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, ratio_at_least, where

from .instruments import PLAN, SUB113

__all__ = [
    "accident_beds", "fund", "insured_beds", "liability_beds", "lottery_met", "policies", "purchase_allowed",
    "purchase_cap", "purchase_warns", "purchase_year",
]  # fmt: skip

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


# --- Services bought with vouchers -------------------------------------------------------------------

purchase_year = Entity(
    "elder_purchase_year",
    title="购买养老服务年度账",
    facts=[
        Fact("central", "fen", "中央下达养老服务补贴资金", "财政部门下达文件"),
        Fact("province", "fen", "省级下达养老服务补贴资金", "财政部门下达文件"),
        Fact("signed", "fen", "本年已签合同", "合同台账", blank=0),
        Fact("contract", "fen", "拟签合同", "合同文本", blank=0),
    ],
)


@purchase_year.rule("购买养老服务资金上限", basis=SUB113.as_a_whole(), unit="exact_fen")
def purchase_cap(y: Any) -> Any:
    """A share of what came from above for the service subsidy this year."""
    return parameter("elder.purchase.cap", unit="ratio") * (y.central + y.province)


@purchase_year.rule("签约后不超过资金上限", basis=SUB113.as_a_whole(), unit="boolean")
def purchase_allowed(y: Any) -> Any:
    """All contracts of the year and the new one; at the cap is not above it."""
    return y.signed + y.contract <= y.purchase_cap


@purchase_year.rule("购买服务接近上限", basis=SUB113.as_a_whole(), unit="boolean")
def purchase_warns(y: Any) -> Any:
    """From a share of the cap on."""
    return y.signed + y.contract >= parameter("elder.purchase.warn", unit="ratio") * y.purchase_cap

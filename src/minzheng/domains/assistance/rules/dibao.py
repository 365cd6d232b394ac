"""Subsistence allowance (最低生活保障): a household below the local standard is paid the gap.

《社会救助暂行办法》 art. 9, later 《社会救助法》; 《最低生活保障审核确认办法》 arts. 23, 27, 31 and 34.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import by_code, max_, parameter, where, years

from . import means  # the household's income and property are declared there first
from .facts import household, person
from .instruments import DB2021, LOW_INCOME_HOUSEHOLD
from .money import payable

__all__ = [
    "dibao_amount",
    "dibao_eligible",
    "means",
    "mode",
    "review_months",
    "sharing",
    "tier_of",
]


@household.rule("符合最低生活保障条件", basis=LOW_INCOME_HOUSEHOLD, unit="boolean")
def dibao_eligible(h: Any) -> Any:
    """Income below the standard and property within the local rule, for the household as a whole."""
    return h.has_members & h.income_below_standard & h.property_within


# --- Amount (arts. 23, 27, 34) -----------------------------------------------------------------------


@person.rule(
    "停发本人份额",
    basis=DB2021.article(34),
    unit="boolean",
    says=("{refused_jobs}，不享受本人的保障份额", "没有连续拒绝介绍工作的情形"),
)
def forfeits(p: Any) -> Any:
    """Whoever can work and refuses suitable jobs time after time loses their own share only."""
    refused = p.refused_jobs >= parameter("dibao.jobs.refusals", unit="times")
    return refused & (p.work_capacity != "none")


@person.rule("享受保障份额", basis=DB2021.article(23), unit="boolean")
def shares(p: Any) -> Any:
    """A member's share; who is kept as a tekun person or as an orphan is kept there and not here."""
    kept_elsewhere = (p.receives == "tekun") | (p.receives == "orphan")
    return p.counts & ~p.forfeits & ~kept_elsewhere


def mode() -> Expression:
    """The county's way of paying, one for all households of a month."""
    return parameter("dibao.mode", unit="code", options=("difference", "tier"))


def tier_of(per_head: Expression, standard: Expression) -> Expression:
    """The poorer, the greater the share of the standard."""
    first = parameter("dibao.tier.first.up_to", unit="ratio")
    second = parameter("dibao.tier.second.up_to", unit="ratio")
    return where(
        per_head <= first * standard,
        parameter("dibao.tier.first.rate", unit="ratio"),
        where(
            per_head <= second * standard,
            parameter("dibao.tier.second.rate", unit="ratio"),
            parameter("dibao.tier.third.rate", unit="ratio"),
        ),
    )


@household.rule("享受保障人数", basis=DB2021.article(23), unit="persons")
def sharing(h: Any) -> Any:
    """The members whose share is paid."""
    return h.count(lambda p: p.shares)


@household.rule("人均补差额", basis=DB2021.article(23), unit="exact_fen")
def gap(h: Any) -> Any:
    """What is missing up to the standard, for each member."""
    return max_(h.standard - h.per_head, 0)


@household.rule("分档比例", basis=DB2021.article(23), unit="ratio")
def tier_rate(h: Any) -> Any:
    """The share of the standard that the household's income per head leads to."""
    return tier_of(h.per_head, h.standard)


@household.rule("基本保障金", basis=DB2021.article(23), unit="exact_fen")
def base_amount(h: Any) -> Any:
    """By difference or by tier, as the county has chosen for the month."""
    return by_code(
        mode(),
        difference=h.gap * h.sharing,
        tier=h.standard * h.tier_rate * h.sharing,
    )


@person.rule("分类施保比例", basis=DB2021.article(27), unit="ratio")
def topup_rate(p: Any) -> Any:
    """For the old, minors, the severely disabled and the seriously ill; the highest class only."""
    elder = years(p.birth) >= parameter("topup.elder_age", unit="years")
    by_age = max_(
        where(elder, parameter("topup.rate.elder", unit="ratio"), 0),
        where(p.minor, parameter("topup.rate.minor", unit="ratio"), 0),
    )
    by_health = max_(
        where(p.severely_disabled, parameter("topup.rate.disability", unit="ratio"), 0),
        where(p.illness == "serious", parameter("topup.rate.illness", unit="ratio"), 0),
    )
    return max_(by_age, by_health)


@household.rule("分类施保增发", basis=DB2021.article(27), unit="exact_fen")
def topup(h: Any) -> Any:
    """So much of the standard for each member in a class."""
    return h.standard * h.sum(lambda p: where(p.shares, p.topup_rate, 0))


@household.rule("月保障金", basis=DB2021.article(23), unit="fen")
def dibao_amount(h: Any) -> Any:
    """Rounded once, on the whole household."""
    return where(h.dibao_eligible, payable(h.base_amount + h.topup), 0)


@household.rule("复核周期", basis=DB2021.article(31), unit="months")
def review_months(h: Any) -> Any:
    """Yearly where nothing moves, half-yearly where someone can work."""
    return where(
        h.any_(lambda p: p.counts & (p.work_capacity != "none")),
        parameter("dibao.review.months_unstable", unit="months"),
        parameter("dibao.review.months_stable", unit="months"),
    )

"""Temporary assistance (临时救助): at once where it burns, and for spending a family cannot carry.

国发〔2014〕47号, 民发〔2018〕23号; 《社会救助暂行办法》 art. 47, since July 2026 《社会救助法》 art. 37: asked for
where the emergency happens.  In an emergency nothing is checked before paying; the papers follow.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import by_code, max_, min_, parameter, where

from . import rigid  # the household's yearly income per head is declared there first
from .facts import household
from .instruments import MF23, TEMPORARY
from .money import payable

__all__ = [
    "first_aid_limit",
    "not_same_cause",
    "rigid",
    "temporary_amount",
    "temporary_cap",
    "temporary_eligible",
    "temporary_left",
    "temporary_named",
    "temporary_poor",
    "temporary_property",
]


@household.rule("有临时救助事由", basis=TEMPORARY, unit="boolean", says=("{temp_cause}", "没有说明致困原因"))
def temporary_named(h: Any) -> Any:
    """Of one of the two types, and for a cause."""
    return (h.temp_type != "none") & (h.temp_cause != "none")


@household.rule(
    "同一事由未重复救助",
    basis=MF23.as_a_whole(),
    unit="boolean",
    says=("同一事由在限定期限内没有获得过临时救助", "同一事由在限定期限内已经获得临时救助"),
)
def not_same_cause(h: Any) -> Any:
    """The same cause is not helped twice within the months of the place, by whichever township."""
    return ~h.temp_same_cause


@household.rule(
    "已是低保或特困对象",
    basis=MF23.as_a_whole(),
    unit="boolean",
    says=("家庭中有低保或特困对象，只核实支出", "家庭中没有低保或特困对象"),
)
def already_assisted(h: Any) -> Any:
    """Their means are known: only the expense is looked at."""
    return h.any_(lambda p: p.counts & ((p.receives == "dibao") | (p.receives == "tekun")))


@household.rule("家庭年人均收入低于上年人均可支配收入", basis=MF23.as_a_whole(), unit="boolean")
def income_below_disposable(h: Any) -> Any:
    """Normally; what the place sees otherwise it decides case by case and writes down."""
    return h.yearly_per_head < parameter("income.disposable_per_head", unit="fen_per_year")


@household.rule("收入符合支出型临时救助条件", basis=MF23.as_a_whole(), unit="boolean")
def temporary_poor(h: Any) -> Any:
    """Asked only of the expenditure type."""
    return (h.temp_type == "emergency") | h.already_assisted | h.income_below_disposable


@household.rule("财产符合支出型临时救助条件", basis=MF23.as_a_whole(), unit="boolean")
def temporary_property(h: Any) -> Any:
    """Asked only of the expenditure type."""
    return (h.temp_type == "emergency") | h.already_assisted | h.property_within


@household.rule("符合临时救助条件", basis=TEMPORARY, unit="boolean")
def temporary_eligible(h: Any) -> Any:
    """A cause, not helped before for it, and for the expenditure type modest means."""
    return h.has_members & h.temporary_named & h.not_same_cause & h.temporary_poor & h.temporary_property


# --- How much ----------------------------------------------------------------------------------------


@household.rule("临时救助计算标准", basis=TEMPORARY, unit="fen_per_month")
def temporary_standard(h: Any) -> Any:
    """The urban dibao standard of the place, for everyone."""
    return parameter("dibao.standard.urban", unit="fen_per_month")


@household.rule("临时救助月数", basis=MF23.as_a_whole(), unit="months")
def temporary_months(h: Any) -> Any:
    """By how hard the blow is."""
    return by_code(
        h.temp_tier,
        general=parameter("temp.months.general", unit="months"),
        serious=parameter("temp.months.serious", unit="months"),
        grave=parameter("temp.months.grave", unit="months"),
        extreme=parameter("temp.months.extreme", unit="months"),
    )


@household.rule("12个月内临时救助限额", basis=MF23.as_a_whole(), unit="fen")
def temporary_cap(h: Any) -> Any:
    """So many months of the standard for a household in twelve months, all grants together."""
    for_one = parameter("temp.cap_months", unit="months") * h.temporary_standard
    return by_code(
        parameter("temp.cap_basis", unit="code", options=("per_member", "per_household")),
        per_member=for_one * h.members,
        per_household=for_one,
    )


@household.rule("限额余额", basis=MF23.as_a_whole(), unit="fen")
def temporary_left(h: Any) -> Any:
    """What earlier grants have left of it."""
    return max_(h.temporary_cap - h.temp_granted, 0)


@household.rule("先行救助限额", basis=TEMPORARY, unit="fen")
def first_aid_limit(h: Any) -> Any:
    """What the township may pay before any paper."""
    return min_(parameter("temp.first.cap", unit="fen"), h.temporary_left)


@household.rule("临时救助金", basis=TEMPORARY, unit="fen")
def temporary_amount(h: Any) -> Any:
    """Emergency: the need, within first aid.  Expenditure: members × standard × months, within what is left.

    What the township's meeting has decided for one extraordinary case goes before both (一事一议).
    """
    by_tier = min_(h.members * h.temporary_standard * h.temporary_months, h.temporary_left)
    at_once = min_(h.temp_need, h.first_aid_limit)
    usual = where(h.temp_type == "emergency", at_once, by_tier)
    return where(h.temporary_eligible, payable(where(h.temp_minutes > 0, h.temp_minutes, usual)), 0)

"""What one person draws in the month (个人待遇合计), all benefits together; the price subsidy once for each person.

The household's own part (dibao, temporary assistance) stands in ``receivable``.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import parameter, where

from . import children, price  # every amount is declared there first
from .facts import person
from .instruments import PR1553

__all__ = ["benefit_total", "children", "price", "price_covered", "price_due"]


@person.rule(
    "属于价格补贴保障对象（含可以享受的待遇）",
    basis=PR1553.as_a_whole(),
    unit="boolean",
    says=("属于价格补贴保障对象", "不属于价格补贴保障对象"),
)
def price_covered(p: Any) -> Any:
    """Already recognised, or as the benefits above would make of the person; several statuses count once."""
    edge_too = parameter("price.widened", unit="boolean") & p.counts & p.household.edge_eligible
    new = p.on_dibao | p.tekun_eligible | p.orphan_drawn | p.fuc_drawn | edge_too
    return p.may_draw & (p.price_group | new)


@person.rule("符合价格补贴条件", basis=PR1553.as_a_whole(), unit="boolean")
def price_entitled(p: Any) -> Any:
    """In a month that has triggered it."""
    return p.household.price_triggered & p.price_covered


@person.rule("当月价格补贴", basis=PR1553.as_a_whole(), unit="fen")
def price_due(p: Any) -> Any:
    """One for each person."""
    return where(p.price_entitled, p.household.price_per_person, 0)


@person.rule("个人当月待遇合计", unit="fen")
def benefit_total(p: Any) -> Any:
    """Everything paid to the person, in their own name."""
    relief = p.tekun_amount + p.single_paid + p.orphan_amount + p.fuc_amount
    welfare = p.living_amount + p.nursing_amount + p.highage_amount + p.elder_nursing_amount
    return relief + welfare + p.price_due

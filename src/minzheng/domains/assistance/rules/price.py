"""Price subsidy (价格临时补贴): when prices jump, the protected are paid the jump, without asking.

发改价格〔2021〕1553号; for the indices of August 2022 to February 2023 an easier trigger and wider groups.
One entity is a place in an index month: it says whether the subsidy starts and what one person is paid.  The
household's rules take its word (``price_triggered``, ``price_rise``).
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import Entity, Fact, by_code, max_, parameter, rounded, where

from . import means  # the standard of the household's class is declared there first
from .facts import household, person
from .instruments import PR1553

__all__ = [
    "means",
    "place_month",
    "price_amount",
    "price_group",
    "price_rural",
    "price_total",
    "price_trigger",
    "price_urban",
]

BASIS = PR1553.as_a_whole()
_INDEX = "统计部门公布的当月指数"


def per_person(standard: Expression, rise: Expression) -> Expression:
    """The standard times the rise, not less than the minimum; to the fen for each person."""
    return rounded(max_(standard * rise, parameter("price.min", unit="fen_per_month")))


def base_of(own: Expression) -> Expression:
    """Everybody by the urban standard, or each class by its own."""
    return by_code(
        parameter("price.base", unit="code", options=("urban", "own_class")),
        urban=parameter("dibao.standard.urban", unit="fen_per_month"),
        own_class=own,
    )


place_month = Entity(
    "place_month",
    title="地区指数月份",
    facts=[
        Fact("cpi", "ratio", "居民消费价格指数同比涨幅", _INDEX),
        Fact("food_cpi", "ratio", "食品价格同比涨幅", _INDEX),
        Fact("scpi_published", "boolean", "公布低收入居民价格指数", _INDEX, blank=False),
        Fact("scpi", "ratio", "低收入居民基本生活费用价格指数同比涨幅", _INDEX),
    ],
)


@place_month.rule("达到价格补贴启动条件", basis=BASIS, unit="boolean")
def price_trigger(m: Any) -> Any:
    """Either index is enough."""
    general = m.cpi >= parameter("price.trigger.cpi", unit="ratio")
    return general | (m.food_cpi >= parameter("price.trigger.food", unit="ratio"))


@place_month.rule("计发补贴的涨幅", basis=BASIS, unit="ratio")
def price_index(m: Any) -> Any:
    """The index of low-income residents where it is published, else the general one."""
    return where(m.scpi_published, m.scpi, m.cpi)


@place_month.rule("城市居民每人价格补贴", basis=BASIS, unit="fen")
def price_urban(m: Any) -> Any:
    """One month, one person."""
    standard = parameter("dibao.standard.urban", unit="fen_per_month")
    return where(m.price_trigger, per_person(standard, m.price_index), 0)


@place_month.rule("农村居民每人价格补贴", basis=BASIS, unit="fen")
def price_rural(m: Any) -> Any:
    """By the urban standard or by the rural one, as the place says."""
    own = parameter("dibao.standard.rural", unit="fen_per_year") / 12
    return where(m.price_trigger, per_person(base_of(own), m.price_index), 0)


# --- Who is paid -------------------------------------------------------------------------------------


@person.rule("属于价格补贴保障对象", basis=BASIS, unit="boolean")
def price_group(p: Any) -> Any:
    """One subsidy for a person, however many of these they are; edge families and unemployment aid for a time."""
    relief = (p.receives == "dibao") | (p.receives == "tekun")
    children = (p.receives == "orphan") | (p.receives == "fuc") | p.hiv_infected
    for_a_time = (p.receives == "edge") | (p.unemployment == "aid")
    widened = parameter("price.widened", unit="boolean") & for_a_time
    return relief | children | (p.unemployment == "insurance") | p.veteran_benefit | widened


@household.rule("每人价格补贴", basis=BASIS, unit="fen")
def price_per_person(h: Any) -> Any:
    """Nothing in a month that has not triggered it."""
    return where(h.price_triggered, per_person(base_of(h.standard), h.price_rise), 0)


@person.rule("价格补贴", basis=BASIS, unit="fen")
def price_amount(p: Any) -> Any:
    """Rounded for each person, then added up."""
    return where((p.relation != "supporter") & p.price_group, p.household.price_per_person, 0)


@household.rule("家庭价格补贴合计", basis=BASIS, unit="fen")
def price_total(h: Any) -> Any:
    """The sum over the persons."""
    return h.sum(lambda p: p.price_amount)

"""A small made-up benefit, so that the kernel is tested without any domain."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.instruments import Instrument
from minzheng.kernel.law.language import Entity, Fact, max_, parameter, rounded, where, years
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation

TOY = Instrument("TOY", "演示办法", "演字1号", date(2020, 1, 1))
DAY = date(2022, 3, 1)


def entities() -> tuple[Entity, Entity]:
    """A household and its persons, with facts and no rules."""
    person = Entity(
        "person",
        title="成员",
        facts=[
            Fact("birth", "date", "出生日期", "身份证"),
            Fact("wage", "fen_per_month", "工资", "单位收入证明", blank=0),
            Fact("away", "boolean", "在外", "入户调查", blank=False),
            Fact("health", "code", "健康", "诊断证明", options={"well": "健康", "ill": "患病"}),
        ],
    )
    household = Entity(
        "household",
        title="家庭",
        members=person,
        facts=[
            Fact("savings", "fen", "存款", "银行核对", blank=0),
            Fact("place", "code", "城乡", "户籍信息", options={"urban": "城市", "rural": "农村"}),
        ],
    )
    return household, person


household, person = entities()


@person.rule("在家", unit="boolean")
def at_home(p: Any) -> Any:
    return ~p.away


@household.rule("在家人数", unit="persons")
def members(h: Any) -> Any:
    return h.count(lambda p: p.at_home)


@household.rule("月人均收入", unit="exact_fen")
def per_head(h: Any) -> Any:
    return where(h.members > 0, h.sum(lambda p: where(p.at_home, p.wage, 0)) / h.members, 0)


@household.rule("标准", unit="fen_per_month")
def standard(h: Any) -> Any:
    return parameter("toy.standard", unit="fen_per_month")


@household.rule("收入低于标准", basis=TOY.article(3), unit="boolean")
def poor(h: Any) -> Any:
    return h.per_head < h.standard


@household.rule("存款不超限", basis=TOY.article(4), unit="boolean")
def modest(h: Any) -> Any:
    return h.savings <= 10000_00


@household.rule("符合条件", basis=TOY.article(2), unit="boolean")
def eligible(h: Any) -> Any:
    return h.poor & h.modest


@household.rule("补助", unit="fen")
def amount(h: Any) -> Any:
    return where(h.eligible, rounded(max_(h.standard - h.per_head, 0) * h.members), 0)


@person.rule("在富裕家庭的孩子", unit="boolean")
def rich_child(p: Any) -> Any:
    return (years(p.birth) < 18) & ~p.household.poor


def parameters(fen: int = 54600) -> Parameters:
    return Parameters(
        [
            Value(
                "toy.standard",
                "",
                date(2020, 1, 1),
                None,
                fen,
                "fen_per_month",
                "演示文件",
                "law",
                "低保标准",
            ),
        ]
    )


def evaluate(home: dict[str, Any], *persons: dict[str, Any], sources: Any = None) -> Evaluation:
    facts = Facts(home, persons, sources or {})
    return Evaluation(household, facts, parameters(), path="22/", on=DAY)

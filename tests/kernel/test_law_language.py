"""A slip in a rule is found when the rule is declared, and the complaint names the rule and the cure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.language import (
    TODAY,
    Entity,
    Fact,
    by_code,
    divide,
    max_,
    parameter,
    rounded,
    where,
    years,
)
from tests.factories.law_toy import entities


def declared(body: Callable[[Any], object], *, unit: str = "fen", of: int = 0) -> None:
    body.__name__ = "some_rule"
    entities()[of].rule("某规则", unit=unit)(body)


@pytest.mark.parametrize(
    ("body", "unit", "complaint"),
    [
        (lambda h: h.savings if h.savings > 0 else 0, "fen", "where()"),
        (lambda h: (h.savings > 0) and (h.savings < 5), "boolean", "& |"),
        (lambda h: not (h.savings > 0), "boolean", "& |"),
        (lambda h: 0 < h.savings < 5, "boolean", "& |"),
        (lambda h: list(h.savings), "fen", "h.sum"),
        (lambda h: h.savings * 1.5, "fen", "float"),
        (lambda h: float(h.savings), "fen", "float"),
        (lambda h: h.saving, "fen", "savings"),
        (lambda h: h.zzz, "fen", "Known: savings"),
        (lambda h: h.some_rule + 1, "fen", "refers to itself"),
        (lambda h: h.savings + h.count(lambda p: p.away), "fen", "cannot combine"),
        (lambda h: h.savings * h.savings, "fen", "must be a number"),
        (lambda h: h.savings & (h.savings > 1), "boolean", "takes boolean"),
        (lambda h: h.place == "urbann", "boolean", "urban, rural"),
        (lambda h: h.place < "urban", "boolean", "no order"),
        (lambda h: h.savings / 2, "fen", "rounded()"),
        (lambda h: h.savings, "boolean", "declares boolean"),
        (lambda h: h.sum(lambda p: h.savings), "fen", "p.household"),
        (lambda h: h.sum(lambda p: p.away), "fen", "adds money"),
        (lambda h: h.count(lambda p: p.wage), "count", "takes boolean"),
        (lambda h: where(h.savings, 1, 0), "count", "takes boolean"),
        (lambda h: where(h.savings > 0, h.savings, "urban"), "fen", "cannot combine"),
        (lambda h: max_(h.place, h.place), "code", "money or numbers"),
        (lambda h: years(h.savings), "count", "takes date"),
        (lambda h: by_code(h.place, urban=1), "count", "rural"),
        (lambda h: rounded(h.savings / 3, mode="bankers"), "fen", "half_up"),
        (lambda h: parameter("x", unit="code"), "code", "options"),
        (lambda h: parameter("x", unit="yuan"), "fen", "no unit"),
        (lambda h: 5 / h.savings, "ratio", "cannot divide"),
        (lambda h: h.savings // h.savings, "count", "whole fen or a count"),
        (lambda h: None, "fen", "cannot stand in a rule"),
        (lambda h: -h.savings, "fen", "write 0 - x"),
        (lambda h: h.savings % 7, "fen", "written with"),
        (lambda h: h.savings**2, "fen", "written with"),
        (lambda h: round(h.savings / 3), "fen", "rounded()"),
        (lambda h: abs(h.savings), "fen", "written with"),
        (lambda h: max(h.savings, 0), "fen", "where()"),
        (lambda h: sum(p.wage for p in h), "fen", "h.sum"),
        (lambda h: h.savings.amount, "fen", "has no attribute"),
        (lambda h: h.count(lambda p: p == "ill"), "count", "name a fact"),
        (lambda h: 1 if h else 0, "count", "name a fact"),
    ],
)
def test_a_slip_is_refused_when_the_rule_is_declared(
    body: Callable[[Any], object], unit: str, complaint: str
) -> None:
    with pytest.raises(Mistake) as mistake:
        declared(body, unit=unit)
    assert complaint in mistake.value.message
    if unit != "yuan":
        assert "some_rule" in mistake.value.message


def test_a_person_rule_reads_the_household_only_through_it() -> None:
    declared(lambda p: p.household.savings - p.wage, of=1)
    household, person = entities()
    leaked: list[Any] = []
    household.rule("泄漏", unit="fen")(lambda h: leaked.append(h) or h.savings)

    def mixing(p: Any) -> Any:
        return leaked[0].savings + p.wage

    with pytest.raises(Mistake, match=r"mixes household and person.*p\.household"):
        person.rule("混用", unit="fen")(mixing)


def test_two_rules_cannot_rest_on_each_other() -> None:
    household, _ = entities()

    def first(h: Any) -> Any:
        return h.second + 1

    with pytest.raises(Mistake, match="circle"):
        household.rule("先", unit="fen")(first)
    assert "first" not in household.rules


def test_a_name_is_used_once() -> None:
    household, _ = entities()

    def savings(h: Any) -> Any:
        return 0

    with pytest.raises(Mistake, match="already has"):
        household.rule("重名", unit="fen")(savings)


@pytest.mark.parametrize(
    "facts",
    [
        [Fact("a", "fen", "甲", "某处"), Fact("a", "fen", "甲", "某处")],
        [Fact("a", "code", "甲", "某处")],
        [Fact("a", "fen", "甲", "某处", blank="0")],
        [Fact("a", "code", "甲", "某处", options={"x": "子"}, blank="y")],
        [Fact("a", "yuan", "甲", "某处")],
    ],
)
def test_a_careless_fact_is_refused(facts: list[Fact]) -> None:
    with pytest.raises(Mistake):
        Entity("thing", title="某物", facts=facts)


def test_money_keeps_its_kind_through_arithmetic() -> None:
    kinds = {}
    household, _ = entities()
    for name, body, unit in (
        ("doubled", lambda h: 2 * h.savings, "fen"),
        ("halved", lambda h: divide(h.savings, 2, rounding="half_up"), "fen"),
        ("third", lambda h: h.savings / 3, "exact_fen"),
        ("share", lambda h: h.savings / max_(h.savings, 1), "ratio"),
        ("scaled", lambda h: h.savings * Fraction(1, 3), "exact_fen"),
        ("floor", lambda h: h.savings // 7, "fen"),
        ("later", lambda h: date(2020, 1, 1) < TODAY, "boolean"),
    ):
        body.__name__ = name
        kinds[name] = household.rule(name, unit=unit)(body).expression.kind.value
    assert kinds == {
        "doubled": "fen",
        "halved": "fen",
        "third": "exact_fen",
        "share": "ratio",
        "scaled": "exact_fen",
        "floor": "fen",
        "later": "boolean",
    }

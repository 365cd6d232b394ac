"""Rules and households that nobody would write down, drawn at random: what every engine must agree on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import seed
from hypothesis import strategies as st

from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import (
    MONTH,
    TODAY,
    Entity,
    Fact,
    Rule,
    max_,
    min_,
    months,
    parameter,
    rounded,
    where,
    years,
)
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.units import Kind

DAY = date(2023, 2, 28)
PLACES = ("22/2201/", "22/2202/", "22/2203/")
HEALTH = {"well": "健康", "ill": "患病", "worse": "重病"}
MODES = ("half_up", "up", "down")
NUMBERS = (Kind.FEN, Kind.EXACT_FEN, Kind.COUNT, Kind.RATIO)
UNITS = {kind: kind.value for kind in Kind}


def entities() -> tuple[Entity, Entity]:
    """A household and its members with facts of every kind, and no rules."""
    common = [
        Fact("money", "fen", "金额", "某处"),
        Fact("debt", "fen", "负债", "某处"),
        Fact("number", "count", "数目", "某处"),
        Fact("share", "ratio", "份额", "某处"),
        Fact("since", "date", "日期", "某处"),
        Fact("state", "code", "状态", "某处", options=HEALTH),
        Fact("yes", "boolean", "是否", "某处"),
    ]
    person = Entity("person", title="成员", facts=common)
    return Entity("household", title="家庭", facts=common, members=person), person


def _value(key: str, unit: str, value: Any, place: str = "") -> Value:
    return Value(key, place, date(2020, 1, 1), None, value, unit, "演示文件", "law")


PARAMETERS = Parameters(
    [
        _value("r.fen", "fen", 54600),
        _value("r.fen", "fen", 61001, PLACES[1]),
        _value("r.count", "count", 3),
        _value("r.count", "count", 0, PLACES[2]),
        _value("r.ratio", "ratio", "7/12"),
        _value("r.ratio", "ratio", "-9/10", PLACES[1]),
        _value("r.exact_fen", "exact_fen", 100),
        _value("r.date", "date", date(2004, 2, 29)),
        _value("r.boolean", "boolean", True),
        _value("r.boolean", "boolean", False, PLACES[1]),
        _value("r.code", "code", "ill", PLACES[0]),
        _value("r.code", "code", "well", PLACES[1]),
        _value("r.mode", "code", "up"),
        _value("r.mode", "code", "down", PLACES[0]),
        _value("r.step", "count", 100),
        _value("r.step", "count", 7, PLACES[1]),
    ]
)

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Sentences:
    """Draws one expression of a kind, seen from the household or from a person."""

    def __init__(self, draw: Draw, proxy: Any, *, personal: bool, rules: list[Rule]) -> None:
        self.draw = draw
        self.proxy = proxy
        self.personal = personal
        self.rules = rules

    def one(self, kind: Kind, depth: int) -> Any:
        """An expression of that kind, at most so deep."""
        ways = [self._leaf] if depth <= 0 else [self._leaf, *[self._branch] * 5]
        return self.draw(st.sampled_from(ways))(kind, depth - 1)

    def _leaf(self, kind: Kind, depth: int) -> Any:
        ways = [self._fact, self._fact, self._constant, self._parameter, self._rule]
        return self.draw(st.sampled_from(ways))(kind)

    def _fact(self, kind: Kind) -> Any:
        names = {Kind.FEN: ["money", "debt"], Kind.COUNT: ["number"], Kind.RATIO: ["share"]}
        names |= {Kind.DATE: ["since"], Kind.CODE: ["state"], Kind.BOOLEAN: ["yes"]}
        if kind is Kind.EXACT_FEN:
            return self._fact(Kind.FEN) / self.draw(st.sampled_from([3, 7, 12]))
        return getattr(self._whose(), self.draw(st.sampled_from(names[kind])))

    def _whose(self) -> Any:
        if self.personal and self.draw(st.booleans()):
            return self.proxy.household
        return self.proxy

    def _constant(self, kind: Kind) -> Any:
        if kind is Kind.BOOLEAN:
            return self._fact(kind)
        if kind is Kind.DATE:
            return self.draw(
                st.sampled_from([TODAY, MONTH, where(self._fact(Kind.BOOLEAN), DAY, date(1950, 3, 1))])
            )
        if kind is Kind.CODE:
            return self._fact(kind)
        ratio = Fraction(self.draw(st.integers(-9, 9)), self.draw(st.integers(1, 12)))
        number: Any = ratio if kind is Kind.RATIO else self.draw(st.sampled_from([-5, 0, 1, 2, 300]))
        plain = self._fact(Kind.FEN if kind is Kind.EXACT_FEN else kind)
        if kind is Kind.RATIO:
            return plain * 0 + number if self.draw(st.booleans()) else plain * number
        return plain + number if self.draw(st.booleans()) else number - plain

    def _parameter(self, kind: Kind) -> Any:
        return parameter(
            f"r.{kind.value}", unit=kind.value, options=tuple(HEALTH) if kind is Kind.CODE else ()
        )

    def _rule(self, kind: Kind) -> Any:
        whose = self._whose()
        entity = "person" if self.personal and whose is self.proxy else "household"
        known = [one for one in self.rules if one.entity == entity and one.expression.kind is kind]
        return getattr(whose, self.draw(st.sampled_from(known)).name) if known else self._fact(kind)

    def _branch(self, kind: Kind, depth: int) -> Any:
        general = [self._where]
        if kind is Kind.BOOLEAN:
            general += [self._compare, self._compare, self._logic, self._logic, self._any]
        elif kind in NUMBERS:
            general += [self._sum_of_two, self._product, self._extreme, self._members]
            general += {
                Kind.FEN: [self._rounded, self._floor],
                Kind.COUNT: [self._years, self._count, self._floor],
                Kind.EXACT_FEN: [self._quotient, self._quotient],
                Kind.RATIO: [self._quotient, self._rounded],
            }[kind]
        return self.draw(st.sampled_from(general))(kind, depth)

    def _where(self, kind: Kind, depth: int) -> Any:
        test = self.one(Kind.BOOLEAN, depth)
        return where(test, self.one(kind, depth), self.one(kind, depth))

    def _compare(self, kind: Kind, depth: int) -> Any:
        of = self.draw(st.sampled_from([*NUMBERS, *NUMBERS, Kind.DATE, Kind.CODE]))
        left, right = self.one(of, depth), self.one(of, depth)
        if of is Kind.CODE and self.draw(st.booleans()):
            right = "ill"
        ops = ["__eq__", "__ne__"] if of is Kind.CODE else ["__lt__", "__le__", "__gt__", "__ge__", "__eq__"]
        return getattr(left, self.draw(st.sampled_from(ops)))(right)

    def _logic(self, kind: Kind, depth: int) -> Any:
        left = self.one(kind, depth)
        match self.draw(st.sampled_from("&|~")):
            case "&":
                return left & self.one(kind, depth)
            case "|":
                return left | self.one(kind, depth)
            case _:
                return ~left

    def _sum_of_two(self, kind: Kind, depth: int) -> Any:
        left, right = self.one(kind, depth), self.one(kind, depth)
        return left + right if self.draw(st.booleans()) else left - right

    def _product(self, kind: Kind, depth: int) -> Any:
        by = Kind.COUNT if kind in (Kind.FEN, Kind.COUNT) else Kind.RATIO
        return self.one(kind, depth) * self.one(by, depth - 1)

    def _floor(self, kind: Kind, depth: int) -> Any:
        return self.one(kind, depth) // self._divisor(Kind.COUNT, depth)

    def _quotient(self, kind: Kind, depth: int) -> Any:
        if kind is Kind.EXACT_FEN:
            return self.one(Kind.FEN, depth) / self._divisor(Kind.COUNT, depth)
        of = self.draw(st.sampled_from([Kind.FEN, Kind.COUNT, Kind.EXACT_FEN, Kind.RATIO]))
        return self.one(of, depth) / self._divisor(of, depth)

    def _divisor(self, kind: Kind, depth: int) -> Any:
        """Mostly guarded, so that only some rules divide by zero."""
        plain = self.one(kind, depth - 1)
        return plain if self.draw(st.integers(0, 7)) == 0 else where(plain == 0, 3, plain)

    def _extreme(self, kind: Kind, depth: int) -> Any:
        of = self.draw(st.sampled_from([max_, min_]))
        return of(self.one(kind, depth), self.one(kind, depth))

    def _rounded(self, kind: Kind, depth: int) -> Any:
        modes: list[Any] = [*MODES, parameter("r.mode", unit="code", options=MODES)]
        mode = self.draw(st.sampled_from(modes))
        if kind is Kind.RATIO:
            step: Any = self.draw(st.sampled_from(["0.01", "1", "1/3"]))
            return rounded(self.one(kind, depth), to=step, mode=mode)
        step = self.draw(st.sampled_from([1, 100, parameter("r.step", unit="count")]))
        return rounded(self.one(Kind.EXACT_FEN, depth), to=step, mode=mode)

    def _years(self, kind: Kind, depth: int) -> Any:
        elapsed = self.draw(st.sampled_from([years, months]))
        since = self.one(Kind.DATE, depth)
        if self.draw(st.booleans()):
            return elapsed(since)
        return elapsed(since, MONTH if self.draw(st.booleans()) else self.one(Kind.DATE, depth))

    def _members(self, kind: Kind, depth: int) -> Any:
        return self._home().sum(lambda p: self._of_member(p).one(kind, depth))

    def _count(self, kind: Kind, depth: int) -> Any:
        return self._home().count(lambda p: self._of_member(p).one(Kind.BOOLEAN, depth))

    def _any(self, kind: Kind, depth: int) -> Any:
        return self._home().any_(lambda p: self._of_member(p).one(kind, depth))

    def _home(self) -> Any:
        return self.proxy.household if self.personal else self.proxy

    def _of_member(self, proxy: Any) -> Sentences:
        return Sentences(self.draw, proxy, personal=True, rules=self.rules)


@st.composite
def rule_sets(draw: Draw, depth: int = 3) -> tuple[Entity, list[Rule]]:
    """A household and one to five rules of it and of its members, resting on each other."""
    household, person = entities()
    rules: list[Rule] = []
    for number in range(draw(st.integers(1, 5))):
        of, kind = draw(st.sampled_from([household, household, person])), draw(st.sampled_from(list(Kind)))

        def body(proxy: Any, personal: bool = of is person, kind: Kind = kind) -> Any:
            return Sentences(draw, proxy, personal=personal, rules=rules).one(kind, depth)

        body.__name__ = f"rule_{number}"
        options = HEALTH if kind is Kind.CODE else None
        rules.append(of.rule(f"规则{number}", unit=UNITS[kind], options=options)(body))
    return household, rules


_VALUES: dict[str, list[Any]] = {
    "money": [0, 1, 50, 999, 54600, 1_234_567],
    "debt": [0, -1, -54600, 250, -7],
    "number": [-2, -1, 0, 1, 2, 3, 4],
    "share": [-1, 0, 1, Fraction(2, 3), Fraction(-7, 4)],
    "since": [date(2004, 2, 29), date(2005, 2, 28), date(1940, 12, 31), DAY, date(2030, 1, 1)],
    "state": list(HEALTH),
    "yes": [True, False],
}


def _row(dice: Random) -> dict[str, Any]:
    """Half of the rows are complete; in the others facts are missing, or asked and not answered."""
    known = {name: dice.choice(values) for name, values in _VALUES.items()}
    if dice.random() * 2 < 1:
        return known
    said = {name: dice.choice([value, value, value, None]) for name, value in known.items()}
    return {name: value for name, value in said.items() if dice.randrange(6)}


@st.composite
def towns(draw: Draw) -> list[tuple[Facts, str]]:
    """Up to thirty households, each in its place, some without anybody in them."""
    dice, count = Random(draw(st.integers(0, 10**6))), draw(st.integers(1, 30))
    return [
        (Facts(_row(dice), [_row(dice) for _ in range(dice.randrange(5))]), dice.choice(PLACES))
        for _ in range(count)
    ]


def classes_in(expression: Expression) -> set[type[Expression]]:
    """Every class of node an expression is made of."""
    values = [getattr(expression, field.name) for field in fields(expression)]
    inner = [classes_in(value) for value in values if isinstance(value, Expression)]
    return {type(expression)}.union(*inner)


def until(complete: Callable[[], bool], compare: Callable[[], None], rounds: int = 12) -> None:
    """Draw round after round, each from its own seed, until everything that must be met was met.

    One round may miss a rare operation by chance; that all rounds miss it means that it is no longer drawn.
    """
    for number in range(rounds):
        seed(number)(compare)()
        if complete():
            return

"""What a rule says, recorded: the nodes of the expression graph, one small class for each.

A rule function is called once, on a proxy; what it returns is made of these nodes.  Engines read them.  A
node knows its kind of value and whether it speaks of the household or of one person, so that a wrong type
or a mixture is refused when the rule is declared, with a sentence that names the cure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.units import Kind, Scalar

__all__ = [
    "AnyMember", "Arithmetic", "BenefitMonth", "Both", "Compare", "Constant", "CountMembers", "Either",
    "Expression", "FactRead", "Greatest", "Least", "Months", "Not", "OfHousehold", "ParameterRead",
    "Quotient", "Rounded", "RuleRead", "SumMembers", "Today", "Where", "Years", "expression", "options_of",
    "same_entity",
]  # fmt: skip

MONEY = frozenset({Kind.FEN, Kind.EXACT_FEN})
NUMBER = frozenset({Kind.COUNT, Kind.RATIO})


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A value that every case has, though no case is at hand while the rule is recorded."""

    kind: Kind
    entity: str | None
    __hash__: ClassVar[Any] = object.__hash__

    def __bool__(self) -> bool:
        raise Mistake(
            "rule_branches",
            "A rule describes every case at once: write & | ~ and where(), not and / or / not / if / in.",
        )

    def __iter__(self) -> Any:
        raise Mistake("rule_loops", "A rule cannot loop over members: use h.sum(), h.count() or h.any_().")

    def __float__(self) -> float:
        raise Mistake("rule_float", "Rules are exact: no float. Write a Fraction or a parameter.")

    def __add__(self, other: object) -> Expression:
        return _arithmetic("+", self, other)

    def __radd__(self, other: object) -> Expression:
        return _arithmetic("+", other, self)

    def __sub__(self, other: object) -> Expression:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: object) -> Expression:
        return _arithmetic("-", other, self)

    def __mul__(self, other: object) -> Expression:
        return _product(self, other)

    def __rmul__(self, other: object) -> Expression:
        return _product(other, self)

    def __truediv__(self, other: object) -> Expression:
        return _quotient(self, other)

    def __rtruediv__(self, other: object) -> Expression:
        return _quotient(other, self)

    def __floordiv__(self, other: object) -> Expression:
        return _floor(self, other)

    def __lt__(self, other: object) -> Expression:
        return _compare("<", self, other)

    def __le__(self, other: object) -> Expression:
        return _compare("<=", self, other)

    def __gt__(self, other: object) -> Expression:
        return _compare(">", self, other)

    def __ge__(self, other: object) -> Expression:
        return _compare(">=", self, other)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return _compare("==", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return _compare("!=", self, other)

    def __and__(self, other: object) -> Expression:
        return _logic(Both, "&", self, other)

    def __rand__(self, other: object) -> Expression:
        return _logic(Both, "&", other, self)

    def __or__(self, other: object) -> Expression:
        return _logic(Either, "|", self, other)

    def __ror__(self, other: object) -> Expression:
        return _logic(Either, "|", other, self)

    def __invert__(self) -> Expression:
        need(self, Kind.BOOLEAN, "~")
        return Not(Kind.BOOLEAN, self.entity, self)


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Expression):
    """A figure the instrument itself fixes; what a place or a year may change is a parameter."""

    value: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class FactRead(Expression):
    """A fact of the household or the person."""

    name: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RuleRead(Expression):
    """The result of another rule of the same entity."""

    name: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ParameterRead(Expression):
    """A dated value of the place."""

    key: str
    unit: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Today(Expression):
    """The legal day the rule is applied on."""


@dataclass(frozen=True, slots=True, eq=False)
class BenefitMonth(Expression):
    """The first day of the month a benefit is reckoned for."""


@dataclass(frozen=True, slots=True, eq=False)
class OfHousehold(Expression):
    """A value of the household, read for one of its members."""

    inner: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Expression):
    """``+ - * //`` of like things; ``//`` rounds down also below zero."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Quotient(Expression):
    """An exact fraction: compared unrounded, by cross-multiplication, in every engine."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Rounded(Expression):
    """The one place where a fraction becomes whole: to a step, half up unless the rule says otherwise."""

    inner: Expression
    step: Expression
    mode: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Expression):
    """``< <= > >= == !=``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Both(Expression):
    """Both conditions."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Either(Expression):
    """One condition or the other, or both."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Not(Expression):
    """The opposite."""

    inner: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Where(Expression):
    """One value where the condition holds, else the other; only the branch taken is looked at."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Greatest(Expression):
    """The greater of two."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Least(Expression):
    """The lesser of two."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Years(Expression):
    """Full years reached on a birthday; 29 February counts on the 28th of a common year."""

    birth: Expression
    at: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Months(Expression):
    """Full months reached on the same day number, or at the end of a month that has none."""

    since: Expression
    at: Expression


@dataclass(frozen=True, slots=True, eq=False)
class SumMembers(Expression):
    """A sum over all persons recorded in the household."""

    inner: Expression


@dataclass(frozen=True, slots=True, eq=False)
class CountMembers(Expression):
    """How many persons of the household a condition holds for."""

    inner: Expression


@dataclass(frozen=True, slots=True, eq=False)
class AnyMember(Expression):
    """Whether a condition holds for at least one person of the household."""

    inner: Expression


def expression(value: object, *, like: Kind | None = None) -> Expression:
    """A node as it is; a literal as a constant, taking the kind of what it meets (0 fen, 0 persons)."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool):
        return Constant(Kind.BOOLEAN, None, value)
    if isinstance(value, int):
        return Constant(like if like in MONEY | NUMBER and like is not None else Kind.COUNT, None, value)
    if isinstance(value, Fraction):
        return Constant(Kind.RATIO, None, value)
    if isinstance(value, str):
        return Constant(Kind.CODE, None, value)
    if type(value) is date:
        return Constant(Kind.DATE, None, value)
    if isinstance(value, float):
        raise Mistake("rule_float", f"{value} is a float. Write an int, a Fraction or a parameter.")
    raise Mistake("rule_literal", f"{value!r} cannot stand in a rule. Return and combine expressions only.")


def need(one: Expression, kind: Kind, where: str) -> None:
    """Refuse a node of another kind."""
    if one.kind is not kind:
        raise Mistake("rule_type", f"{where} takes {kind}, not {one.kind}.")


def same_entity(*parts: Expression) -> str | None:
    """The entity a node speaks of; the household and a person never mix by accident."""
    found = {part.entity for part in parts if part.entity is not None}
    if len(found) > 1:
        cure = "from a person write p.household.x; from the household write h.sum(lambda p: p.x)"
        raise Mistake("rule_mixes_entities", f"An expression mixes {' and '.join(sorted(found))}: {cure}.")
    return next(iter(found), None)


def _pair(left: object, right: object, *, adapt: bool = True) -> tuple[Expression, Expression, str | None]:
    like_left = left.kind if adapt and isinstance(left, Expression) else None
    like_right = right.kind if adapt and isinstance(right, Expression) else None
    a, b = expression(left, like=like_right), expression(right, like=like_left)
    return a, b, same_entity(a, b)


def common_kind(where: str, a: Expression, b: Expression) -> Kind:
    """Like with like: whole and exact money meet as exact, counts and ratios as ratios."""
    if a.kind is b.kind:
        return a.kind
    if {a.kind, b.kind} <= MONEY:
        return Kind.EXACT_FEN
    if {a.kind, b.kind} <= NUMBER:
        return Kind.RATIO
    raise Mistake("rule_type", f"{where} cannot combine {a.kind} with {b.kind}: bring both to one kind.")


def _arithmetic(op: str, left: object, right: object) -> Expression:
    a, b, entity = _pair(left, right)
    kind = common_kind(op, a, b)
    if kind not in MONEY | NUMBER:
        raise Mistake("rule_type", f"{op} takes money or numbers, not {kind}.")
    return Arithmetic(kind, entity, op, a, b)


def _product(left: object, right: object) -> Expression:
    a, b, entity = _pair(left, right, adapt=False)
    kinds = {a.kind, b.kind}
    if not kinds <= MONEY | NUMBER or kinds <= MONEY:
        raise Mistake("rule_type", f"* cannot multiply {a.kind} by {b.kind}: one of them must be a number.")
    if kinds & MONEY:
        kind = Kind.FEN if kinds == {Kind.FEN, Kind.COUNT} else Kind.EXACT_FEN
    else:
        kind = Kind.COUNT if kinds == {Kind.COUNT} else Kind.RATIO
    return Arithmetic(kind, entity, "*", a, b)


def _quotient(left: object, right: object) -> Expression:
    a, b, entity = _pair(left, right, adapt=False)
    if a.kind in MONEY:
        kind = Kind.RATIO if b.kind in MONEY else Kind.EXACT_FEN
    else:
        kind = Kind.RATIO
    if not {a.kind, b.kind} <= MONEY | NUMBER or (b.kind in MONEY and a.kind not in MONEY):
        raise Mistake("rule_type", f"/ cannot divide {a.kind} by {b.kind}.")
    return Quotient(kind, entity, a, b)


def _floor(left: Expression, right: object) -> Expression:
    a, b, entity = _pair(left, right, adapt=False)
    if a.kind not in (Kind.FEN, Kind.COUNT) or b.kind is not Kind.COUNT:
        raise Mistake("rule_type", f"// divides whole fen or a count by a count, not {a.kind} by {b.kind}.")
    return Arithmetic(a.kind, entity, "//", a, b)


def _compare(op: str, left: Expression, right: object) -> Expression:
    a, b, entity = _pair(left, right)
    kind = common_kind(op, a, b)
    if kind in (Kind.CODE, Kind.BOOLEAN) and op not in ("==", "!="):
        raise Mistake("rule_type", f"{kind} has no order: compare with == or !=.")
    for one, other in ((a, b), (b, a)):
        options = options_of(one)
        if options and isinstance(other, Constant) and other.value not in options:
            raise Mistake("rule_code", f"{other.value!r} is none of the codes {', '.join(options)}.")
    return Compare(Kind.BOOLEAN, entity, op, a, b)


def options_of(node: Expression) -> tuple[str, ...]:
    """The codes a fact, rule or parameter may hold; empty for what is no code."""
    match node:
        case FactRead() | RuleRead() | ParameterRead():
            return node.options
        case OfHousehold():
            return options_of(node.inner)
        case _:
            return ()


def _logic(node: type[Both] | type[Either], op: str, left: object, right: object) -> Expression:
    a, b, entity = _pair(left, right)
    need(a, Kind.BOOLEAN, op)
    need(b, Kind.BOOLEAN, op)
    return node(Kind.BOOLEAN, entity, a, b)

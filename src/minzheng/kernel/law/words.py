"""The functions a rule is written with, beside the operators: where, by_code, rounded, years and the like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression, expression
from minzheng.kernel.law.units import Kind, unit_of

__all__ = [
    "MONTH",
    "TODAY",
    "by_code",
    "divide",
    "max_",
    "min_",
    "months",
    "parameter",
    "ratio_at_least",
    "rounded",
    "since",
    "where",
    "years",
]

TODAY: Expression = nodes.Today(Kind.DATE, None)
"""The legal day the rule is applied on."""

MONTH: Expression = nodes.BenefitMonth(Kind.DATE, None)
"""The first day of the benefit month."""


def parameter(key: str, *, unit: str, options: Sequence[str] = ()) -> Expression:
    """The dated value of the place, on the day the rule is applied; a code is one of its options."""
    if (unit == "code") is not bool(options):
        raise Mistake("rule_code", f"Parameter {key}: a code, and only a code, lists its options.")
    return nodes.ParameterRead(unit_of(unit).kind, None, key, unit, tuple(options))


def where(condition: object, yes: object, no: object) -> Expression:
    """``yes`` where the condition holds, else ``no``."""
    test = expression(condition)
    nodes.need(test, Kind.BOOLEAN, "where()")
    a = expression(yes, like=no.kind if isinstance(no, Expression) else None)
    b = expression(no, like=a.kind)
    return nodes.Where(nodes.common_kind("where()", a, b), nodes.same_entity(test, a, b), test, a, b)


def by_code(code: Expression, **values: object) -> Expression:
    """A value for each option of a code, none forgotten."""
    options = nodes.options_of(code)
    if set(options) != set(values):
        raise Mistake("rule_code", f"by_code() needs one value for each of: {', '.join(options)}.")
    names = list(values)
    result = expression(values[names[-1]])
    for name in reversed(names[:-1]):
        result = where(code == name, values[name], result)
    return result


def max_(a: object, b: object) -> Expression:
    """The greater of two."""
    return _extreme(nodes.Greatest, a, b)


def min_(a: object, b: object) -> Expression:
    """The lesser of two."""
    return _extreme(nodes.Least, a, b)


def _extreme(node: type[nodes.Greatest] | type[nodes.Least], a: object, b: object) -> Expression:
    left = expression(a, like=b.kind if isinstance(b, Expression) else None)
    right = expression(b, like=left.kind)
    kind = nodes.common_kind("max_/min_", left, right)
    if kind not in nodes.MONEY | nodes.NUMBER:
        raise Mistake("rule_type", f"max_/min_ takes money or numbers, not {kind}.")
    return node(kind, nodes.same_entity(left, right), left, right)


def since(day: date, new: object, before: object) -> Expression:
    """What an instrument says from the day it is in force, and what was said before it."""
    return where(expression(TODAY) >= day, new, before)


def years(birth: object, at: object = TODAY) -> Expression:
    """Full years of age, today or at another day such as MONTH."""
    return _elapsed(nodes.Years, "years()", birth, at)


def months(from_: object, at: object = TODAY) -> Expression:
    """Full months since a day, until today or another day."""
    return _elapsed(nodes.Months, "months()", from_, at)


def _elapsed(
    node: type[nodes.Years] | type[nodes.Months], word: str, from_: object, at: object
) -> Expression:
    first, last = expression(from_), expression(at)
    nodes.need(first, Kind.DATE, word)
    nodes.need(last, Kind.DATE, word)
    return node(Kind.COUNT, nodes.same_entity(first, last), first, last)


def rounded(value: object, *, to: object = 1, mode: object = "half_up") -> Expression:
    """Exact money to whole fen (``to``: 1, or 100 for whole yuan); a ratio to a step such as "0.01"."""
    inner = expression(value)
    if inner.kind in nodes.MONEY:
        step, kind = expression(to), Kind.FEN
        nodes.need(step, Kind.COUNT, "rounded(to=)")
    elif inner.kind in nodes.NUMBER:
        step, kind = expression(Fraction(to) if isinstance(to, str | int) else to), Kind.RATIO
    else:
        raise Mistake("rule_type", f"rounded() takes money or a ratio, not {inner.kind}.")
    how = expression(mode)
    nodes.need(how, Kind.CODE, "rounded(mode=)")
    if isinstance(how, nodes.Constant) and how.value not in ("half_up", "up", "down"):
        raise Mistake("rule_code", f"rounded() knows half_up, up and down, not {how.value!r}.")
    return nodes.Rounded(kind, nodes.same_entity(inner, step, how), inner, step, how)


def divide(num: object, den: object, *, rounding: object) -> Expression:
    """Whole fen from a division, with the rounding the rule declares."""
    return rounded(expression(num) / den, mode=rounding)


def ratio_at_least(a: object, b: object, c: object) -> Expression:
    """a ÷ b ≥ c, compared exactly as a ≥ c × b (b is never negative)."""
    share = expression(a)
    return share >= expression(b, like=share.kind) * expression(c)

"""Columns of exact fractions: a numerator for each row, a denominator above zero, mostly one for all rows.

Denominators are brought together when figures meet, and fractions are reduced only where they would
otherwise grow past 64 bits.  Comparisons never fail: they fall back to unbounded numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.law.engines.whole import (
    LARGEST,
    ONE,
    Mask,
    Whole,
    combined,
    either,
    picked,
    sign_of,
    tightened,
    whole,
)

__all__ = ["Exact", "added", "chosen", "compared", "divided", "floored", "multiplied", "sound", "steps"]

_SHARED = 10**6  # denominators up to here are brought together rather than kept row by row
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Exact:
    """Numerators over denominators; whole numbers, days, codes and truths stand over one."""

    n: Whole
    d: Whole = ONE

    @property
    def over(self) -> Mask:
        """The rows in which the figure was too large to hold."""
        return either(self.n.over, self.d.over)


def sound(one: Exact) -> Exact:
    """The same figures, with a denominator above zero also in rows that were too large to hold."""
    if one.over is None:
        return one
    return Exact(replace(one.n, over=None), replace(_at_least_one(one.d), over=None))


def _reduced(one: Exact) -> Exact:
    if one.d.same and one.d.value == 1:
        return Exact(tightened(one.n))
    if one.n.same and one.d.same:
        shared = whole(gcd(one.n.value, one.d.value))
    elif max(abs(one.n.low), one.n.high, one.d.high) > LARGEST:
        return one
    else:
        shared = whole(np.gcd(one.n.value, one.d.value))
    return Exact(tightened(combined("//", one.n, shared)), tightened(combined("//", one.d, shared)))


def _retried(reckon: Callable[[Exact, Exact], Exact], a: Exact, b: Exact) -> Exact:
    """Once as the figures stand; with reduced figures where some rows were too large."""
    result = reckon(a, b)
    return reckon(_reduced(a), _reduced(b)) if result.over is not None else result


def _factors(a: Whole, b: Whole) -> tuple[Whole, Whole]:
    """What two denominators are to be multiplied by to become equal."""
    if a is b or (a.same and b.same and a.value == b.value):
        return ONE, ONE
    if a.same and b.same:
        shared = gcd(a.value, b.value)
        return whole(b.value // shared), whole(a.value // shared)
    if a.high <= LARGEST and b.high <= LARGEST and (a.high * b.high > LARGEST):
        by = whole(np.gcd(a.value, b.value))
        return combined("//", b, by), combined("//", a, by)
    return b, a


def _times(one: Whole, factor: Whole) -> Whole:
    return one if factor is ONE or (factor.same and factor.value == 1) else combined("*", one, factor)


def added(op: str, a: Exact, b: Exact) -> Exact:
    """``+`` or ``-``."""

    def reckon(a: Exact, b: Exact) -> Exact:
        left, right = _factors(a.d, b.d)
        return Exact(combined(op, _times(a.n, left), _times(b.n, right)), _times(a.d, left))

    return _retried(reckon, a, b)


def multiplied(a: Exact, b: Exact) -> Exact:
    """``*``."""
    return _retried(lambda a, b: Exact(_times(a.n, b.n), _times(a.d, b.d)), a, b)


def floored(a: Exact, b: Exact) -> Exact:
    """``//`` of whole numbers, down also below zero; the divisor is not zero."""
    return Exact(combined("//", a.n, b.n))


def divided(a: Exact, b: Exact) -> Exact:
    """``/``; the divisor is not zero."""

    def reckon(a: Exact, b: Exact) -> Exact:
        n, d = _times(a.n, b.d), _times(a.d, b.n)
        if d.low > 0:
            return Exact(n, d)
        turn = sign_of(b.n)
        d = combined("*", d, turn)
        return Exact(combined("*", n, turn), Whole(d.value, max(d.low, 1), d.high, d.over))

    return _retried(reckon, a, b)


def compared(op: str, a: Exact, b: Exact) -> Any:
    """The truth of a comparison, row by row, by cross-multiplication."""
    left, right = _factors(a.d, b.d)
    x, y = _times(a.n, left), _times(b.n, right)
    if either(x.over, y.over) is None:
        return _COMPARE[op](x.value, y.value)
    wide = [np.asarray(one.value, dtype=object) for one in (a.n, b.d, b.n, a.d)]
    return np.asarray(_COMPARE[op](wide[0] * wide[1], wide[2] * wide[3]), dtype=np.bool_)


def chosen(take: NDArray[np.bool_], a: Exact, b: Exact) -> Exact:
    """``a`` in the marked rows, ``b`` in the others."""
    if a.d.same and b.d.same and max(a.d.value, b.d.value) <= _SHARED:
        left, right = _factors(a.d, b.d)
        x, y = _times(a.n, left), _times(b.n, right)
        if either(x.over, y.over) is None:
            return Exact(picked(take, x, y), _times(a.d, left))
    return Exact(picked(take, a.n, b.n), picked(take, a.d, b.d))


def steps(one: Exact, step: Exact) -> tuple[Whole, Whole, Whole]:
    """How many times a step above zero goes into the figure without its sign; what is left, out of what."""

    def reckon(a: Exact, b: Exact) -> Exact:
        return Exact(_times(a.n, b.d), _times(a.d, b.n))

    size = Exact(combined("*", one.n, sign_of(one.n)), one.d)
    share = _retried(reckon, size, step)
    n = Whole(share.n.value, max(share.n.low, 0), share.n.high, share.n.over)
    d = share.d if share.d.low > 0 else _at_least_one(share.d)
    return combined("//", n, d), combined("%", n, d), d


def _at_least_one(one: Whole) -> Whole:
    """A denominator in a row that is decided elsewhere may have become zero."""
    value = max(one.value, 1) if one.same else np.maximum(one.value, 1)
    return Whole(value, 1, max(one.high, 1), one.over)

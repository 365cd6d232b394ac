"""Columns of whole numbers that cannot overflow in silence.

Every column knows bounds of its values.  Where the bounds prove that a result fits 64 bits, nothing more is
checked; where they do not, the result is reckoned in Python's own whole numbers and the rows that are too
large are marked.  A number that is the same in every row stays a Python number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LARGEST",
    "ONE",
    "Mask",
    "Whole",
    "combined",
    "either",
    "held",
    "picked",
    "sign_of",
    "tightened",
    "whole",
]

LARGEST = 2**63 - 1
"""Kept clear of -2**63, so that a sign can always be turned."""

Mask = NDArray[np.bool_] | None
"""Marked rows; None where no row is."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A number, or one for each row, with bounds, and the rows whose number was too large to hold."""

    value: Any
    low: int
    high: int
    over: Mask = None

    @property
    def same(self) -> bool:
        """Whether it is one number for every row."""
        return not isinstance(self.value, np.ndarray)


def whole(value: Any) -> Whole:
    """A number or a column with its true bounds."""
    if not isinstance(value, np.ndarray):
        return Whole(value, int(value), int(value))
    if value.size == 0:
        return Whole(value, 0, 0)
    return Whole(value, int(value.min()), int(value.max()))


ONE = whole(1)


def tightened(one: Whole) -> Whole:
    """The same column with its true bounds."""
    return replace(whole(one.value), over=one.over)


def either(*masks: Mask) -> Mask:
    """Rows marked in any of these."""
    marked = [mask for mask in masks if mask is not None]
    if not marked:
        return None
    result = marked[0]
    for mask in marked[1:]:
        result = result | mask
    return result


_Bounds = tuple[int, int]


def _sum(a: Whole, b: Whole) -> _Bounds:
    return a.low + b.low, a.high + b.high


def _difference(a: Whole, b: Whole) -> _Bounds:
    return a.low - b.high, a.high - b.low


def _product(a: Whole, b: Whole) -> _Bounds:
    corners = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
    return min(corners), max(corners)


def _quotient(a: Whole, b: Whole) -> _Bounds:
    most = max(abs(a.low), abs(a.high))
    return -most, most


def _remainder(a: Whole, b: Whole) -> _Bounds:
    return 0, max(b.high - 1, 0)


_OPERATIONS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Whole, Whole], _Bounds]]] = {
    "+": (lambda a, b: a + b, _sum),
    "-": (lambda a, b: a - b, _difference),
    "*": (lambda a, b: a * b, _product),
    "//": (lambda a, b: a // b, _quotient),
    "%": (lambda a, b: a % b, _remainder),
}


def combined(op: str, a: Whole, b: Whole) -> Whole:
    """``+ - * // %`` row by row; a divisor is never zero, and above zero for a remainder."""
    run, bounds = _OPERATIONS[op]
    over = either(a.over, b.over)
    if a.same and b.same:
        return Whole(value := run(a.value, b.value), value, value, over)
    low, high = bounds(a, b)
    if not _fits(a, b, low, high):
        a, b = tightened(a), tightened(b)
        low, high = bounds(a, b)
    if _fits(a, b, low, high):
        return Whole(run(a.value, b.value), low, high, over)
    exact = run(_unbounded(a), _unbounded(b))
    return held(exact, over)


def _fits(a: Whole, b: Whole, low: int, high: int) -> bool:
    return all(-LARGEST <= one <= LARGEST for one in (low, high, a.low, a.high, b.low, b.high))


def _unbounded(one: Whole) -> Any:
    return one.value if one.same else one.value.astype(object)


def held(exact: NDArray[Any], over: Mask) -> Whole:
    """What fits 64 bits; the rest is marked and reads zero."""
    large = ((exact > LARGEST) | (exact < -LARGEST)).astype(np.bool_)
    value = np.where(large, 0, exact).astype(np.int64)
    return replace(whole(value), over=either(over, large if large.any() else None))


def picked(take: NDArray[np.bool_], a: Whole, b: Whole) -> Whole:
    """``a`` in the marked rows, ``b`` in the others."""
    low, high = min(a.low, b.low), max(a.high, b.high)
    if low >= -LARGEST and high <= LARGEST:
        if a.same and b.same and a.value == b.value:
            return a
        return Whole(np.where(take, a.value, b.value), low, high, either(a.over, b.over))
    exact = np.where(take, np.asarray(a.value, dtype=object), np.asarray(b.value, dtype=object))
    return held(exact, either(a.over, b.over))


def sign_of(one: Whole) -> Whole:
    """-1 below zero, else 1."""
    if one.same:
        return whole(-1 if one.value < 0 else 1)
    return Whole(np.where(one.value < 0, -1, 1), -1, 1)

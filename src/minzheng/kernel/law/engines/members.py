"""What a household makes of its members' columns: a sum, a count, a test; nobody is a household too."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.law.engines.cells import Cell, Frame, cell
from minzheng.kernel.law.engines.exact import Exact, added, sound
from minzheng.kernel.law.engines.whole import LARGEST, ONE, Mask, Whole, combined, either, held, whole
from minzheng.kernel.law.plan import Node, Space

__all__ = ["any_member", "counted", "summed"]


def _reduced(ufunc: np.ufunc, values: NDArray[Any], frame: Frame, *, empty: Any, dtype: Any) -> NDArray[Any]:
    """One value a household; ``empty`` for a household without members."""
    starts, filled = frame.table.starts[:-1], frame.counts > 0
    result: NDArray[Any] = np.full(len(starts), empty, dtype=dtype)
    if filled.all() and len(starts):
        result[:] = ufunc.reduceat(values, starts, dtype=dtype)
    elif filled.any():
        result[filled] = ufunc.reduceat(values, starts[filled], dtype=dtype)
    return result


def _masks(inner: Cell, frame: Frame) -> tuple[Mask, Mask]:
    """Known where every member's is; to be looked at again where any member's is."""
    known, again = inner.known, inner.again
    if known is not None:
        known = _reduced(np.logical_and, known, frame, empty=True, dtype=np.bool_)
    if again is not None:
        again = _reduced(np.logical_or, again, frame, empty=False, dtype=np.bool_)
    return known, again


def any_member(frame: Frame, node: Node) -> Cell:
    """True as soon as it holds for one; false if it is known not to hold for all."""
    inner = frame.at(node.parts[0], Space.MEMBER)
    known, again = _masks(inner, frame)
    value = inner.exact.n.value
    if inner.exact.n.same:
        found = (frame.counts > 0) & bool(value)
    else:
        found = _reduced(np.logical_or, value, frame, empty=False, dtype=np.bool_)
    return Cell(Exact(Whole(found, 0, 1)), None if known is None else known | found, again)


def counted(frame: Frame, node: Node) -> Cell:
    """How many it holds for."""
    inner = frame.at(node.parts[0], Space.MEMBER)
    known, again = _masks(inner, frame)
    value = inner.exact.n.value
    if inner.exact.n.same:
        found = frame.counts * int(value)
    else:
        found = _reduced(np.add, value, frame, empty=0, dtype=np.int64)
    return Cell(Exact(Whole(found, 0, _most(frame))), known, again)


def summed(frame: Frame, node: Node) -> Cell:
    """The sum, over one denominator where the members' are the same."""
    inner = frame.at(node.parts[0], Space.MEMBER)
    known, again = _masks(inner, frame)
    if inner.exact.d.same:
        return cell(Exact(_summed(inner.exact.n, frame), inner.exact.d), known, again)
    total, over = _one_by_one(inner.exact, frame)
    return cell(total, known, either(again, over if known is None or over is None else over & known))


def _most(frame: Frame) -> int:
    return int(frame.counts.max()) if len(frame.counts) else 0


def _summed(one: Whole, frame: Frame) -> Whole:
    if one.same:
        return combined("*", one, whole(frame.counts))
    most = _most(frame)
    low, high = min(0, one.low * most), max(0, one.high * most)
    if low >= -LARGEST and high <= LARGEST:
        return Whole(_reduced(np.add, one.value, frame, empty=0, dtype=np.int64), low, high)
    return held(_reduced(np.add, one.value.astype(object), frame, empty=0, dtype=object), None)


def _one_by_one(one: Exact, frame: Frame) -> tuple[Exact, Mask]:
    """First members, then second members …: their denominators meet two at a time."""
    total, over = Exact(whole(0)), None
    for number in range(_most(frame)):
        has = frame.counts > number
        at = np.where(has, frame.table.starts[:-1] + number, 0)
        n = one.n if one.n.same else Whole(one.n.value[at], one.n.low, one.n.high)
        d = Whole(np.where(has, one.d.value[at], 1), min(one.d.low, 1), max(one.d.high, 1))
        n = combined("*", n, Whole(has.astype(np.int64), 0, 1))
        together = added("+", total, Exact(n, d))
        over = either(over, together.over)
        total = sound(together)
    return (total, over) if total.d is not ONE else (Exact(total.n), over)

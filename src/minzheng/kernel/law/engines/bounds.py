"""The proof that nothing overflows: how large every figure of a program can become, before it is run.

Facts are taken to lie within bounds that the kernel checks row by row; from these and from the parameters of
the day every other bound follows.  Where even the smallest bounds prove nothing, no kernel is run at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from minzheng.kernel.law.engines.flat import Op, Program, value_of
from minzheng.kernel.law.plan import Space

__all__ = ["LARGEST", "Bounds", "proven"]

LARGEST = 2**63 - 1
_STEPS = tuple(10**power for power in (13, 12, 11, 10, 9, 8, 7))  # fen: from 100 billion yuan down to 100,000

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest fact that is taken, without its sign; a household with a larger one is decided alone.

    ``ranges`` are, by operation, the smallest and the largest value it can then have.
    """

    fact: int
    ranges: Mapping[int, Range] = field(default_factory=dict, repr=False)


def proven(
    program: Program,
    places: Mapping[int, Sequence[int]],
    *,
    members: int,
    limits: Mapping[tuple[Space, str], Range],
    largest: int = LARGEST,
) -> Bounds | None:
    """The most generous bounds under which no operation can leave 64 bits (or ``largest``), or none.

    ``places`` are the values of the operations known beforehand, ``limits`` what is certain of a fact's column.
    """
    for most in _STEPS:
        ranges = _ranges(program, places, most, members=members, limits=limits, largest=largest)
        if ranges is not None:
            return Bounds(most, ranges)
    return None


def _ranges(
    program: Program,
    places: Mapping[int, Sequence[int]],
    most: int,
    *,
    members: int,
    limits: Mapping[tuple[Space, str], Range],
    largest: int,
) -> dict[int, Range] | None:
    found: dict[int, Range] = {}
    checked = {op.payload for op in program.ops if op.name == "over"}
    for op in program.ops:
        if op.truth:
            found[op.index] = (0, 1)
            continue
        if op.space is Space.PLACE:
            values = places.get(op.index) or [value_of(op)]
            found[op.index] = (min(values), max(values))
        elif op.name == "fact":
            low, high = limits.get(op.payload, (-most, most))
            # Only where every row is looked at may the bound be tighter than what the column can hold.
            found[op.index] = (max(low, -most), min(high, most)) if op.payload in checked else (low, high)
        else:
            found[op.index] = _reckoned(op, found, members)
        if max(abs(one) for one in found[op.index]) > largest:
            return None
    return found


def _reckoned(op: Op, found: Mapping[int, Range], members: int) -> Range:
    """The range of an operation from those of its parts."""
    parts = [found[part.index] for part in op.parts]
    if op.name == "sum":
        ((low, high),) = parts
        return min(0, low * members), max(0, high * members)
    return _whole_steps(op, found) or _picked(op, found) or _RANGES[op.name](*parts)


def _whole_steps(op: Op, found: Mapping[int, Range]) -> Range | None:
    """What was divided and is multiplied by its divisor again stays less than one step from where it was."""
    for step, quotient in (op.parts, op.parts[::-1]) if op.name == "mul" else ():
        if quotient.name == "floor" and quotient.parts[1] is step:
            (low, high), size = found[quotient.parts[0].index], max(map(abs, found[step.index]))
            return low - size, high + size
    return None


def _picked(op: Op, found: Mapping[int, Range]) -> Range | None:
    """A figure without its sign is not negative; one in the place of zero is not zero."""
    if op.name != "pick" or len(op.parts[0].parts) != 2:
        return None
    test, other, value = op.parts
    low, high = found[value.index]
    if test.name in ("le", "lt") and set(test.parts) == {other, value} and other is not value:
        extreme = max if other is test.parts[1] else min
        return extreme(low, found[other.index][0]), extreme(high, found[other.index][1])
    if test.name == "lt" and test.parts[0] is value and value_of(test.parts[1]) == 0:
        turned = other.name == "sub" and value_of(other.parts[0]) == 0 and other.parts[1] is value
        return (0, max(-low, high, 0)) if turned else None
    if test.name == "eq" and value in test.parts and 0 in [value_of(part) for part in test.parts]:
        a, b = found[other.index]
        return min(a, low + (low == 0)), max(b, high - (high == 0))
    return None


def _product(a: Range, b: Range) -> Range:
    corners = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    return min(corners), max(corners)


def _floor(a: Range, b: Range) -> Range:
    most = max(abs(a[0]), abs(a[1]))
    return (0 if a[0] >= 0 and b[0] > 0 else -most), most


_RANGES: Mapping[str, Callable[..., Range]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "sub": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "mul": _product,
    "floor": _floor,
    "pick": lambda test, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    "age": lambda birth, at: (-10_000, 10_000),
    "packed": lambda day: (10101, 100000101),
    "most": lambda a: (1, max(1, a[1])),
}

"""What a target is likely to come to by its day, from the pace of what is known (预测, handbook 14 §5).

The pace is that of the months looked back at; the interval is what the slowest and the fastest stretch of them, each as
long as the time that is left, would bring.  Exact fractions throughout; nothing is said where too little is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .progress import met

__all__ = ["Ahead", "Outcome", "project", "weighed"]

Outcome = Literal["met", "likely", "unsure", "unlikely", "missed", "unsaid"]


@dataclass(frozen=True)
class Ahead:
    """The projected value and its interval, in the unit of the target."""

    value: Fraction
    low: Fraction
    high: Fraction


def project(
    known: Sequence[tuple[int, Fraction]], ahead: int, *, least: int, most: Fraction | None = None
) -> Ahead | None:
    """The value so many months ahead of the last known one; ``known`` are pairs of month (from anywhere) and value.

    With fewer than ``least`` known months, or only one stretch among them, nothing can be said.  No value falls below
    nought, nor above ``most`` (a share is never more than the whole).
    """
    if len(known) < least:
        return None
    span = known[-1][0] - known[0][0]
    paces = _paces(known, max(1, min(ahead, span // 2)))
    if len(paces) < 2:
        return None
    last, mean = known[-1][1], (known[-1][1] - known[0][1]) / span
    return Ahead(*(_kept(last + pace * ahead, last, most) for pace in (mean, min(paces), max(paces))))


def weighed(of: Ahead, op: str, target: Fraction) -> Outcome:
    """Whether the whole interval reaches the target, none of it, or only a part."""
    reached = [met(value, op, target) for value in (of.low, of.high)]
    return "likely" if all(reached) else "unsure" if any(reached) else "unlikely"


def _paces(known: Sequence[tuple[int, Fraction]], length: int) -> list[Fraction]:
    """The pace of each stretch: from every known month to the first known one so many months later."""
    found = []
    for at, (month, value) in enumerate(known):
        after = next((one for one in known[at + 1 :] if one[0] - month >= length), None)
        if after is not None:
            found.append((after[1] - value) / (after[0] - month))
    return found


def _kept(value: Fraction, last: Fraction, most: Fraction | None) -> Fraction:
    """Within what is possible."""
    floor = min(Fraction(0), last)
    return max(floor, value if most is None else min(value, most))

"""Drawing by lot so that anybody can draw again (双随机): pure, from nothing but what is stored with the draw.

The seed is SM3 over the number of the plan, the string announced in public and the day; numbers come from HMAC-SM3
over a counter; the order is shuffled by Fisher and Yates; the first of each class are taken (handbook 13 §3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, TypeVar

from minzheng.kernel.errors import Refused
from minzheng.kernel.signing import mac_of, sm3

__all__ = ["Drawn", "draw", "seed_of", "taken"]

T = TypeVar("T")
_WORD = 8  # bytes of each number
_MOST = 1 << (8 * _WORD)


@dataclass(frozen=True)
class Drawn:
    """What came out: hash of what went in, the seed, and each subject with its inspectors."""

    input_sm3: str
    seed: str
    result: list[list[Any]]


def seed_of(plan: str, announced: str, day: str) -> str:
    """The seed, from what nobody could choose afterwards."""
    return sm3(f"{plan}‖{announced}‖{day}".encode())


def taken(many: int, share: Fraction, factor: Fraction) -> int:
    """How many of a class: the share, begun ones counted whole, never more than there are."""
    return min(many, max(1, ceil(share * factor * many))) if many else 0


def draw(inputs: Mapping[str, Any]) -> Drawn:
    """Subjects by class, then two inspectors for each, passing over whoever must stand aside (回避)."""
    seed = seed_of(inputs["plan"], inputs["announced"], inputs["day"])
    numbers = _numbers(seed)
    grades: dict[str, list[str]] = {}
    for key, grade in sorted(inputs["subjects"]):
        grades.setdefault(grade, []).append(key)
    share = Fraction(inputs["share"])
    chosen: list[str] = []
    for grade in sorted(grades):
        wanted = taken(len(grades[grade]), share, Fraction(inputs["factors"].get(grade, "1")))
        chosen += _shuffled(grades[grade], numbers)[:wanted]
    aside = {(key, who) for key, who in inputs["aside"]}
    result = [[key, _team(key, sorted(inputs["inspectors"]), aside, numbers)] for key in chosen]
    return Drawn(sm3(_canonical(inputs)), seed, result)


def _team(
    key: str, inspectors: Sequence[str], aside: set[tuple[str, str]], numbers: Iterator[int]
) -> list[str]:
    able = [who for who in _shuffled(inspectors, numbers) if (key, who) not in aside]
    if len(able) < 2:
        raise Refused("inspectors_few", "除去应当回避的人员后，检查人员不足两名，请补充检查人员名录。")
    return able[:2]


def _canonical(inputs: Mapping[str, Any]) -> bytes:
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _numbers(seed: str) -> Iterator[int]:
    """HMAC-SM3 under the seed over 0, 1, 2 …, four numbers of eight bytes from each."""
    at = 0
    while True:
        block = bytes.fromhex(mac_of(bytes.fromhex(seed), at.to_bytes(8, "big")))
        for begin in range(0, len(block), _WORD):
            yield int.from_bytes(block[begin : begin + _WORD], "big")
        at += 1


def _below(most: int, numbers: Iterator[int]) -> int:
    """Each of ``most`` numbers as likely as any other: what would favour the first is passed over."""
    fair = _MOST - _MOST % most
    return next(number for number in numbers if number < fair) % most


def _shuffled(items: Sequence[T], numbers: Iterator[int]) -> list[T]:
    """Fisher and Yates, from the end."""
    order = list(items)
    for at in range(len(order) - 1, 0, -1):
        other = _below(at + 1, numbers)
        order[at], order[other] = order[other], order[at]
    return order

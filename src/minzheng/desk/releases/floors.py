"""What a drafter should look at twice: a value that falls, one that leaps, a standard below its floor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from minzheng.kernel import catalogue, clock, declare, law
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.law.units import UNITS, Kind, cut
from minzheng.kernel.releases import values
from minzheng.kernel.releases.models import Release, ReleaseValue

from .known import is_standard
from .reach import read_value

__all__ = ["Doubt", "doubts", "general"]

_LEAP = Fraction(3, 2)  # more than half as much again is more often a slip of unit than a decision
_MONTHS = {"fen_per_year": 12}


@dataclass(frozen=True)
class Doubt:
    """A warning in a few words; it stops nothing."""

    text: str
    kind: str = "warn"
    more: str = ""


def doubts(of: Release, found: list[ReleaseValue]) -> dict[int, list[Doubt]]:
    """What is doubtful about each value of the draft."""
    told: dict[int, list[Doubt]] = defaultdict(list)
    for one in found:
        told[one.pk] += _alone(one)
    try:
        after = values.after(of)
    except Refused as error:
        return {one.pk: [*told[one.pk], Doubt("不能发布", "bad", error.message)] for one in found}
    for floor in catalogue.current().simulated[of.domain].item.floors:
        for one in found:
            if one.key in (floor.standard, floor.other) and (said := _below(floor, after, one)):
                told[one.pk].append(Doubt("低于下限", "warn", said))
    return told


def general(of: Release) -> list[str]:
    """What is to be known of the release as a whole."""
    if of.from_month < Month.of(clock.today()).first and of.state in ("draft", "simulated", "signed"):
        return [
            f"执行月份 {Month.of(of.from_month)} 已经过去：已发放的月份不改，差额在发布后列为补发或追缴。"
        ]
    return []


def _alone(one: ReleaseValue) -> list[Doubt]:
    old, new = _number(one.before, one.unit), _number(one.value, one.unit)
    if old is None or new is None:
        return [Doubt("与原值相同", "neutral")] if one.before and one.before == one.value else []
    if new == old:
        return [Doubt("与原值相同", "neutral")]
    found = []
    if new < old and is_standard(one.key):
        found.append(Doubt("低于原标准", "bad"))
    if old > 0 and (new > old * _LEAP or new * 2 < old):
        found.append(Doubt("变动超过一半", "warn", "请核对单位是月还是年。"))
    return found


def _number(text: str, unit: str) -> Fraction | None:
    if UNITS[unit].kind in (Kind.BOOLEAN, Kind.CODE, Kind.DATE):
        return None
    value = read_value(text, unit)
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _below(floor: declare.Floor, after: law.Parameters, one: ReleaseValue) -> str:
    """The sentence of a floor that would not be kept in the place of the value; empty where it is."""
    place, day = one.path, one.from_on
    standard, times, other = (
        after.find(key, path=place, on=day) for key in (floor.standard, floor.times, floor.other)
    )
    if standard is None or times is None or other is None:
        return ""
    least = Fraction(str(times.value)) * _a_month(other)
    if _a_month(standard) >= least:
        return ""
    need, title = least * (_MONTHS.get(standard.unit, 1)), after.title(floor.standard) or floor.standard
    unit = UNITS[standard.unit].suffix
    fen = -(-need.numerator // need.denominator)
    other_title = after.title(floor.other) or floor.other
    return (
        f"{title} {standard.in_words()}，低于{other_title}的 {times.in_words()} 倍，"
        f"应不低于 {cut(fen, 100, 2)} {unit}。请一并安排调整。"
    )


def _a_month(value: law.Value) -> Fraction:
    return Fraction(int(str(value.value)), _MONTHS.get(value.unit, 1))

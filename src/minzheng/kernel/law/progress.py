"""How a target stands: its path month by month, and the light that a figure gets (规划监测评估 handbook 14 §3, §4).

Everything is exact: shares are fractions, compared unrounded; counts on the path are rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

__all__ = ["Light", "Progress", "Thresholds", "cut_to", "light", "met", "months_elapsed", "path_on"]

Colour = Literal["blue", "green", "yellow", "red", "violet", "grey"]


@dataclass(frozen=True)
class Thresholds:
    """The parameters of the lights: from which share of the path on it is green or yellow, how near a ceiling warns.

    ``back`` is the share of the gap between base and target by which a value may fall behind the period before.
    """

    green: Fraction = Fraction(1)
    yellow: Fraction = Fraction(4, 5)
    ceiling: Fraction = Fraction(19, 20)
    coverage: Fraction = Fraction(19, 20)
    back: Fraction | None = Fraction(1, 20)


@dataclass(frozen=True)
class Progress:
    """One target in one place on one day.

    ``kind``: R share, N stock, F flow, C running total, Y floor or rise every year, K ceiling, B yes or no and Q enough
    per unit (both as the share of units), X in words.  ``years`` holds the value of each completed year of a yearly
    target; ``at_due`` the value on the due day, ``before`` that of the period before.  ``stale``, ``coverage`` and
    ``disputed`` tell how good the data are.
    """

    kind: str
    op: str
    target: Fraction | None
    due: date
    on: date
    begins: date = date(2020, 12, 31)
    base: Fraction | None = None
    value: Fraction | None = None
    at_due: Fraction | None = None
    before: Fraction | None = None
    years: Mapping[int, Fraction | None] = field(default_factory=dict)
    stale: bool = False
    coverage: Fraction = Fraction(1)
    disputed: bool = False


@dataclass(frozen=True)
class Light:
    """The colour, why, and what it was reckoned from; hatched where the data do not suffice for blue."""

    colour: Colour
    why: str
    done: Fraction | None = None
    elapsed: Fraction | None = None
    ratio: Fraction | None = None
    hatched: bool = False


def met(value: Fraction, op: str, target: Fraction) -> bool:
    """Whether the target is reached, unrounded."""
    return {
        ">=": value >= target,
        ">": value > target,
        "<=": value <= target,
        "<": value < target,
        "=": value == target,
    }[op or ">="]


def months_elapsed(begins: date, on: date) -> int:
    """Completed months: from 2020-12-31 to 2023-12-31 there are 36, whatever the days."""
    after, start = on + timedelta(days=1), begins + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    return max(0, months - (after.day < start.day))


def path_on(of: Progress) -> Fraction | None:
    """Where the target should stand on the day; ceilings and yearly floors are flat, counts are rounded up."""
    if of.target is None or of.kind in ("K", "Y"):
        return of.target
    if of.base is None:
        return None
    total = months_elapsed(of.begins, of.due)
    share = Fraction(min(months_elapsed(of.begins, of.on), total), total) if total else Fraction(1)
    exact = of.base + (of.target - of.base) * share
    return Fraction(-(-exact.numerator // exact.denominator)) if of.kind in ("N", "F", "C") else exact


def light(of: Progress, by: Thresholds | None = None) -> Light:
    """The light, with its reason in one sentence."""
    by = by or Thresholds()
    if of.kind == "B0":
        return Light("grey", "基期事实，不亮灯。")
    if of.kind == "X" or of.target is None:
        return Light("grey", "定性目标，没有可比的数值，不亮灯。")
    if of.kind == "Y":
        return _hatched(_yearly(of, of.target), of, by)
    if of.value is None:
        return Light("grey", "没有核实的数值。")
    if of.kind == "K":
        return _hatched(_ceiling(of.value, of.target, by), of, by)
    found = _after_due(of, of.target) if of.on >= of.due else _before_due(of, of.value, of.target, by)
    return _hatched(found, of, by)


def _ceiling(value: Fraction, target: Fraction, by: Thresholds) -> Light:
    if value > target:
        return Light("red", "已超过上限。")
    if value > target * by.ceiling:
        return Light("yellow", "接近上限。")
    return Light("blue", "未超过上限。")


def _yearly(of: Progress, target: Fraction) -> Light:
    """Every year counts by itself: one missed year is a miss in the end, however much the others have."""
    missed = [
        year
        for year, value in sorted(of.years.items())
        if value is not None and not met(value, of.op, target)
    ]
    known = [year for year, value in sorted(of.years.items()) if value is not None]
    wanted = set(range(of.begins.year + 1, of.due.year + 1))
    told = "、".join(f"{year}年" for year in missed)
    if of.on >= of.due:
        if missed:
            return Light("red", f"{told}未达到，年年须达到。")
        lacking = sorted(wanted - set(known))
        if lacking:
            return Light("grey", f"缺少{'、'.join(f'{year}年' for year in lacking)}的数值。")
        return Light("blue", "各年均已达到。")
    if not known:
        return Light("grey", "没有核实的年度数值。")
    if known[-1] in missed:
        return Light("red", f"{told}未达到。")
    return (
        Light("yellow", f"{told}未达到，以后各年已达到。") if missed else Light("green", "已过各年均达到。")
    )


def _after_due(of: Progress, target: Fraction) -> Light:
    at_due = of.at_due if of.at_due is not None or of.on > of.due else of.value
    if at_due is not None and met(at_due, of.op, target):
        return Light("blue", "到期时已达到。")
    if of.on > of.due and of.value is not None and met(of.value, of.op, target):
        return Light("violet", "到期后才达到。")
    return Light("red", "到期未达到。")


def _before_due(of: Progress, value: Fraction, target: Fraction, by: Thresholds) -> Light:
    if met(value, of.op, target):
        return Light("blue", "已达到目标。")
    if of.base is None:
        return Light("grey", "基期数值缺失。")
    total = months_elapsed(of.begins, of.due)
    elapsed = Fraction(months_elapsed(of.begins, of.on), total) if total else Fraction(1)
    if not elapsed:
        return Light("grey", "刚刚开始，尚无进度可比。")
    if target == of.base:
        return Light("yellow", "与基期持平。") if value == target else Light("red", "不如基期。")
    done = (value - of.base) / (target - of.base)
    ratio = done / elapsed
    if of.before is not None and by.back is not None and (value - of.before) / (target - of.base) < -by.back:
        return Light("red", "较上期倒退。", done, elapsed, ratio)
    if ratio >= by.green:
        return Light("green", "不慢于时间进度。", done, elapsed, ratio)
    if ratio >= by.yellow:
        return Light("yellow", "略慢于时间进度。", done, elapsed, ratio)
    return Light("red", "数值倒退。" if done < 0 else "明显慢于时间进度。", done, elapsed, ratio)


def _hatched(found: Light, of: Progress, by: Thresholds) -> Light:
    """With old or disputed data, or data of too few units, a light is shown hatched and is never blue."""
    few = of.coverage < by.coverage
    if found.colour == "grey" or not (of.stale or of.disputed or few):
        return found
    why = "数据过期。" if of.stale else "数值有异议。" if of.disputed else "数据来源覆盖不足。"
    colour: Colour = "green" if found.colour == "blue" else found.colour
    return Light(colour, found.why + why, found.done, found.elapsed, found.ratio, hatched=True)


def cut_to(value: Fraction, places: int, target: Fraction | None = None, *, ceiling: bool = False) -> str:
    """Rounded half up, but never so that it looks as if a target were reached, or a ceiling kept, that is not."""
    scale = 10**places
    cut = value * scale // 1
    number = int((value * scale + Fraction(1, 2)) // 1)
    if target is not None and ceiling and Fraction(number, scale) <= target < value:
        number = int(cut) + 1
    elif target is not None and not ceiling and value < target <= Fraction(number, scale):
        number = int(cut)
    sign, number = ("-" if number < 0 else ""), abs(number)
    return f"{sign}{number // scale:,}" + (f".{number % scale:0{places}d}" if places else "")

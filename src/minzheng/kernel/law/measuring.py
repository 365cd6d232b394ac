"""Ages, months and rounding as the law counts them: one meaning for every engine."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date
from fractions import Fraction

from minzheng.kernel.errors import Refused

__all__ = ["full_months", "full_years", "month_of", "round_to"]


def month_of(on: date, month: date | None = None) -> date:
    """The first day of the benefit month; without one, the month of the day itself."""
    return (month or on).replace(day=1)


def full_years(birth: date, on: date) -> int:
    """Full years (周岁), reached on the birthday; 29 February counts on the 28th of a common year."""
    common = on.year % 4 != 0 or (on.year % 100 == 0 and on.year % 400 != 0)
    day = 28 if common and (birth.month, birth.day) == (2, 29) else birth.day
    return on.year - birth.year - ((on.month, on.day) < (birth.month, day))


def full_months(since: date, on: date) -> int:
    """Full months, reached on the same day number, or at the end of a month that has none."""
    reached = on.day >= since.day or on.day == monthrange(on.year, on.month)[1]
    return (on.year - since.year) * 12 + on.month - since.month - (not reached)


def round_to(value: Fraction | int, *, step: Fraction | int, mode: str) -> Fraction:
    """To a multiple of the step; halves and "up" go away from zero, so a counter-entry mirrors its entry."""
    if step <= 0:
        raise Refused("rounding_step", f"取整单位应大于 0，收到 {step}。请改正该参数后再办理。")
    steps = abs(Fraction(value)) / step
    match mode:
        case "half_up":
            whole = math.floor(steps + Fraction(1, 2))
        case "up":
            whole = math.ceil(steps)
        case "down":
            whole = math.floor(steps)
        case _:
            raise Refused("rounding_unknown", f"不认识的取整方式“{mode}”。可用：half_up、up、down。")
    return Fraction(step) * (whole if value >= 0 else -whole)

"""Months and ages follow the calendar: a period of months ends on the same day number (民法典 art. 202).

Where the last month has no such day it ends on the month's last; a person born on 29 February has the
birthday on 28 February in common years (handbook 00 §0.5).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ..errors import Refused

__all__ = ["Month", "add_months", "add_years", "age_on", "birthday_in", "within_months"]


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, the unit of benefits: stored and printed as ``2022-04``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise Refused("month_unknown", "没有这个月份。请按“2022-04”的样式填写年和月。")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as ``2022-04``."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text.strip())
        if found is None:
            raise Refused("month_unknown", "月份的写法不对。请按“2022-04”的样式填写年和月。")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def next(self) -> Month:
        return self + 1

    @property
    def previous(self) -> Month:
        return self - 1

    def __add__(self, months: int) -> Month:
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def until(self, end: Month) -> Iterator[Month]:
        """The months from this one up to, not including, the end."""
        month = self
        while month < end:
            yield month
            month = month.next

    def months_since(self, earlier: Month) -> int:
        """How many months after the earlier one this one comes."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def add_months(day: date, n: int) -> date:
    """The same day number n months on, or the month's last day if it has none."""
    month = Month.of(day) + n
    return min(month.first + timedelta(days=day.day - 1), month.last)


def add_years(day: date, n: int) -> date:
    """The same day n years on; 29 February becomes 28 February in common years."""
    return add_months(day, 12 * n)


def within_months(start: date, n: int, on: date) -> bool:
    """Whether a day is within n months: the same-number day is still inside (handbook 16 #18)."""
    return start <= on <= add_months(start, n)


def birthday_in(birth: date, year: int) -> date:
    """The birthday in a year."""
    return add_years(birth, year - birth.year)


def age_on(birth: date, on: date) -> int:
    """Full years (周岁), reached on the birthday; nobody has an age before birth."""
    if on < birth:
        raise Refused("age_before_birth", "出生日期晚于计算年龄的日期。请核对出生日期。")
    return on.year - birth.year - (on < birthday_in(birth, on.year))

"""A working day is a weekday outside the State Council's yearly holiday notice, or a make-up weekend (调休).

Counting starts the day after the event (民法典 art. 201; 行政许可法 art. 82 counts licences in working days).
Days that no notice covers yet are computed with plain weekends and the holidays whose date the law fixes,
and every result that leans on them is provisional (handbook 15 §5).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypedDict

from ..errors import Mistake, Refused

__all__ = ["Calendar", "CalendarRow", "Due"]

DAY = timedelta(days=1)

# 全国年节及纪念日放假办法 art. 2: the holidays with a fixed date, by the first year each revision applied
# (Orders 270/1999, 513/2008 and 644/2014, 795/2025).  Those that follow the moon or the sun need the notice.
_FIXED: tuple[tuple[int, frozenset[tuple[int, int]]], ...] = (
    (2025, frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})),
    (2008, frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})),
    (1, frozenset({(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3)})),
)


class CalendarRow(TypedDict):
    """One line of the table the office edits; ``year`` is the year whose notice names the day."""

    day: date
    kind: Literal["off", "work"]
    year: int
    source: str


@dataclass(frozen=True, order=True)
class Due:
    """The day on which a period ends; provisional while a notice it leans on is not yet published."""

    on: date
    provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """The notices an office has loaded, as one value that a case can be bound to by its ``version``.

    The notice for a year may also name the last days of the December before it (31 December 2022 was off
    under the notice for 2023): ``reach`` says how many such days stay unsettled until it is published.
    """

    years: frozenset[int]
    off: frozenset[date]
    working_weekends: frozenset[date]
    version: str
    reach: int = 7
    _by_year: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_rows(cls, rows: Iterable[CalendarRow], *, version: str | None = None) -> Calendar:
        """The calendar that a table of days describes; without a name it is versioned by its content."""
        kinds: dict[date, str] = {}
        years: set[int] = set()
        for row in rows:
            if kinds.setdefault(row["day"], row["kind"]) != row["kind"]:
                raise Refused(
                    "calendar_conflict",
                    f"{row['day'].isoformat()} 既登记为放假又登记为上班。请对照放假通知，只保留一种。",
                    day=row["day"].isoformat(),
                )
            years.add(row["year"])
        text = "\n".join(f"{day.isoformat()} {kind}" for day, kind in sorted(kinds.items()))
        return cls(
            years=frozenset(years),
            off=frozenset(day for day, kind in kinds.items() if kind == "off"),
            working_weekends=frozenset(day for day, kind in kinds.items() if kind == "work"),
            version=version or hashlib.sha256(f"{sorted(years)}\n{text}".encode()).hexdigest()[:12],
        )

    def with_days_off(self, days: Iterable[date], *, version: str) -> Calendar:
        """The calendar with a local holiday laid over it, such as the Yanbian self-government day."""
        extra = frozenset(days)
        return Calendar(self.years, self.off | extra, self.working_weekends - extra, version, self.reach)

    def is_working(self, day: date) -> bool:
        """Whether offices are open on this day."""
        if day in self.working_weekends:
            return True
        return day.weekday() < 5 and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether the day lies in a statutory holiday; a plain weekend does not."""
        if day in self.off:
            return True
        return day.year not in self.years and (day.month, day.day) in _fixed_holidays(day.year)

    def is_settled(self, first: date, last: date) -> bool:
        """Whether published notices cover every day from the first to the last."""
        if last < first:
            return True
        if any(year not in self.years for year in range(first.year, last.year + 1)):
            return False
        return last <= date(last.year, 12, 31) - self.reach * DAY or last.year + 1 in self.years

    def add_working(self, day: date, n: int) -> Due:
        """The n-th working day after this one; for 0 the day itself if offices are open, else the next."""
        _not_negative(n)
        if n == 0:
            day, n = day - DAY, 1
        year, target = day.year, self._count(day) + n
        while target > len(working := self._working_days(year)):
            target -= len(working)
            year += 1
        on = date.fromordinal(working[target - 1])
        return Due(on, provisional=not self.is_settled(day + DAY, on))

    def sub_working(self, day: date, n: int) -> Due:
        """The n-th working day before this one; for 0 the day itself if offices are open, else the last."""
        _not_negative(n)
        if n == 0:
            day, n = day + DAY, 1
        # The index of the wanted day in its year; below zero it lies in a year before.
        last = day - DAY
        year, target = last.year, self._count(last) - n
        while target < 0:
            year -= 1
            target += len(self._working_days(year))
        on = date.fromordinal(self._working_days(year)[target])
        return Due(on, provisional=not self.is_settled(on, last))

    def working_between(self, after: date, until: date) -> int:
        """How many working days lie after the one day up to and including the other; negative backwards."""
        if until < after:
            return -self.working_between(until, after)
        whole_years = sum(len(self._working_days(year)) for year in range(after.year, until.year))
        return whole_years + self._count(until) - self._count(after)

    def roll_forward(self, day: date) -> Due:
        """The day itself if offices are open, else the next on which they are (民法典 art. 203)."""
        return self.add_working(day, 0)

    def _count(self, day: date) -> int:
        """Working days of the year up to and including this day."""
        return bisect_right(self._working_days(day.year), day.toordinal())

    def _working_days(self, year: int) -> tuple[int, ...]:
        """Ordinals of the year's working days, reckoned once: a hundred thousand deadlines read them."""
        known = self._by_year.get(year)
        if known is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            known = tuple(o for o in range(first, last + 1) if self.is_working(date.fromordinal(o)))
            self._by_year[year] = known
        return known


def _fixed_holidays(year: int) -> frozenset[tuple[int, int]]:
    """Month and day of the holidays that the law in force that year fixed by date."""
    return next(days for since, days in _FIXED if year >= since)


def _not_negative(n: int) -> None:
    if n < 0:
        raise Mistake("clock_negative_term", "期限的天数不能是负数。请检查期限参数。", days=n)

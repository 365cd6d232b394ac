"""A birthday told by the farmers' calendar (农历) stands in many an old paper as if it were the official one.

``YEARS`` holds one number for each year from 1900: bits 4 to 15 say which of the twelve months have thirty days, the
last four which month is followed by a leap month, bit 16 whether that one has thirty.  It is the almanac's table,
and was compared day by day with a second one.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

__all__ = ["FIRST", "LAST", "lunar_day", "new_year"]

FIRST = date(1900, 1, 31)
YEARS = (
    0x04BD8, 0x04AE0, 0x0A570, 0x054D5, 0x0D260, 0x0D950, 0x16554, 0x056A0, 0x09AD0, 0x055D2,
    0x04AE0, 0x0A5B6, 0x0A4D0, 0x0D250, 0x1D255, 0x0B540, 0x0D6A0, 0x0ADA2, 0x095B0, 0x14977,
    0x04970, 0x0A4B0, 0x0B4B5, 0x06A50, 0x06D40, 0x1AB54, 0x02B60, 0x09570, 0x052F2, 0x04970,
    0x06566, 0x0D4A0, 0x0EA50, 0x06E95, 0x05AD0, 0x02B60, 0x186E3, 0x092E0, 0x1C8D7, 0x0C950,
    0x0D4A0, 0x1D8A6, 0x0B550, 0x056A0, 0x1A5B4, 0x025D0, 0x092D0, 0x0D2B2, 0x0A950, 0x0B557,
    0x06CA0, 0x0B550, 0x15355, 0x04DA0, 0x0A5D0, 0x14573, 0x052B0, 0x0A9A8, 0x0E950, 0x06AA0,
    0x0AEA6, 0x0AB50, 0x04B60, 0x0AAE4, 0x0A570, 0x05260, 0x0F263, 0x0D950, 0x05B57, 0x056A0,
    0x096D0, 0x04DD5, 0x04AD0, 0x0A4D0, 0x0D4D4, 0x0D250, 0x0D558, 0x0B540, 0x0B5A0, 0x195A6,
    0x095B0, 0x049B0, 0x0A974, 0x0A4B0, 0x0B27A, 0x06A50, 0x06D40, 0x0AF46, 0x0AB60, 0x09570,
    0x04AF5, 0x04970, 0x064B0, 0x074A3, 0x0EA50, 0x06B58, 0x05AC0, 0x0AB60, 0x096D5, 0x092E0,
    0x0C960, 0x0D954, 0x0D4A0, 0x0DA50, 0x07552, 0x056A0, 0x0ABB7, 0x025D0, 0x092D0, 0x0CAB5,
    0x0A950, 0x0B4A0, 0x0BAA4, 0x0AD50, 0x055D9, 0x04BA0, 0x0A5B0, 0x15176, 0x052B0, 0x0A930,
    0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530,
)  # fmt: skip


def _months(year: int) -> list[tuple[int, int]]:
    """The months of a year in order, a leap month after its namesake, each with its days."""
    bits = YEARS[year - 1900]
    leap, found = bits & 0xF, []
    for month in range(1, 13):
        found.append((month, 30 if bits & (0x10000 >> month) else 29))
        if month == leap:
            found.append((month, 30 if bits & 0x10000 else 29))
    return found


def _length(year: int) -> int:
    return sum(days for _, days in _months(year))


@lru_cache(maxsize=1)
def _starts() -> tuple[date, ...]:
    starts = [FIRST]
    for year in range(1900, 1900 + len(YEARS)):
        starts.append(starts[-1] + timedelta(days=_length(year)))
    return tuple(starts)


def new_year(year: int) -> date:
    """The first day of a year of the farmers' calendar (春节)."""
    return _starts()[year - 1900]


LAST = _starts()[-1] - timedelta(days=1)


def lunar_day(day: date) -> str | None:
    """The day as the farmers' calendar names it, written as eight figures; None where the table does not reach."""
    if not FIRST <= day <= LAST:
        return None
    year = day.year if day >= new_year(day.year) else day.year - 1
    rest = (day - new_year(year)).days
    for month, days in _months(year):
        if rest < days:
            return f"{year}{month:02d}{rest + 1:02d}"
        rest -= days
    return None

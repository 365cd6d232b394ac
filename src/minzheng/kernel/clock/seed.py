"""The State Council's holiday notices from 2004 on, as the first rows of the table that the office edits.

The days come from the chinesecalendar library.  A year counts as published only if the library knows it;
every later year is entered by the office when the General Office of the State Council announces it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.metadata import version as installed_version
from typing import Literal

from chinese_calendar import constants

from .calendar import Calendar, CalendarRow

__all__ = ["calendar", "rows"]

_NEW_YEAR = str(constants.Holiday.new_years_day.value)


def rows() -> list[CalendarRow]:
    """Every day off and every make-up working day, in order."""
    library = f"chinesecalendar {installed_version('chinesecalendar')}"
    kinds: tuple[tuple[Literal["off", "work"], dict[date, str]], ...] = (
        ("off", constants.holidays),
        ("work", constants.workdays),
    )
    found: list[CalendarRow] = []
    for kind, days in kinds:
        for day, holiday in days.items():
            year = _notice_year(day, holiday)
            source = f"国务院办公厅关于{year}年部分节假日安排的通知（{library}）"
            found.append({"day": day, "kind": kind, "year": year, "source": source})
    return sorted(found, key=lambda row: row["day"])


@cache
def calendar() -> Calendar:
    """The calendar before the office has edited anything."""
    return Calendar.from_rows(rows())


def _notice_year(day: date, holiday: str) -> int:
    """The year whose notice names the day: the New Year holiday may begin in the December before."""
    return day.year + 1 if day.month == 12 and holiday == _NEW_YEAR else day.year

"""The light of each step on a list: the calendar and the limits of yellow are read once for the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.standards.queries import calendar
from minzheng.ui.shown import badge, iso_day, light

__all__ = ["LABELS", "Lights", "Shown", "due_in_words"]

LABELS = {"red": "已超期", "yellow": "临近到期", "green": "正常", "none": "没有期限"}


@dataclass(frozen=True)
class Shown:
    """A light with its words: 剩 3 个工作日."""

    code: str
    words: str

    def badge(self) -> str:
        """Shape, colour and words."""
        return light(self.code, self.words) if self.code != "none" else badge(self.words)


class Lights:
    """Lights of one day."""

    def __init__(self, on: date | None = None) -> None:
        self.on = on or clock.today()
        self._days = calendar()
        self._parameters = catalogue.current().parameters()
        self._limits: dict[str, tuple[int, int]] = {}
        self._known: dict[tuple[Any, ...], Shown] = {}

    def of(self, due_on: date | None, opened_at: datetime | date, path: str) -> Shown:
        """The light of a step opened then, due then, at that place."""
        county = county_of(path) or path
        start = clock.at_office_time(opened_at).date()
        asked = (due_on, start, county)
        if asked not in self._known:
            self._known[asked] = self._reckoned(due_on, start, county)
        return self._known[asked]

    def _reckoned(self, due_on: date | None, start: date, county: str) -> Shown:
        if due_on is None:
            return Shown("none", LABELS["none"])
        if self.on > due_on:
            return Shown("red", f"超期 {(self.on - due_on).days} 天")
        percent, days = self._yellow(county)
        remaining = self._days.working_between(self.on, due_on)
        found = clock.light(
            remaining=remaining, limit=max(1, self._days.working_between(start, due_on)), overdue=False,
            yellow_percent=percent, yellow_days=days,
        )  # fmt: skip
        return Shown(found.value, "今天到期" if due_on == self.on else f"剩 {remaining} 个工作日")

    def _yellow(self, county: str) -> tuple[int, int]:
        if county not in self._limits:
            keys = ("casework.light.yellow_percent", "casework.light.yellow_days")
            found = [int(str(self._parameters.get(key, path=county, on=self.on).value)) for key in keys]
            self._limits[county] = (found[0], found[1])
        return self._limits[county]


def due_in_words(due_on: date | None, *, provisional: bool) -> str:
    """The last day; marked while the calendar of that year is not yet published."""
    if due_on is None:
        return "—"
    return f"{iso_day(due_on)}（暂定）" if provisional else iso_day(due_on)

"""What the reader asks for: a place within reach, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict

from minzheng.desk.registers.picking import offered
from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of, level_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound, Refused

__all__ = ["Asked", "asked"]


@dataclass(frozen=True)
class Asked:
    """A place, at the county or above it, and a day; ``roots`` are the reader's own places at that level."""

    under: str
    on: date
    roots: tuple[str, ...]

    @property
    def county(self) -> bool:
        """Whether it is one county."""
        return level_of(self.under) == Level.COUNTY

    def bar(self) -> list[dict[str, Any]]:
        """The two controls that ask for it."""
        places = [one for one in offered(self.roots, self.under) if level_of(one[0]) <= Level.COUNTY]
        return [
            {"name": "under", "label": "地区", "kind": "choice", "value": self.under, "options": places},
            {"name": "on", "label": "某日适用的值", "kind": "day", "value": self.on.isoformat()},
        ]


def asked(request: HttpRequest, by: Actor) -> Asked:
    """Read from the address or the form; a standard of the county concerns everyone who works in it."""
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    roots = tuple(dict.fromkeys(county_of(path) or path for path in by.scope))
    under = given.get("under", "") or roots[0]
    if not any(under.startswith(root) for root in roots) or not _known(under):
        raise NotFound("standards_place", "没有这个地区，或不在您的管辖范围内。")
    return Asked(under, _day(given.get("on", "")), roots)


def _known(under: str) -> bool:
    """Standards are looked up for a county or a level above it."""
    return county_of(under) in (None, under)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise Refused("day_unknown", "日期的写法不对，请按 2022-04-30 的样式填写。", field="on") from None

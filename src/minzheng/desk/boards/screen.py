"""A board for the wall of a command room: dark, renewed by itself every minute, with nothing to click."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import staff
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import children, name_of
from minzheng.kernel.boards.queries import figures as counted_for
from minzheng.ui.shown import NOTHING

from . import figures, numbers, pictures
from .scope import month_of, place_of, reader

__all__ = ["screen"]

_NUMBERS = (
    "cases.open", "cases.accepted", "cases.on_time", "risk.red", "risk.yellow", "service.good", "warnings.open",
    "warnings.late",
)  # fmt: skip
_OF_PARTS = ("cases.open", "risk.red", "risk.yellow", "warnings.open")
_LINES = 14


@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """One place, now."""
    by = reader(staff(request))
    under, month = place_of(by, request.GET.get("under", "")), month_of("")
    measures = [one for one in catalogue.current().indicators.values() if not one.item.computed]
    chosen = next((one for one in measures if one.code == request.GET.get("indicator")), measures[0])
    read = figures.read((month, month.previous), by, under=under)
    values = read[month].by_part(chosen.code, under)
    below = children(under) if level_of(under) < Level.TOWNSHIP else []
    places = {one.path: one for one in below}
    counted = counted_for([under, *places], (month, month.previous, month - 12), by=by)
    heads, rows = numbers.parts(counted, below, month, lambda _: "", _OF_PARTS)
    money_heads, money = numbers.money(counted, under, month)
    return render(request, "desk/boards/screen.html", {
        "title": f"{name_of(under)}民政看板", "month": month, "now": clock.now(), "counted_at": counted.counted_at,
        "key": [_key(one, read, month, under) for one in measures[:6]],
        "numbers": [_bare(one) for one in numbers.stats(counted, under, month, _NUMBERS)],
        "map": pictures.outline(chosen.item, values, places, {p: d.name for p, d in places.items()}, under=under,
                                fine=False, link=lambda _: ""),
        "heads": heads, "rows": rows[:_LINES], "money_heads": money_heads[:3],
        "money": [_three(row) for row in money],
    })  # fmt: skip


def _key(one: Any, read: Any, month: clock.Month, under: str) -> dict[str, str]:
    value, unit = figures.headline(one.item, read[month].of(one.code, under))
    last, last_unit = figures.headline(one.item, read[month.previous].of(one.code, under))
    note = f"上月 {last}" + (last_unit if last != NOTHING else "")
    return {"label": one.item.label, "value": value, "unit": unit, "note": note}


def _bare(stat: dict[str, Any]) -> dict[str, Any]:
    return {**stat, "url": "", "was": (), "note": stat["was"][0][0]}


def _three(row: Any) -> Any:
    return type(row)(row.cells[:3], mark=row.mark)

"""The standards that rates are reckoned by, county by county: the value in force, whose it is, since when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.registers.picking import offered
from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of, level_of
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound, Refused
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

__all__ = ["standards"]

_SIGN = ".standard."


@require_GET
def standards(request: HttpRequest) -> HttpResponse:
    """The standard used in each county on a day; a county's own value stands before the province's."""
    by = staff(request)
    roots = tuple(county_of(path) or path for path in by.scope)
    asked, day = request.GET.get("under", "") or roots[0], _day(request.GET.get("on", ""))
    if not any(asked.startswith(root) for root in roots):
        raise NotFound("board_place", "没有这个地区，或不在您的管辖范围内。")
    known = catalogue.current().parameters()
    keys = sorted({value.key for value in known if _SIGN in value.key}, reverse=True)
    counties = in_force(on=day).filter(level=int(Level.COUNTY), path__startswith=asked).order_by("path")
    found = [(place.path, [known.find(key, path=place.path, on=day) for key in keys]) for place in counties]
    owners = {value.place for _, values in found for value in values if value and value.place}
    names = place_names({path for path, _ in found} | owners)
    rows = [
        Row([names[path], *(cell for value in values for cell in _cells(value, names))])
        for path, values in found
    ]
    heads = [head for key in keys for head in (Head(known.title(key) or key), Head("依据", secondary=True))]
    return render(request, "desk/boards/standards.html", {
        **header("保障标准", crumbs=[("看板", "/desk/boards/")] if _has_board(by) else [],
                 lead="各地现行标准；当地没有登记的，用上级的值。"),
        "columns": [Head("地区"), *heads], "rows": rows, "missing": _missing(found),
        "filters": [
            {"name": "under", "label": "地区", "kind": "choice", "value": asked,
             "options": [one for one in offered(roots, asked) if level_of(one[0]) <= Level.COUNTY]},
            {"name": "on", "label": "日期", "kind": "day", "value": day.isoformat()},
        ],
    })  # fmt: skip


def _cells(value: law.Value | None, names: dict[str, str]) -> list[Any]:
    if value is None:
        return [badge("没有登记", "bad"), ""]
    whose = names.get(value.place, "全国") if value.place else "全国"
    own = bool(value.place) and level_of(value.place) >= Level.COUNTY
    mark = badge("本地标准", "good") if own else format_html("<small>{}标准</small>", whose)
    shown = format_html(
        "<div><b>{}</b><br>{}<br><small>{} 起</small></div>", value.in_words(), mark, iso_day(value.from_)
    )
    return [shown, value.source]


def _missing(found: list[tuple[str, list[law.Value | None]]]) -> int:
    return sum(any(value is None for value in values) for _, values in found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise Refused("day_unknown", "日期的写法不对，请按 2022-04-30 的样式填写。", field="on") from None


def _has_board(by: Actor) -> bool:
    return any(post.level <= Level.COUNTY for post in by.posts)

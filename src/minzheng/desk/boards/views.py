"""Boards: the key figures of a place, their map, the table beneath it, and the deadlines at risk."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.desk.registers.picking import offered
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.areas.queries import children, in_force
from minzheng.kernel.audit import Actor
from minzheng.kernel.boards.queries import figures as counted_for
from minzheng.kernel.errors import Refused
from minzheng.kernel.indicators import actions, queries
from minzheng.kernel.registers.queries import readable
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from . import figures, numbers, pictures
from .figures import Figures, in_words, part_in_words
from .scope import month_of, place_of, reader

__all__ = ["board", "count"]

URL = "/desk/boards/"
Measure = catalogue.Declared[declare.Indicator]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """One place in one month."""
    by = reader(staff(request))
    under, month = place_of(by, request.GET.get("under", "")), month_of(request.GET.get("month", ""))
    measures = [one for one in catalogue.current().indicators.values() if not one.item.computed]
    chosen = next((one for one in measures if one.code == request.GET.get("indicator")), measures[0])
    three = figures.read((month, month.previous, month - 12), by, under=under)
    now, before = three[month], three[month.previous]
    fine = request.GET.get("by") == "county"
    values = now.counties(chosen.code, under) if fine else now.by_part(chosen.code, under)
    below = children(under) if level_of(under) < Level.TOWNSHIP else []
    wanted = {*values, under, *before.counties(chosen.code, under)}
    places = {one.path: one for one in [*below, *in_force().filter(path__in=wanted)]}
    names = {path: places[path].name if path in places else path for path in {*wanted, *places}}
    asked = {"under": under, "month": str(month), "indicator": chosen.code}
    link = functools.partial(_beneath, asked)
    closed = month < clock.Month.of(clock.today()).previous
    return render(request, "desk/boards/board.html", {
        **_head(by, under, names[under], month),
        "under": under, "key": uuid4().hex, "month": month,
        "counted": now.counted, "may_count": _may_count(by, month), "closed": closed,
        "counted_at": figures.counted_at(month, by, under=under), "filters": _bar(asked, by, measures),
        "stats": [_stat(one, three, month, asked, linked=numbers.opens(one, by)) for one in measures],
        "map": pictures.outline(chosen.item, values, places, names, under=under, fine=fine, link=link),
        **_numbers(by, under, month, below, link), "trend": pictures.trend(chosen, month, by, under=under),
        "chosen": chosen.item, "columns": _columns(chosen.item), "by_county": fine,
        "rows": _rows(chosen, values, before, names, asked, by, total=now.of(chosen.code, under), fine=fine),
        "proof": _proof(chosen, now, by, month, under) if values else "", "basis": chosen.item.basis,
        "finer_url": _finer(asked, under, fine), "finer_label": "按下一级汇总" if fine else "按县（市、区）展开",
    })  # fmt: skip


def _beneath(asked: dict[str, str], one: Division) -> str:
    return f"{URL}?{urlencode({**asked, 'under': one.path})}"


def _numbers(
    by: Actor, under: str, month: clock.Month, below: list[Division], link: Callable[[Division], str]
) -> dict[str, Any]:
    """What is counted every hour at each level."""
    counted = counted_for([under, *(one.path for one in below)], (month, month.previous, month - 12), by=by)
    part_heads, part_rows = numbers.parts(counted, below, month, link)
    money_heads, money_rows = numbers.money(counted, under, month)
    return {
        "board": counted.counted(month), "board_at": counted.counted_at,
        "entries": numbers.entry_stats(counted, under, month, {one.code for one in readable(by)}),
        "numbers": numbers.stats(counted, under, month), "money_heads": money_heads, "money": money_rows,
        "part_heads": part_heads, "parts": part_rows,
    }  # fmt: skip


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count the month now; every night it is counted anyway."""
    by = reader(staff(request))
    month = month_of(request.POST.get("month", ""))
    under = place_of(by, request.POST.get("under", ""))
    try:
        actions.count_month(month, by=by, key=request.POST.get("key", "")[:64] or None)
        messages.success(request, f"{month} 已统计。")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"{URL}?{urlencode({'under': under, 'month': str(month)})}")


def _may_count(by: Actor, month: clock.Month) -> bool:
    """Counties count, and of closed months nobody does."""
    return _county(by) and month >= clock.Month.of(clock.today()).previous


def _county(by: Actor) -> bool:
    return any(post.level <= Level.COUNTY for post in by.posts)


def _head(by: Actor, under: str, name: str, month: clock.Month) -> dict[str, Any]:
    above = parent(under)
    crumbs = [("看板", URL)] if not above or not by.covers(above) else [
        ("看板", URL), ("上一级", f"{URL}?{urlencode({'under': above, 'month': str(month)})}"),
    ]  # fmt: skip
    asked = urlencode({"under": under})
    buttons = [{"url": f"{URL}screen/?{asked}", "label": "大屏", "icon": "layout-dashboard"}]
    if _county(by):
        buttons.insert(0, {"url": f"/desk/standards/?{asked}", "label": "保障标准", "icon": "coin-yuan"})
    return header(f"{name} {month}", crumbs=crumbs, actions=buttons)


def _bar(asked: dict[str, str], by: Actor, measures: list[Measure]) -> list[dict[str, Any]]:
    places = [
        (path, name) for path, name in offered(by.scope, asked["under"]) if level_of(path) <= Level.TOWNSHIP
    ]
    return [
        {"name": "under", "label": "地区", "kind": "choice", "value": asked["under"], "options": places},
        {"name": "month", "label": "月份", "kind": "month", "value": asked["month"]},
        {"name": "indicator", "label": "指标", "kind": "choice", "value": asked["indicator"],
         "options": [(one.code, one.item.label) for one in measures]},
    ]  # fmt: skip


def _stat(
    one: Measure, read: dict[clock.Month, Figures], month: clock.Month, asked: dict[str, str], *, linked: bool
) -> dict[str, Any]:
    """One key figure with last month's and last year's beside it, each leading to what was counted then."""
    under = asked["under"]
    value, unit = figures.headline(one.item, read[month].of(one.code, under))

    def before(called: str, of: clock.Month) -> tuple[str, str]:
        counted = read[of].of(one.code, under)
        text, in_unit = figures.headline(one.item, counted)
        words = f"{called} {text}" + (f" {in_unit}" if in_unit not in ("", unit) else "")
        return words, _list_url(one, under, of, counted) if linked else ""

    return {
        "label": one.item.label, "value": value, "unit": unit,
        "was": [before("上月", month.previous), before("去年同月", month - 12)],
        "url": "?" + urlencode({**asked, "indicator": one.code}) + "#table",
    }  # fmt: skip


def _list_url(one: Measure, under: str, month: clock.Month, value: figures.Counted | None) -> str:
    """The way to what was counted, where it was anything."""
    share = one.item.out_of is not None and not one.item.nothing
    anything = value is not None and (value.numerator or (share and value.denominator))
    return numbers.behind_url(f"indicator:{one.code}", under, month) if anything else ""


def _columns(indicator: declare.Indicator) -> tuple[Head, ...]:
    unit = f"（{indicator.unit}）"
    if indicator.out_of is None:
        return (
            Head("地区"),
            Head(f"本月{unit}", "number"),
            Head(f"上月{unit}", "number"),
        )
    return (
        Head("地区"), Head("分子", "number"), Head("分母", "number"), Head(f"本月{unit}", "number"),
        Head(f"上月{unit}", "number"),
    )  # fmt: skip


def _rows(
    chosen: Measure, values: dict[str, figures.Counted], before: Figures, names: dict[str, str],
    asked: dict[str, str], by: Actor, *, total: figures.Counted | None, fine: bool,
) -> list[Row]:  # fmt: skip
    """The parts, each leading one step down and to its entries, and the total as sum over sum."""
    linked, month = numbers.opens(chosen, by), clock.Month.parse(asked["month"])

    def number(value: figures.Counted | None, path: str, of: clock.Month) -> Any:
        said, url = in_words(chosen.item, value), _list_url(chosen, path, of, value) if linked else ""
        return format_html('<a href="{}">{}</a>', url, said) if url else said

    def cells(path: str, name: str, value: figures.Counted | None) -> list[Any]:
        was = before.of(chosen.code, path)
        return [name, *_halves(chosen, value), number(value, path, month), number(was, path, month.previous)]

    rows = [
        Row(
            cells(path, names.get(path, path), value),
            url=f"{URL}?{urlencode({**asked, 'under': path})}" if path != asked["under"] else "",
        )
        for path, value in sorted(values.items())
    ]  # fmt: skip
    return [*rows, Row(cells(asked["under"], "合计", total), mark="total")] if rows else []


def _halves(chosen: Measure, value: figures.Counted | None) -> list[str]:
    """Numerator and denominator, of what is a share."""
    if chosen.item.out_of is None:
        return []
    return [
        part_in_words(chosen.item, value.numerator if value else None),
        part_in_words(chosen.item, value.denominator if value else None, below=True),
    ]


def _proof(chosen: Measure, now: Figures, by: Actor, month: clock.Month, under: str) -> str:
    """The place by the database's own sum, by its parts, and by its counties: all three must agree."""
    whole = queries.total(chosen.code, month, by, under=under)
    counties, parts = now.counties(chosen.code, under), now.by_part(chosen.code, under)
    sums = [sum(one.numerator for one in each.values()) for each in (parts, counties)]
    below = [sum((one.denominator or 0) for one in each.values()) for each in (parts, counties)]
    agrees = sums == [whole.numerator] * 2 and below == [whole.denominator or 0] * 2
    said = part_in_words(chosen.item, whole.numerator)
    text = f"合计 {said} = {len(parts)} 个下级之和 {part_in_words(chosen.item, sums[0])}"
    text += f" = {len(counties)} 个县级单位之和 {part_in_words(chosen.item, sums[1])}"
    if chosen.item.out_of is not None:
        text += f"；分母 {whole.denominator or 0:,} = {below[0]:,} = {below[1]:,}"
    return format_html(
        "{} {}", badge("核对一致" if agrees else "核对不一致", "good" if agrees else "bad"), text
    )


def _finer(asked: dict[str, str], under: str, fine: bool) -> str:
    """From the parts to all counties, or back; a city's parts are its counties already."""
    if level_of(under) > Level.PROVINCE:
        return ""
    more = asked if fine else {**asked, "by": "county"}
    return f"?{urlencode(more)}#table"

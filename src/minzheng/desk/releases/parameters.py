"""Every dated value: the one in force on a day, searched by name, and the whole history of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address
from minzheng.desk.plans.document import sections
from minzheng.kernel import law
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .asked import Asked, asked
from .known import CONFIDENCE, Known, domain_words
from .reach import rooms
from .workbook import Sheet

__all__ = ["history", "sheet_of_values", "values"]

_SIZE = 30
ROOM = ("标准与参数", "/desk/standards/")
_COLUMNS = (
    Head("参数"), Head("值", "choice"), Head("适用地区"), Head("生效日期", "day"),
    Head("失效日期", "day", secondary=True),
    Head("依据", secondary=True), Head("性质"), Head("业务", "choice", secondary=True),
)  # fmt: skip
_PAST = (
    Head("地区"), Head("值", "choice"), Head("生效日期", "day"), Head("失效日期", "day"),
    Head("依据"), Head("性质"), Head("现状"),
)  # fmt: skip


@require_GET
def values(request: HttpRequest) -> HttpResponse:
    """The values of one place on one day, domain by domain."""
    by = staff(request)
    wish, known = asked(request, by), Known.now()
    search, domain = request.GET.get("q", "").strip(), request.GET.get("domain", "")
    keys = [key for key in known.keys if _wanted(key, known, search, domain)]
    count, after = len(keys), request.GET.get("after", "")
    keys = keys[keys.index(after) + 1 :] if after in keys else keys
    keys, more = keys[:_SIZE], len(keys) > _SIZE
    found = [(key, known.at(key, wish.under, wish.on)) for key in keys]
    names = place_names({wish.under, *(value.place for _, value in found if value)})
    query = urlencode({"under": wish.under, "on": wish.on})
    offices = sorted({domain_words(key) for key in known.keys})
    search_box = {"name": "q", "label": "参数名称", "value": search, "placeholder": "例：存款、刚性支出"}
    domains = {
        "name": "domain",
        "label": "业务",
        "kind": "choice",
        "value": domain,
        "options": [(one, one) for one in offices],
    }
    lead = f"{names[wish.under]}在 {iso_day(wish.on)} 适用的值。"
    return render(request, "desk/releases/values.html", {
        **header("全部参数", crumbs=[ROOM], actions=rooms(by, at="values"), lead=lead),
        "columns": _COLUMNS, "rows": [_row(key, value, known, names, query) for key, value in found],
        "filters": [search_box, domains, *wish.bar()], "count": f"共 {count} 项",
        "next_url": address(request, after=keys[-1]) if more else "",
        "previous_url": address(request, after=None) if after else "",
        "filtered": bool(search or domain), "asked": [("under", wish.under), ("on", wish.on.isoformat())],
    })  # fmt: skip


@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """All values of one parameter: what was in force where, when, and by what document."""
    by = staff(request)
    wish, known = asked(request, by), Known.now()
    found = known.everywhere(key, wish.roots)
    if not found:
        raise NotFound("parameter_unknown", "没有这个参数。请返回列表重新选择。")
    names = place_names({wish.under, *(value.place for value in found)})
    now, after = known.at(key, wish.under, wish.on), known.following(key, wish.under, wish.on)
    crumbs = [ROOM, ("全部参数", f"{ROOM[1]}values/")]
    return render(request, "desk/releases/history.html", {
        **header(known.title(key), crumbs=crumbs, lead=f"{domain_words(key)} · {key}"),
        "facts": [*_facts(now, after, names), *_carries(key, by)], "here": f"{names[wish.under]} {iso_day(wish.on)}",
        "columns": _PAST, "rows": [_line(value, wish, now, names) for value in found], "filters": wish.bar(),
    })  # fmt: skip


def sheet_of_values(known: Known, wish: Asked, names: Mapping[str, str]) -> Sheet:
    """Every value of the place on the day, for a workbook."""
    rows = []
    for key in known.keys:
        if value := known.at(key, wish.under, wish.on):
            rows.append([
                domain_words(key), known.title(key), value.in_words(), whose(value, names), value.from_, value.until,
                value.source, CONFIDENCE[value.confidence][0],
            ])  # fmt: skip
    heads = ("业务", "参数", "值", "适用地区")
    tail = (Head("生效日期", "day"), Head("失效日期", "day"), Head("依据"), Head("性质"))
    return Sheet("全部参数", [*map(Head, heads), *tail], rows)


def whose(value: law.Value, names: Mapping[str, str]) -> str:
    """The place that set the value."""
    return names.get(value.place, value.place) if value.place else "全国"


def _wanted(key: str, known: Known, search: str, domain: str) -> bool:
    said = search.lower() in known.title(key).lower() or search.lower() in key
    return said and domain in ("", domain_words(key))


def _row(key: str, value: law.Value | None, known: Known, names: Mapping[str, str], query: str) -> Row:
    url = f"{ROOM[1]}values/{key}/?{query}"
    if value is None:
        cells: list[Any] = [
            known.title(key),
            badge("该日没有值", "unknown"),
            "",
            None,
            None,
            "",
            "",
            domain_words(key),
        ]
        return Row([cells[0], cells[1], cells[2], "", "", "", "", cells[7]], url=url)
    return Row([
        known.title(key), value.in_words(), whose(value, names), value.from_, value.until or "", value.source,
        _sure(value), domain_words(key),
    ], url=url)  # fmt: skip


def _sure(value: law.Value) -> SafeString:
    return badge(*CONFIDENCE[value.confidence])


def _line(value: law.Value, wish: Asked, now: law.Value | None, names: Mapping[str, str]) -> Row:
    if value == now:
        state = badge("当前地区适用", "good")
    elif value.from_ > wish.on:
        state = badge("尚未生效", "info")
    else:
        state = badge("有效" if value.covers(wish.on) else "已失效")
    return Row([
        whose(value, names), value.in_words(), value.from_, value.until or "", value.source, _sure(value), state,
    ])  # fmt: skip


def _carries(key: str, by: Actor) -> list[tuple[str, Any]]:
    """The sections of the plan that a rule carries out by this value."""
    found = sections(key, by)
    return [("落实规划", found)] if found else []


def _facts(now: law.Value | None, after: law.Value | None, names: Mapping[str, str]) -> list[tuple[str, Any]]:
    if now is None:
        facts: list[tuple[str, Any]] = [("值", badge("该日没有值", "unknown"))]
    else:
        facts = [
            ("值", now.in_words()), ("登记地区", whose(now, names)), ("生效日期", iso_day(now.from_)),
            ("依据", now.source), ("性质", _sure(now)),
        ]  # fmt: skip
    if after is not None:
        facts.append(("以后", f"{iso_day(after.from_)} 起改为 {after.in_words()}（{after.source}）"))
    return facts

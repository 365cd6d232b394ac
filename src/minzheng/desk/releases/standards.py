"""The standards of each county on a day: the value, whose it is, since when, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.kernel import law
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.areas.queries import names as place_names
from minzheng.ui.charts import Chart, Series
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .asked import Asked, asked
from .known import Known, monthly, yuan_a_month
from .parameters import sheet_of_values
from .reach import rooms
from .workbook import Sheet, workbook

__all__ = ["standards", "standards_workbook"]

URL = "/desk/standards/"
TITLE = "标准与参数"
_BARS = 30  # so many places can be told apart in one picture


@require_GET
def standards(request: HttpRequest) -> HttpResponse:
    """The standard used in each county; a county's own value stands before the province's."""
    by = staff(request)
    wish, known = asked(request, by), Known.now()
    places, keys = _places(wish), known.standards
    found = {path: [known.at(key, path, wish.on) for key in keys] for path in places}
    names = place_names({*places, wish.under, *(one.place for row in found.values() for one in row if one)})
    lead = "各地在某一天适用的标准；当地没有登记的，沿用上级的值。"
    return render(request, "desk/releases/standards.html", {
        **header(TITLE, actions=rooms(by, at="standards"), lead=lead),
        "columns": [Head("地区"), *(Head(known.title(key), "choice") for key in keys), Head("依据", secondary=True)],
        "rows": [_row(path, found[path], keys, known, wish, names) for path in places],
        "missing": [names[path] for path, row in found.items() if None in row],
        "filters": wish.bar(), "asked": [("under", wish.under), ("on", wish.on.isoformat())],
        "chart": _trend(known, keys, wish, names[wish.under]) if wish.county else _compared(known, keys, found, places),
        "values_url": f"{URL}values/?{urlencode({'under': wish.under, 'on': wish.on})}",
    })  # fmt: skip


@require_POST
def standards_workbook(request: HttpRequest) -> FileResponse:
    """The same table and every other value of the place, as a workbook."""
    by = staff(request)
    wish, known = asked(request, by), Known.now()
    counties, keys = list(_places(wish)), known.standards
    names = place_names({*counties, *(value.place for value in known.all if value.place)})
    sheets = [_sheet(counties, keys, known, wish, names), sheet_of_values(known, wish, names)]
    return workbook("标准与参数", sheets, by=by, path=wish.under)


def _places(wish: Asked) -> dict[str, str]:
    """The place itself and its counties, as they stood on the day; a city without districts stands for itself."""
    rows = in_force(on=wish.on).filter(level=int(Level.COUNTY), path__startswith=wish.under)
    counties = dict(rows.order_by("path").values_list("path", "name"))
    return counties if wish.county else {wish.under: "", **counties}


def _row(
    path: str, found: Sequence[law.Value | None], keys: Sequence[str], known: Known, wish: Asked,
    names: Mapping[str, str],
) -> Row:  # fmt: skip
    cells: list[Any] = [names[path]]
    for key, value in zip(keys, found, strict=True):
        cells.append(_cell(value, known.following(key, path, wish.on), path, names))
    own = dict.fromkeys(value.source for value in found if value and (value.place == path or wish.county))
    above = path == wish.under and not wish.county
    url = "" if above else "?" + urlencode({"under": path, "on": wish.on})
    return Row([*cells, "；".join(own)], url=url, mark="total" if above else "")


def _cell(
    value: law.Value | None, after: law.Value | None, path: str, names: Mapping[str, str]
) -> SafeString:
    if value is None:
        return badge("没有登记", "bad")
    since = f"{iso_day(value.from_)} 起"
    mine = value.place == path and level_of(path) >= Level.COUNTY
    lines = [
        since if mine or value.place == path else f"沿用{whose(value, names)}标准，{since}",
        f"{iso_day(after.from_)} 起改为 {after.in_words()}" if after is not None else "",
    ]
    said = format_html_join("", "<br><small>{}</small>", ((line,) for line in lines if line))
    mark = badge("本地标准", "good") if mine else ""
    words = format_html("<b>{}</b> <small>{}</small>", value.in_words(), monthly(value))
    return format_html("<div>{} {}{}</div>", words, mark, said)


def whose(value: law.Value, names: Mapping[str, str]) -> str:
    """The place that set the value."""
    return names.get(value.place, value.place) if value.place else "全国"


def _compared(
    known: Known, keys: Sequence[str], found: Mapping[str, Sequence[law.Value | None]], places: Mapping[str, str]
) -> Chart | None:  # fmt: skip
    """The counties beside each other, where a picture can hold them."""
    paths = [path for path, name in places.items() if name]
    if not 1 < len(paths) <= _BARS:
        return None
    series = [
        Series(known.title(key), [yuan_a_month(found[path][at]) for path in paths])
        for at, key in enumerate(keys)
    ]
    return Chart(
        "standards", "各地标准（折合每月）", "bar", [places[path] for path in paths], series, unit="元/月"
    )


def _trend(known: Known, keys: Sequence[str], wish: Asked, name: str) -> Chart | None:
    """The standards of one county, each time they were changed, up to what is dated already."""
    days = sorted({*known.days(keys, wish.under), wish.on})
    series = [
        Series(known.title(key), [yuan_a_month(known.at(key, wish.under, day)) for day in days])
        for key in keys
    ]
    return Chart(
        "trend", f"{name}标准的变化（折合每月）", "bar", [iso_day(day) for day in days], series,
        unit="元/月", axis="自",
    )  # fmt: skip


def _sheet(
    counties: Sequence[str], keys: Sequence[str], known: Known, wish: Asked, names: Mapping[str, str]
) -> Sheet:
    heads = [Head("地区", "place")]
    for key in keys:
        title = known.title(key)
        heads += [
            Head(f"{title}（元）", "money"),
            Head("单位"),
            Head("登记地区"),
            Head("生效日期", "day"),
            Head("依据"),
        ]
    rows = []
    for path in counties:
        cells: list[Any] = [names[path]]
        for key in keys:
            value = known.at(key, path, wish.on)
            cells += ["没有登记", "", "", "", ""] if value is None else [
                value.value, value.in_words().rpartition(" ")[2], whose(value, names), value.from_, value.source,
            ]  # fmt: skip
        rows.append(cells)
    return Sheet(f"{wish.on} 适用的标准", heads, rows)

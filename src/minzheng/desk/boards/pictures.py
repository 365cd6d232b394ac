"""The pictures of a board: a map of the parts of a place, and a year of one indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor
from minzheng.ui import staged
from minzheng.ui.charts import Chart, Series

from . import figures
from .figures import Counted, drawn

__all__ = ["outline", "trend"]

_MONTHS = 12


def outline(
    indicator: declare.Indicator,
    values: Mapping[str, Counted],
    places: Mapping[str, Division],
    names: Mapping[str, str],
    *,
    under: str,
    fine: bool,
    link: Callable[[Division], str],
) -> Chart | None:
    """The map by city, or by county; nothing for a single county, whose map is one patch."""
    if level_of(under) >= Level.COUNTY or not values:
        return None
    by_city = level_of(under) == Level.PROVINCE and not fine
    paths = sorted(values)
    unit = "元" if indicator.unit == "元" else indicator.unit
    return Chart(
        code="map",
        title=f"{indicator.label}分布",
        kind="map",
        unit=unit,
        names=[names.get(path, path) for path in paths],
        codes=[places[path].code[:6] if path in places and places[path].code else path for path in paths],
        series=[Series(indicator.label, [drawn(indicator, values[path]) for path in paths])],
        map_url=staged.url("map/jilin_prefectures.json" if by_city else "map/jilin_counties.json"),
        urls={names[path]: link(places[path]) for path in paths if path in places},
        summary=_summary(indicator, values, names),
    )


def trend(
    chosen: catalogue.Declared[declare.Indicator], month: clock.Month, by: Actor, *, under: str
) -> Chart | None:
    """The last twelve months, where more than one was counted."""
    months = [month - back for back in range(_MONTHS - 1, -1, -1)]
    found = figures.trend(chosen.code, months, by, under=under)
    if sum(value is not None for value in found) < 2:
        return None
    return Chart(
        code="trend", title=f"{chosen.item.label}近 {_MONTHS} 个月", kind="line", unit=chosen.item.unit, axis="月份",
        names=[str(one) for one in months],
        series=[Series(chosen.item.label, [drawn(chosen.item, value) for value in found])],
    )  # fmt: skip


def _summary(indicator: declare.Indicator, values: Mapping[str, Counted], names: Mapping[str, str]) -> str:
    """Highest and lowest, in a sentence for whoever does not see the picture."""
    known = [(drawn(indicator, value), path) for path, value in values.items()]
    ranked = sorted((value, path) for value, path in known if value is not None)
    if len(ranked) < 2:
        return ""
    (_, low), (_, high) = ranked[0], ranked[-1]
    said = figures.in_words
    return (
        f"最高：{names.get(high, high)} {said(indicator, values[high])}；"
        f"最低：{names.get(low, low)} {said(indicator, values[low])}。"
    )

"""One target: how it is counted, where every county stands, how it came there, and what may be done about it now."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import receive
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import counties, name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import latest, months_of
from minzheng.kernel.plans import queries
from minzheng.kernel.plans.duties import only_plan, target_of
from minzheng.kernel.plans.letters import COLOURS
from minzheng.kernel.plans.standing import Standing, measure_of, standings, value_of
from minzheng.ui import staged
from minzheng.ui.charts import Chart, Series
from minzheng.ui.tables import Head, Row

from .behind import rows_url
from .facts import facts_of
from .sheets import given_rows, sheets_of
from .words import ROOM, day_of, light_badge, place_bar, sides, value_words

__all__ = ["target"]

PARTS = (
    Head("地区"),
    Head("分子", "number"),
    Head("分母", "number"),
    Head("数值", "number"),
    Head("状态"),
    Head("原因"),
)
GIVEN = (Head("月份"), Head("地区"), Head("数值"), Head("状态"), Head("填报和核实"), Head("依据"))


@require_http_methods(["GET", "POST"])
def target(request: HttpRequest, code: str) -> HttpResponse:
    """The page and its deeds."""
    by, plan = reader(staff(request)), only_plan()
    wanted = target_of(plan, code)
    under, on = place_of(by, request.GET.get("under", "")), day_of(request.GET.get("month", ""))
    sheets, status = sheets_of(plan, wanted, under, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=under)
        if done:
            return redirect(request.get_full_path())
    places = {one.path: one for one in counties(under, on=on)}
    around = [under, *(path for path in places if path != under)]
    found = standings(plan, by, paths=around, on=on, only=code)
    one = found[code, under]
    measure = measure_of(code)
    below = [found[code, path] for path in places if path != under]
    known = sorted((each for each in below if each.value is not None), key=_pressing)
    return render(request, "desk/plans/target.html", {
        **header(f"{code} {wanted.label}", crumbs=[ROOM], badge=light_badge(one.light), lead=name_of(under)),
        "facts": facts_of(plan, one, by, on), "sheets": sheets, "map": _map(wanted, found, places, under),
        "trend": _trend(wanted, measure, under, by), "part_columns": PARTS,
        "parts": [_part(each, places[each.path].name, on) for each in known], "part_counts": _counted(known),
        "without": len(below) - len(known), "filters": place_bar(by, under, month=str(clock.Month.of(on))),
        "given_columns": GIVEN, "given": given_rows(plan, wanted, under, by),
        "concerns": queries.concerns(plan, wanted.code, by, under=under),
        "rows_url": rows_url(code, measure, under, on),
    }, status=status)  # fmt: skip


def _pressing(one: Standing) -> tuple[int, str]:
    """The counties that lag first."""
    return ["red", "yellow", "violet", "green", "blue", "grey"].index(one.light.colour), one.path


def _counted(parts: list[Standing]) -> str:
    """How many counties stand under each light."""
    counts = Counter(one.light.colour for one in parts)
    return f"{len(parts)} 个县级单位：" + "，".join(
        f"{word} {counts[colour]} 个" for colour, word in COLOURS.items() if counts[colour]
    )


def _part(one: Standing, name: str, on: Any) -> Row:
    figure = one.figure
    above, below = sides(one.target.code, figure)
    where = urlencode({"under": one.path, "month": str(clock.Month.of(on))})
    return Row(
        [
            name,
            above,
            below,
            value_words(one),
            light_badge(one.light),
            one.light.why,
        ],
        url=f"?{where}",
    )


def _map(
    wanted: declare.Target, found: dict[tuple[str, str], Standing], places: dict[str, Division], under: str
) -> Chart | None:
    """The counties by value; a single county is no map."""
    known = [path for path in sorted(places) if found[wanted.code, path].value is not None]
    if len(known) < 2 or len(places) < 2:
        return None
    values = [found[wanted.code, path].value for path in known]
    return Chart(
        code="map", title=f"{wanted.label}分布", kind="map", unit=wanted.unit,
        names=[places[path].name for path in known],
        codes=[places[path].code[:6] or path for path in known], map_url=staged.url("map/jilin_counties.json"),
        series=[Series(wanted.label, [_drawn(value) for value in values])],
    )  # fmt: skip


def _trend(wanted: declare.Target, measure: str, under: str, by: Actor) -> Chart | None:
    """Month by month where a register counts, else what was given."""
    run = latest()
    series = (
        months_of(run, measure, under, by)
        if measure and run
        else queries.given_series(wanted.code, under, by)
    )
    known = [(month, value_of(wanted, one)) for month, one in sorted(series.items())]
    known = [(month, value) for month, value in known if value is not None]
    if len(known) < 2:
        return None
    return Chart(
        code="trend", title=f"{wanted.label}变化", kind="line", unit=wanted.unit, axis="月份",
        names=[str(month) for month, _ in known], series=[Series(wanted.label, [_drawn(value) for _, value in known])],
    )  # fmt: skip


def _drawn(value: Fraction | None) -> int | float | None:
    """For a picture: two decimals, cut."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else int(value * 100) / 100

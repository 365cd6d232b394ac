"""Two trials side by side, of one release or of two."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.releases import queries
from minzheng.kernel.releases.models import Impact, Simulation
from minzheng.ui.charts import Chart, Series
from minzheng.ui.shown import cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from . import figures
from .reach import RELEASES, ROOM, label_of

__all__ = ["compare"]

_COLUMNS = (
    Head("地区"), Head("项目", "choice"), Head("甲：增减（元/月）", "money"), Head("乙：增减（元/月）", "money"),
    Head("乙比甲（元/月）", "money"), Head("甲：受益（户）", "number"), Head("乙：受益（户）", "number"),
    Head("甲：受损（户）", "number", secondary=True), Head("乙：受损（户）", "number", secondary=True),
)  # fmt: skip
_BARS = 30


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """What two runs found, county by county."""
    by = staff(request)
    first, second = (_asked(request, name, by) for name in ("first", "second"))
    found = queries.compare(first, second, by)
    names = place_names({one.path for one in found})
    paying = {code for run in (first, second) for code, one in run.results.items() if one.get("pays")}
    rows = [
        Row([
            names[one.path], label_of(first.release.domain, one.reckoned),
            *_cells(one.first, one.second, one.reckoned in paying),
        ])
        for one in found
    ]  # fmt: skip
    paid = [one for one in found if one.reckoned in paying]
    return render(request, "desk/releases/compare.html", {
        **header("两次试算对比", crumbs=[ROOM, RELEASES]), "first": _said(first), "second": _said(second),
        "columns": _COLUMNS, "rows": [*rows, *_sum(paid)], "chart": _chart(paid, names),
    })  # fmt: skip


def _asked(request: HttpRequest, name: str, by: Actor) -> Simulation:
    given = request.GET.get(name, "")
    if not given.isdigit() or len(given) > 18:
        raise Refused("compare_which", "请选择要对比的两次试算。", field=name)
    found = queries.simulation(int(given), by)
    if found.state != Simulation.State.FINISHED:
        raise Refused("compare_unfinished", f"试算 {found.pk} 还没有完成，不能对比。", field=name)
    return found


def _cells(first: Impact | None, second: Impact | None, pays: bool) -> list[Any]:
    own = [one.difference if one is not None and pays else None for one in (first, second)]
    apart = own[1] - own[0] if own[0] is not None and own[1] is not None else None
    counts = [[_gaining(one), _losing(one)] for one in (first, second)]
    return [own[0], own[1], apart, counts[0][0], counts[1][0], counts[0][1], counts[1][1]]


def _gaining(one: Impact | None) -> int | None:
    return one.winners + one.newly if one is not None else None


def _losing(one: Impact | None) -> int | None:
    return one.losers + one.no_longer if one is not None else None


def _sum(paid: list[queries.Compared]) -> list[Row]:
    if not paid:
        return []
    sides = [
        figures.total(one for one in column if one is not None)
        for column in zip(*((x.first, x.second) for x in paid), strict=True)
    ]
    first, second = sides
    return [Row([
        "合计", "发放资金的项目", first.difference, second.difference, second.difference - first.difference,
        first.winners + first.newly, second.winners + second.newly, first.losers + first.no_longer,
        second.losers + second.no_longer,
    ], mark="total")]  # fmt: skip


def _chart(paid: list[queries.Compared], names: dict[str, str]) -> Chart | None:
    if len(paid) < 2:
        return None
    shown = sorted(
        paid, key=lambda one: -max(abs(x.difference) if x else 0 for x in (one.first, one.second))
    )[:_BARS]
    return Chart(
        "compared", "每月支出增减", "bar", [names[one.path] for one in shown],
        [
            Series("甲", [one.first.difference // 100 if one.first else None for one in shown]),
            Series("乙", [one.second.difference // 100 if one.second else None for one in shown]),
        ], unit="元",
    )  # fmt: skip


def _said(of: Simulation) -> dict[str, Any]:
    """Which run this is, and what it tried."""
    values = [
        (one["label"], f"{yuan(one['cost_before'])} → {yuan(one['cost_after'])} 元/月")
        for one in of.results.values()
        if one.get("pays")
    ]
    return {
        "title": of.release.title, "url": f"/desk/standards/simulations/{of.pk}/",
        "facts": [("试算", f"{of.pk}，{cn_datetime(of.asked_at)}"), ("户数", f"{of.total:,} 户"), *values],
    }  # fmt: skip

"""One trial: how far it is, and what it found, county by county, in pictures and household by household."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.kernel import clock
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.releases import queries
from minzheng.kernel.releases.models import Impact, Sample, Simulation
from minzheng.ui.shown import NOTHING, badge, cn_datetime
from minzheng.ui.tables import Head, Row

from . import figures
from .reach import RELEASES, ROOM, SIMULATIONS, heads, label_of, simulation_badge
from .workbook import Sheet, workbook

__all__ = ["progress", "simulation", "simulation_workbook"]

_SAMPLES = (
    Head("家庭"), Head("地区"), Head("项目"), Head("影响"), Head("原月金额（元）", "money"),
    Head("新月金额（元）", "money"),
)  # fmt: skip
_KINDS = {
    "winners": "good", "losers": "bad", "newly": "good", "no_longer": "bad", "unchanged": "neutral",
    "outside": "neutral", "unknown": "unknown",
}  # fmt: skip
_UNFINISHED = ("waiting", "running")
_ALL = "all"


@require_GET
def simulation(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """The page of a trial: its progress, then its results."""
    by = staff(request)
    of = queries.simulation(simulation_id, by)
    shown = _head(of)
    if of.state == "finished":
        shown |= _results(request, of, by)
    else:
        shown |= {"progress": _progress(of)}
    return render(request, "desk/releases/simulation.html", shown)


@require_GET
def progress(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """The bar alone, asked for every other second; when the run is over the whole page is read again."""
    of = queries.simulation(simulation_id, staff(request))
    if of.state not in _UNFINISHED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/releases/part_progress.html", {"simulation": of, "progress": _progress(of)})


@require_POST
def simulation_workbook(request: HttpRequest, simulation_id: int) -> FileResponse:
    """Everything that was found, as a workbook."""
    by = staff(request)
    of = queries.simulation(simulation_id, by)
    rows = list(queries.impacts(of, by))
    samples = list(queries.samples(of, by))
    names = place_names({one.path for one in (*rows, *samples)})
    labels, pays = _labels(of), _pays(of)
    own = heads({one.household_id for one in samples})
    sheets = [
        Sheet("试算说明", [Head("内容"), Head("值", "place")], _facts(of)),
        Sheet("按地区和项目", figures.COLUMNS, [row.cells for row in figures.table(rows, names, labels, pays, "")]),
        Sheet("增减分布", [Head("项目"), Head("每户每月增减"), Head("户数", "number")], _gains(of)),
        Sheet("抽看家庭", _SAMPLES, [row.cells for row in _samples(of, samples, names, own)]),
    ]  # fmt: skip
    return workbook(f"试算结果{of.pk}", sheets, by=by, about=of, path=of.path)


def _head(of: Simulation) -> dict[str, Any]:
    release = of.release
    back = (release.title, f"{RELEASES[1]}{release.pk}/")
    month = clock.Month.of(of.from_month)
    lead = f"{month.year}年{month.month}月的数值，{cn_datetime(of.asked_at)} 由{of.by_name}发起"
    return {
        **header(f"试算 {of.pk}", crumbs=[ROOM, RELEASES, back], badge=simulation_badge(of), lead=lead),
        "simulation": of, "release": release, "unfinished": of.state in _UNFINISHED,
        "refresh_url": f"{SIMULATIONS}{of.pk}/",
    }  # fmt: skip


def _progress(of: Simulation) -> dict[str, Any]:
    """How far a run is, and how long it will take at this pace."""
    percent = of.done * 100 // of.total if of.total else 0
    return {
        "done": f"{of.done:,}",
        "total": f"{of.total:,}",
        "percent": percent,
        "left": _left(of, clock.now()),
    }


def _left(of: Simulation, at: datetime) -> str:
    if of.started_at is None:
        return "等待后台程序开始"
    if not of.done or not of.total:
        return "正在读取家庭档案"
    spent = max((at - of.started_at).total_seconds(), 0)
    seconds = round(spent * (of.total - of.done) / of.done)
    return f"预计还需 {seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"预计还需 {seconds} 秒"


def _labels(of: Simulation) -> dict[str, str]:
    """What was reckoned, by code, in the words of that day; what pays comes first."""
    listed = sorted(of.results.items(), key=lambda one: not one[1].get("pays"))
    return {code: str(one.get("label") or label_of(of.release.domain, code)) for code, one in listed}


def _pays(of: Simulation) -> dict[str, bool]:
    return {code: bool(one.get("pays")) for code, one in of.results.items()}


def _results(request: HttpRequest, of: Simulation, by: Actor) -> dict[str, Any]:
    labels, pays = _labels(of), _pays(of)
    chosen, sort = request.GET.get("reckoned", ""), request.GET.get("sort", "")
    chosen = chosen if chosen in labels or chosen == _ALL else next(iter(labels), _ALL)
    everything = list(queries.impacts(of, by))
    samples = list(queries.samples(of, by))
    places = {one.path: one for one in in_force().filter(path__in={one.path for one in everything})}
    names = place_names({one.path for one in (*everything, *samples)} | {of.path})
    rows = [one for one in everything if chosen in (_ALL, one.reckoned)]
    shown = {code: label for code, label in labels.items() if chosen in (_ALL, code)}
    own = heads({one.household_id for one in samples})
    runs = list(queries.simulations(of.release, by).exclude(pk=of.pk).filter(state="finished")[:20])
    return {
        "sections": _sections(everything, labels, pays), "partly": not by.covers(of.path), "place": names[of.path],
        "columns": figures.COLUMNS, "rows": figures.table(rows, names, shown, pays, sort),
        "filters": _bar(chosen, sort, labels), "charts": _charts(of, everything, labels, pays, places, names, by),
        "sample_columns": _SAMPLES, "samples": _samples(of, samples, names, own),
        "facts": _facts(of), "others": [(one.pk, f"试算 {one.pk}，{cn_datetime(one.asked_at)}") for one in runs],
        "warnings": queries.warnings(of.release) if of.voided_at is None else [],
    }  # fmt: skip


def _sections(
    rows: list[Impact], labels: Mapping[str, str], pays: Mapping[str, bool]
) -> list[dict[str, Any]]:
    """The main figures, scheme by scheme."""
    found = []
    for code, label in labels.items():
        own = figures.total(one for one in rows if one.reckoned == code)
        if not (own.winners or own.losers or own.newly or own.no_longer or own.unknown):
            found.append({"label": label, "note": f"{own.households:,} 户没有变化", "stats": []})
            continue
        said = f"{own.households:,} 户，其中不变 {own.unchanged:,} 户，前后均不符合 {own.outside:,} 户"
        if own.paid_households:
            said += f"；当月在保 {own.paid_households:,} 户"
        found.append({"label": label, "note": said, "stats": figures.tiles(own, pays=pays[code])})
    return found


def _charts(
    of: Simulation, rows: list[Impact], labels: Mapping[str, str], pays: Mapping[str, bool],
    places: Mapping[str, Division], names: Mapping[str, str], by: Actor,
) -> list[Any]:  # fmt: skip
    """Pictures of the first scheme that pays; how gains are spread is known for the whole place only."""
    code = next((code for code in labels if pays[code]), None)
    if code is None:
        return []
    own = [one for one in rows if one.reckoned == code]
    whole = figures.spread(of.results[code], labels[code]) if by.covers(of.path) else None
    drawn = [whole, figures.outline(own, places, names, labels[code]), figures.bars(own, names, labels[code])]
    return [one for one in drawn if one is not None]


def _bar(chosen: str, sort: str, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": "reckoned",
            "label": "项目",
            "kind": "choice",
            "value": chosen,
            "options": list(labels.items()),
        },
        {
            "name": "sort",
            "label": "排列",
            "kind": "pick",
            "value": sort,
            "options": list(figures.SORTS.items()),
        },
    ]


def _samples(
    of: Simulation, found: list[Sample], names: Mapping[str, str], own: Mapping[int, str]
) -> list[Row]:
    """The households drawn, group by group; a name is masked until the household is opened."""
    order, pays = list(figures.GROUPS), _pays(of)
    chosen = sorted(found, key=lambda one: (one.reckoned, order.index(one.group), one.pk))
    return [
        Row([
            f"{mask_name(own.get(one.household_id, ''))}户 {one.household.number}", names[one.path],
            label_of(of.release.domain, one.reckoned), badge(figures.GROUPS[one.group], _KINDS[one.group]),
            *((one.before, one.after) if pays.get(one.reckoned) else (NOTHING, NOTHING)),
        ], url=f"{SIMULATIONS}{of.pk}/households/{one.pk}/")
        for one in chosen
    ]  # fmt: skip


def _gains(of: Simulation) -> list[list[Any]]:
    labels = _labels(of)
    charts = {code: figures.spread(one, labels[code]) for code, one in of.results.items()}
    return [
        [labels[code], name, number]
        for code, chart in charts.items()
        if chart is not None
        for name, number in zip(chart.names, chart.series[0].values, strict=True)
    ]


def _facts(of: Simulation) -> list[tuple[str, Any]]:
    release = of.release
    seconds = f"{of.milliseconds // 1000}.{of.milliseconds % 1000 // 100} 秒" if of.milliseconds else NOTHING
    return [
        ("发布", release.title), ("依据文件", release.source), ("发起", f"{of.by_name} {cn_datetime(of.asked_at)}"),
        ("完成", cn_datetime(of.finished_at)), ("用时", seconds), ("试算户数", f"{of.total:,} 户"),
        ("在保而无档案", f"{of.without_facts:,} 户"), ("规则版本", of.rule_set), ("规则摘要", of.rules_digest[:16]),
        ("参数摘要", of.parameters_digest[:16]), ("家庭档案", _population(of.population)), ("结果摘要", of.seal[:16]),
    ]  # fmt: skip


def _population(fingerprint: str) -> str:
    """The state of the profiles that the run read: how many, and when the newest was recorded."""
    number, _, latest = fingerprint.partition("/")
    return f"{number} 户，最近更新 {cn_datetime(latest)}" if latest else f"{number} 户"

"""The figures of a trial as tables and pictures: by county and scheme, in sum, and how the gains are spread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit import Actor
from minzheng.kernel.releases.models import Impact, Simulation
from minzheng.ui import staged
from minzheng.ui.charts import Chart, Series
from minzheng.ui.shown import NOTHING, yuan
from minzheng.ui.tables import Head, Row

__all__ = [
    "COLUMNS",
    "GROUPS",
    "SORTS",
    "Totals",
    "bars",
    "cells",
    "outline",
    "spread",
    "table",
    "tiles",
    "total",
    "totals",
]

GROUPS: Mapping[str, str] = {
    "winners": "金额增加", "losers": "金额减少", "newly": "新符合", "no_longer": "不再符合", "unchanged": "不变",
    "outside": "前后均不符合", "unknown": "资料不全",
}  # fmt: skip
_NUMBERS = ("households", *GROUPS, "cost_before", "cost_after", "paid_households", "paid_cost")
COLUMNS = (
    Head("地区"), Head("项目", "choice"), Head("增加", "number"), Head("减少", "number"), Head("新符合", "number"),
    Head("不再符合", "number"), Head("不变", "number", secondary=True), Head("资料不全", "number", secondary=True),
    Head("原月支出（元）", "money"), Head("新月支出（元）", "money"), Head("增减（元）", "money"),
)  # fmt: skip
SORTS: Mapping[str, str] = {
    "": "按地区", "difference": "月支出增减，从大到小", "winners": "金额增加户数，从大到小",
    "losers": "金额减少户数，从大到小",
    "newly": "新符合户数，从大到小", "no_longer": "不再符合户数，从大到小", "unknown": "资料不全户数，从大到小",
}  # fmt: skip
_BARS = 30
_NARROW = 12


@dataclass(frozen=True)
class Totals:
    """Some counties added up."""

    households: int = 0
    winners: int = 0
    losers: int = 0
    newly: int = 0
    no_longer: int = 0
    unchanged: int = 0
    outside: int = 0
    unknown: int = 0
    before: int = 0
    after: int = 0
    paid_households: int = 0
    paid_cost: int = 0

    @property
    def difference(self) -> int:
        """What it costs more, or less, each month."""
        return self.after - self.before


def total(rows: Iterable[Impact]) -> Totals:
    """The sum of some lines."""
    found = list(rows)
    added = {name: sum(getattr(one, name) for one in found) for name in _NUMBERS}
    return Totals(before=added.pop("cost_before"), after=added.pop("cost_after"), **added)


def totals(runs: Sequence[Simulation], by: Actor) -> dict[int, Totals]:
    """What pays of each run, added up over the counties in scope: one query for all runs."""
    found: dict[int, Totals] = {}
    paying = {run.pk: [code for code, one in run.results.items() if one.get("pays")] for run in runs}
    rows = in_scope(Impact.objects.filter(simulation__in=[run.pk for run in runs]), by)
    sums = (
        rows.values("simulation", "reckoned")
        .annotate(**{f"sum_{name}": Sum(name) for name in _NUMBERS})
        .order_by()
    )
    for row in sums:
        if row["reckoned"] not in paying[row["simulation"]]:
            continue
        before = found.get(row["simulation"], Totals())
        found[row["simulation"]] = _plus(before, row)
    return found


def _plus(before: Totals, row: Mapping[str, Any]) -> Totals:
    names = {name: name for name in _NUMBERS} | {"cost_before": "before", "cost_after": "after"}
    return Totals(**{own: getattr(before, own) + row[f"sum_{name}"] for name, own in names.items()})


def cells(one: Impact | Totals, *, pays: bool) -> list[Any]:
    """The numbers of one line; what pays nothing has no money."""
    before, after = (one.cost_before, one.cost_after) if isinstance(one, Impact) else (one.before, one.after)
    money = [before, after, one.difference] if pays else [NOTHING] * 3
    return [one.winners, one.losers, one.newly, one.no_longer, one.unchanged, one.unknown, *money]


def table(
    rows: Sequence[Impact],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    pays: Mapping[str, bool],
    sort: str,
) -> list[Row]:
    """County by county in the order asked for, and the sum of each scheme."""
    chosen = sorted(
        rows, key=lambda one: (-getattr(one, sort) if sort in SORTS and sort else 0, one.path, one.reckoned)
    )
    lines = [
        Row([names[one.path], labels[one.reckoned], *cells(one, pays=pays[one.reckoned])]) for one in chosen
    ]
    for code, label in labels.items():
        own = [one for one in rows if one.reckoned == code]
        if own:
            lines.append(Row(["合计", label, *cells(total(own), pays=pays[code])], mark="total"))
    return lines


def tiles(of: Totals, *, pays: bool) -> list[dict[str, Any]]:
    """The main figures of one scheme."""
    if not pays:
        return [
            _tile("新符合", of.newly, "user-plus"), _tile("不再符合", of.no_longer, "user-x"),
            _tile("不变", of.unchanged, "check"), _tile("资料不全", of.unknown, "help-circle"),
        ]  # fmt: skip
    sign = "+" if of.difference > 0 else ""
    cost = {
        "label": "每月支出", "value": f"{sign}{yuan(of.difference)}", "unit": "元", "icon": "coin-yuan",
        "note": f"{yuan(of.before)} → {yuan(of.after)} 元",
    }  # fmt: skip
    return [
        cost, _tile("金额增加", of.winners, "plus"), _tile("金额减少", of.losers, "alert-triangle"),
        _tile("新符合", of.newly, "user-plus"), _tile("不再符合", of.no_longer, "user-x"),
        _tile("资料不全", of.unknown, "help-circle"),
    ]  # fmt: skip


def _tile(label: str, number: int, icon: str) -> dict[str, Any]:
    return {"label": label, "value": f"{number:,}", "unit": "户", "icon": icon}


def bars(rows: Sequence[Impact], names: Mapping[str, str], label: str) -> Chart | None:
    """What each county pays more or less a month, the most changed first."""
    if len(rows) < 2:
        return None
    shown = sorted(rows, key=lambda one: (-abs(one.difference), one.path))[:_BARS]
    rest = "" if len(shown) == len(rows) else f"（变化最大的 {len(shown)} 个地区）"
    return Chart(
        "cost", f"{label}每月支出增减{rest}", "bar", [names[one.path] for one in shown],
        [Series("每月增减", [one.difference // 100 for one in shown])], unit="元",
    )  # fmt: skip


def outline(
    rows: Sequence[Impact], places: Mapping[str, Division], names: Mapping[str, str], label: str
) -> Chart | None:
    """The same on the map of the counties."""
    if len(rows) < 2:
        return None
    codes = [
        places[one.path].code[:6] if one.path in places and places[one.path].code else one.path
        for one in rows
    ]
    # The map's scale begins at nothing: where some place pays less, it shows who gains instead.
    costs = [one.difference // 100 for one in rows]
    what, unit, numbers = (
        ("每月支出增加", "元", costs)
        if min(costs) >= 0
        else ("金额增加的家庭", "户", [one.winners for one in rows])
    )
    return Chart(
        "map", f"{label}{what}", "map", [names[one.path] for one in rows], [Series(what, numbers)], unit=unit,
        codes=codes, map_url=staged.url("map/jilin_counties.json"),
    )  # fmt: skip


def spread(result: Mapping[str, Any], label: str) -> Chart | None:
    """How many households gain or lose how much a month."""
    gains = [one for one in result.get("gains", ()) if one["households"]] if result.get("pays") else []
    if not gains:
        return None
    wide = result["gains"]
    first, last = wide.index(gains[0]), wide.index(gains[-1])
    shown = wide[first : last + 1]
    return Chart(
        "gains", f"{label}每户每月增减分布", "bar", [_class(one["from"], one["below"]) for one in shown],
        [Series("户数", [one["households"] for one in shown])], unit="户", axis="每户每月增减",
        summary="只计前后至少一次符合且资料齐全的家庭。",
    )  # fmt: skip


def _class(first: int | None, below: int | None) -> str:
    """A class of gains in yuan: 增 20.01–50 元, 减 100 元以上, 不变."""
    if first == 0 and below == 1:
        return "不变"
    if first is None:
        return f"减 {-(below or 0) // 100} 元以上"
    if below is None:
        return f"增 {first // 100} 元以上"
    low, high, word = (-below, -first, "减") if below <= 0 else (first, below, "增")
    return f"{word} {low // 100}–{high // 100} 元" if low // 100 else f"{word} {high // 100} 元以内"

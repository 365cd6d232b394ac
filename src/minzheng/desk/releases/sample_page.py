"""One household of a trial: its reasons before and after, side by side; that it was looked at is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import law
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.errors import NotFound
from minzheng.kernel.law.units import UNITS, from_json
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.releases import queries, values
from minzheng.ui.shown import badge, yuan

from . import figures
from .reach import RELEASES, ROOM, SIMULATIONS, heads, label_of

__all__ = ["sample"]


@require_GET
def sample(request: HttpRequest, simulation_id: int, drawn_id: int) -> HttpResponse:
    """Both explanations of one drawn household."""
    by = staff(request)
    of = queries.simulation(simulation_id, by)
    found = queries.look_at(drawn_id, by)
    if found.simulation_id != of.pk:
        raise NotFound("release_unknown", "没有这户家庭。请返回试算重新选择。")
    head = heads({found.household_id}).get(found.household_id, "")
    crumbs = [
        ROOM, RELEASES, (of.release.title, f"{RELEASES[1]}{of.release_id}/"),
        (f"试算 {of.pk}", f"{SIMULATIONS}{of.pk}/"),
    ]  # fmt: skip
    title = f"{mask_name(head)}户 {found.household.number}"
    return render(request, "desk/releases/sample.html", {
        **header(title, crumbs=crumbs, badge=badge(figures.GROUPS[found.group]),
                 lead=f"{label_of(of.release.domain, found.reckoned)}，{name_of(found.path)}。查看已留下记录。"),
        "sides": [
            _side("按原数值", found.explained.get("before", {}), found.before),
            _side("按新数值", found.explained.get("after", {}), found.after),
        ],
        "changed": _changed(found.explained),
    })  # fmt: skip


def _side(title: str, said: Mapping[str, Any], amount: int | None) -> dict[str, Any]:
    trees = [law.Explanation.from_json(one) for one in said.get("tree", ())]
    finding = law.Finding.from_json(said["finding"]) if "finding" in said else None
    return {
        "title": title, "amount": f"{yuan(amount)} 元/月" if amount is not None else "", "finding": finding,
        "trees": trees,
    }  # fmt: skip


def _changed(explained: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The dated values that differ between the two sides, as they are read."""
    sides = [
        {one["key"]: one for one in explained.get(name, {}).get("parameters", ())}
        for name in ("before", "after")
    ]
    # What only one side came to read is no change: the other was decided before it got there.
    return [
        (sides[1][key]["title"] or key, f"{_said(sides[0][key])} → {_said(sides[1][key])}")
        for key in sorted(sides[0].keys() & sides[1].keys())
        if sides[0][key]["value"] != sides[1][key]["value"]
    ]


def _said(value: Mapping[str, Any]) -> str:
    shown = law.Value(
        key=value["key"], place=value["place"], from_=date.fromisoformat(value["from"]), until=None, value=_read(value),
        unit=value["unit"], source=value["source"], confidence=value["confidence"],
    )  # fmt: skip
    words = values.before().words(shown.key)
    return replace(shown, words=words).in_words()


def _read(value: Mapping[str, Any]) -> Any:
    return from_json(value["value"], UNITS[value["unit"]])

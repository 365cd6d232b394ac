"""What became known after a snapshot was frozen (冻结以后): beside what was known then, and never in its place.

A report keeps the figures of its day.  What is verified or counted later for the same months stands here, with the day
on which it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import at_office_time
from minzheng.kernel.indicators.computing import PLAN_BEGINS
from minzheng.kernel.indicators.figures import Figure, Shown, latest, months_among

from .basis import of_kept
from .covering import verified
from .duties import Plan, target_of
from .models import Evaluation, Reported
from .standing import Standing, said, standings, value_of

__all__ = ["Arrived", "Changed", "arrived", "changed", "later"]


@dataclass(frozen=True)
class Arrived:
    """A figure of a month that the snapshot covers, verified after it was frozen."""

    code: str
    label: str
    place: str
    month: clock.Month
    then: str
    now: str
    came_on: date
    why: str


@dataclass(frozen=True)
class Changed:
    """A target whose figure at the day of the snapshot is another now."""

    code: str
    label: str
    then: str
    then_light: str
    now: str
    now_light: str
    came_on: date | None
    computed: bool


def arrived(plan: Plan, of: Evaluation, by: Actor) -> list[Arrived]:
    """Every figure given later, month by month, beside what the snapshot has there; a constant number of queries."""
    rows = list(
        verified(plan.code, by, of.as_of)
        .filter(verified_at__gt=of.made_at, month__gte=PLAN_BEGINS.first)
        .order_by("target", "month", "path")
    )
    known = months_among(
        Shown(of.frozen), {clock.Month.of(one.month) for one in rows}, by, paths={one.path for one in rows},
        indicators={f"{plan.code}.{one.target}" for one in rows},
    )  # fmt: skip
    called = names({one.path for one in rows})
    return [_arrived(plan, one, known, called) for one in rows]


def changed(plan: Plan, of: Evaluation, by: Actor) -> list[Changed]:
    """Every target of the province that stands differently now on the day of the snapshot, judged as it was then."""
    found = standings(plan, by, paths=["22/"], on=of.as_of, basis=of_kept(of.basis))
    came, run = _given_on(plan, of, by), latest()
    counted = at_office_time(run.of.finished_at).date() if run else None  # type: ignore[union-attr, arg-type]
    pairs = [(line, found[line["code"], "22/"]) for line in of.lines]
    return [
        _changed(line, one, counted if one.source == "computed" else came.get(line["code"]))
        for line, one in pairs
        if _differs(line, one)
    ]


def later(plan: Plan, of: Evaluation, by: Actor) -> list[str]:
    """The same in words, for a report: what came between the snapshot and the publication."""
    told = [
        f"{one.code} {one.label}：冻结时 {one.then or '没有数值'}，现在 {one.now or '没有数值'}。"
        for one in changed(plan, of, by)
    ]
    for one in arrived(plan, of, by):
        then, why = one.then or "没有数值", f"，{one.why}" if one.why else ""
        told.append(
            f"{one.place} {one.month} {one.code}：冻结时 {then}，{one.came_on} 核实为 {one.now}{why}。"
        )
    return told


def _differs(line: Mapping[str, Any], one: Standing) -> bool:
    """In the figure itself or in the light; nothing of nothing is no figure on either side."""
    then = (line["numerator"], line["denominator"]) if line["value"] else None
    now = (one.figure.numerator, one.figure.denominator) if one.figure and one.value is not None else None
    return then != now or line["light"] != one.light.colour


def _changed(line: Mapping[str, Any], one: Standing, came_on: date | None) -> Changed:
    unit = line["unit"]
    return Changed(
        code=line["code"], label=line["label"], then=f"{line['value']}{unit}" if line["value"] else "",
        then_light=line["light"], now="" if one.value is None else f"{said(one.value, one.target)}{unit}",
        now_light=one.light.colour, came_on=came_on, computed=one.source == "computed",
    )  # fmt: skip


def _given_on(plan: Plan, of: Evaluation, by: Actor) -> dict[str, date]:
    """The day on which the last figure of each target was verified after the snapshot was frozen."""
    rows = verified(plan.code, by, of.as_of).filter(verified_at__gt=of.made_at).order_by("verified_at")
    return {code: at_office_time(at).date() for code, at in rows.values_list("target", "verified_at") if at}


def _arrived(
    plan: Plan,
    one: Reported,
    known: Mapping[clock.Month, Mapping[tuple[str, str], Figure]],
    called: Mapping[str, str],
) -> Arrived:
    target, month = target_of(plan, one.target), clock.Month.of(one.month)
    then = known[month].get((f"{plan.code}.{one.target}", one.path))
    now = Figure(one.numerator, one.denominator, given=True)
    return Arrived(
        code=target.code, label=target.label, place=called[one.path], month=month, then=_said(target, then),
        now=_said(target, now), came_on=at_office_time(one.verified_at).date(), why=one.reason,  # type: ignore[arg-type]
    )  # fmt: skip


def _said(target: declare.Target, of: Figure | None) -> str:
    """The value with its unit, and both sides of a share."""
    if of is None or (value := value_of(target, of)) is None:
        return ""
    sides = f"（{of.numerator:,} / {of.denominator:,}）" if of.denominator is not None else ""
    return f"{said(value, target)}{target.unit}{sides}"

"""A demonstration of the plan: five years of figures, projects, a problem, an opinion, evaluations, a forecast."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.indicators import computing
from minzheng.kernel.people.models import Household
from minzheng.kernel.plans import confirming, evaluating, projects, reporting
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.models import Evaluation, Project

from . import happened
from .built import PROJECTS
from .checked import check_each_other
from .outside import come_later, look_from_outside
from .yearly import review_years

__all__ = ["populate"]

_PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Told in the order of the days, each on its own; done once."""
    del family
    if Evaluation.objects.exists() or "planner" not in actors:
        return
    plan = only_plan()
    with (Path(__file__).parent / "given.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["month"])
    months = {month: list(of) for month, of in groupby(rows, key=lambda row: row["month"])}
    _build(plan, actors)
    for _, name, path, _, due, _ in PROJECTS:
        if name.endswith("新建殡仪馆"):
            with clock.frozen(date(2021, 12, 20)):
                reporting.apportion(
                    plan=plan, target="T085", path=path, year=due.year, value=Decimal(1), by=actors["planner"]
                )
    for month in sorted(months):
        _give(plan, clock.Month.parse(month), months[month], actors)
        if month == "2023-06":
            happened.concern(plan, actors)
            _evaluate(plan, "mid", date(2023, 7, 24), date(2023, 12, 15), actors)
        if month == "2025-09":
            _forecast(plan, actors["planner"])
    _evaluate(plan, "final", date(2026, 1, 26), date(2026, 3, 20), actors)
    come_later(plan, _paper, giver=actors["plan_reporter"], second=actors["plan_verifier"])
    computing.compute(by=by)
    review_years(plan, _paper, giver=actors["plan_reporter"], second=actors["plan_verifier"])
    _look(plan, actors)
    happened.refused_change(plan, actors, _paper)
    happened.still_open(plan, actors)


def _look(plan: Plan, actors: Mapping[str, Actor]) -> None:
    """A county confirms the last quarter and holds one of its figures to be wrong."""
    county: Any = actors["plan_county"]
    path, quarter = county.posts[0].path, confirming.last_quarter()
    with clock.frozen(quarter.last + timedelta(days=9)):
        confirming.dispute(
            plan=plan, target="T056", path=path, quarter=quarter, by=county,
            reason="两家乡镇福利中心的助浴设施已经安装，登记事项还没有更新",
        )  # fmt: skip
        confirming.confirm(plan=plan, path=path, quarter=quarter, by=county)


def _give(plan: Plan, month: clock.Month, rows: list[dict[str, str]], actors: Mapping[str, Actor]) -> None:
    """One person gives the figures of the month with the statistical sheet, another finds them in it."""
    giver, second = actors["plan_reporter"], actors["plan_verifier"]
    with clock.frozen(month.next.first.replace(day=12)):
        sheet = _paper(f"{month} 统计表", giver)
        for row in rows:
            made = reporting.report(
                plan=plan, target=row["target"], path="22/", month=month, numerator=int(row["numerator"]),
                denominator=int(row["denominator"]) if row["denominator"] else None, reason=row["reason"],
                evidence=sheet, by=giver,
            )  # fmt: skip
            reporting.verify(reported=made, opinion="与统计表一致", plan=plan, by=second)


def _paper(label: str, by: Actor) -> Document:
    return documents.store_upload(
        file=ContentFile(_PDF + label.encode(), name=f"{label}.pdf"), label=label, path="22/", by=by
    )


def _build(plan: Plan, actors: Mapping[str, Actor]) -> None:
    """Projects of the boxes, some of them finished."""
    planner = actors["planner"]
    for programme, name, path, opened, due, finished in PROJECTS:
        steps: list[tuple[str, date]] = [
            ("立项批复", opened.replace(month=12)),
            ("开工", due.replace(month=1)),
            ("竣工", due),
        ]
        with clock.frozen(opened):
            made = projects.open_project(
                plan=plan, programme=programme, name=name, path=path, due_on=due, milestones=steps, by=planner
            )
        if finished is None:
            _begin(plan, made, planner)
            continue
        with clock.frozen(finished):
            for step in made.milestones.all():
                projects.reach(plan=plan, milestone=step, on=min(step.due_on, finished), by=planner)
            projects.accept(
                plan=plan, project=made, on=finished, evidence=_paper(f"{name}验收", planner), by=planner
            )


def _begin(plan: Plan, made: Project, planner: Actor) -> None:
    """Approved and begun, not finished."""
    for step in made.milestones.order_by("due_on")[:2]:
        with clock.frozen(step.due_on):
            projects.reach(plan=plan, milestone=step, on=step.due_on, by=planner)


def _forecast(plan: Plan, planner: Actor) -> None:
    """What the figures of September let foresee, three months before the plan ends."""
    with clock.frozen(date(2025, 10, 20)):
        made = evaluating.evaluate(
            plan=plan, kind="forecast", as_of=evaluating.DUE["forecast"], seed="", per_city=0, by=planner
        )
    with clock.frozen(date(2025, 11, 14)):
        evaluating.publish(plan=plan, evaluation=made, by=planner)


def _evaluate(plan: Plan, kind: str, made_on: date, published_on: date, actors: Mapping[str, Actor]) -> None:
    planner = actors["planner"]
    with clock.frozen(made_on):
        made = evaluating.evaluate(
            plan=plan,
            kind=kind,
            as_of=evaluating.DUE[kind],
            seed=f"第三方{made_on.year}",
            per_city=5,
            by=planner,
        )
    check_each_other(plan, made, _paper, planner, on=made_on + timedelta(days=30))
    look_from_outside(plan, made, actors["third_party"], on=published_on - timedelta(days=40))
    with clock.frozen(published_on):
        evaluating.publish(plan=plan, evaluation=made, by=planner)

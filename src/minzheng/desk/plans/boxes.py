"""Projects of the plan's boxes (专栏): how far each has come, what is behind, and one project by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import receive
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.models import Milestone, Project
from minzheng.kernel.plans.queries import project_of, projects_beneath
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .projects import opening_sheets, step_sheets
from .words import ROOM, place_bar

__all__ = ["boxes", "project"]

HOME = ("专栏项目", "/desk/plans/projects/")
COLUMNS = (Head("项目"), Head("地区", secondary=True), Head("里程碑"), Head("计划完成", "day"), Head("状态"))
STEPS = (Head("里程碑"), Head("计划日期", "day"), Head("完成日期", "day"), Head("状态"), Head("登记人"))


@require_http_methods(["GET", "POST"])
def boxes(request: HttpRequest) -> HttpResponse:
    """All boxes of a place."""
    by, plan = reader(staff(request)), only_plan()
    under = place_of(by, request.GET.get("under", ""))
    sheets, status = opening_sheets(plan, plan.item.programmes, under, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=under)
        if done:
            return redirect(request.get_full_path())
    rows, today = list(projects_beneath(plan, by, under=under)), clock.today()
    return render(request, "desk/plans/boxes.html", {
        **header(HOME[0], crumbs=[ROOM], lead=name_of(under)), "columns": COLUMNS, "sheets": sheets,
        "filters": place_bar(by, under),
        "stats": _stats(rows, today), "boxes": list(_boxes(plan, rows, today)),
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project: its milestones, and what comes next."""
    by, plan = reader(staff(request)), only_plan()
    one = project_of(plan, project_id, by)
    sheets, status = step_sheets(plan, one, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(request.path)
    today = clock.today()
    steps = sorted(one.milestones.all(), key=lambda step: (step.due_on, step.pk))
    return render(request, "desk/plans/project.html", {
        **header(one.name, crumbs=[ROOM, HOME], lead=name_of(one.path), badge=_state(one, today)),
        "facts": _facts(plan, one), "sheets": sheets, "columns": STEPS,
        "rows": [Row([step.label, step.due_on, step.done_on, _step(step, today), step.by_name]) for step in steps],
    }, status=status)  # fmt: skip


def _stats(rows: list[Project], today: date) -> list[dict[str, Any]]:
    finished = sum(one.completed_on is not None for one in rows)
    behind = sum(one.completed_on is None and late_step(one, today) is not None for one in rows)
    return [
        {"label": "项目", "value": len(rows), "unit": "个", "kind": "neutral"},
        {"label": "已验收", "value": finished, "unit": "个", "kind": "good"},
        {"label": "里程碑逾期", "value": behind, "unit": "个", "kind": "bad" if behind else "good"},
    ]  # fmt: skip


def late_step(one: Project, today: date) -> Milestone | None:
    """The first milestone that should have been reached."""
    late = [step for step in one.milestones.all() if step.done_on is None and step.due_on < today]
    return min(late, key=lambda step: step.due_on, default=None)


def _boxes(plan: Plan, rows: Iterable[Project], today: date) -> Iterable[dict[str, Any]]:
    """Each kind of project under its box, with the target that its completed ones count for."""
    sections = {one.code: one.label for one in plan.item.sections}
    targets = {one.code: one for one in plan.item.targets}
    called, mine = names({one.path for one in rows}), list(rows)
    for kind in sorted(plan.item.programmes, key=lambda one: list(sections).index(one.section)):
        of = [one for one in mine if one.programme == kind.code]
        finished = sum(one.completed_on is not None for one in of)
        yield {
            "label": sections[kind.section], "kind": kind.label, "finished": finished,
            "rows": [_row(one, called, today) for one in of if one.completed_on is None],
            "done": [_row(one, called, today) for one in of if one.completed_on],
            "told": f"{len(of)} 个项目，{finished} 个已验收", "target": _counts_for(targets.get(kind.target)),
        }  # fmt: skip


def _counts_for(target: declare.Target | None) -> tuple[str, str] | None:
    return (f"/desk/plans/targets/{target.code}/", f"{target.code} {target.label}") if target else None


def _row(one: Project, called: dict[str, str], today: date) -> Row:
    steps = list(one.milestones.all())
    reached = f"{sum(step.done_on is not None for step in steps)}/{len(steps)}"
    return Row(
        [one.name, called[one.path], reached, one.due_on, _state(one, today)], url=f"{HOME[1]}{one.pk}/"
    )


def _state(one: Project, today: date) -> SafeString:
    if one.completed_on:
        return badge(f"{one.completed_on} 验收", "good")
    if step := late_step(one, today):
        return badge(f"“{step.label}”应于 {step.due_on} 完成，已逾期", "bad")
    return badge("已过计划完成日期", "bad") if one.due_on < today else badge("在建", "info")


def _step(step: Milestone, today: date) -> SafeString:
    if step.done_on:
        return badge("晚于计划完成", "warn") if step.done_on > step.due_on else badge("已完成", "good")
    return badge("已逾期", "bad") if step.due_on < today else badge("未到期", "neutral")


def _facts(plan: Plan, one: Project) -> list[tuple[str, Any]]:
    kind = next(item for item in plan.item.programmes if item.code == one.programme)
    section = next(item.label for item in plan.item.sections if item.code == kind.section)
    return [
        ("专栏", section), ("项目类别", kind.label), ("计入目标", kind.target or "不单独计入目标"),
        ("计划完成日期", one.due_on), ("登记", f"{one.opened_by_name} {one.opened_at:%Y-%m-%d}"),
        ("验收材料", one.evidence.number if one.evidence else "尚未验收"),
    ]  # fmt: skip

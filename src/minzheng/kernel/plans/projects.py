"""Projects of the plan's boxes: opened with their milestones, carried on step by step, finished with a paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotFound, Refused, Stale

from .duties import Plan, require, require_words
from .models import Milestone, Project

__all__ = ["accept", "open_project", "reach"]


@verb("plans.open_project", label="登记专栏项目")
def open_project(
    *,
    plan: Plan,
    programme: str,
    name: str,
    path: str,
    due_on: date,
    milestones: Sequence[tuple[str, date]],
    by: Actor,
    key: str | None = None,
) -> Project:
    """A project with the steps it goes through."""
    require(plan, plan.item.duties.planner, plan.item.duties.county, path=path, by=by)
    if programme not in {one.code for one in plan.item.programmes}:
        raise NotFound("programme_unknown", "规划的专栏里没有这类项目。请从列表中选择。")
    name = require_words(name, "项目名称", field="name")[:80]
    if Project.objects.filter(plan=plan.code, programme=programme, name=name).exists():
        raise Refused("project_twice", "这个项目已经登记过了。", field="name")
    late = [label for label, day in milestones if day > due_on]
    if late:
        raise Refused("milestone_late", f"“{late[0]}”晚于项目的计划完成日期，请核对。", field="milestones")
    made = Project.objects.create(
        plan=plan.code, programme=programme, name=name, path=path, due_on=due_on, opened_by_name=by.name,
        opened_at=clock.now(),
    )  # fmt: skip
    Milestone.objects.bulk_create(
        Milestone(project=made, label=label, due_on=day) for label, day in milestones
    )
    audit.note(about=made, path=path, after={"programme": programme, "name": name, "due": str(due_on)})
    return made


@verb("plans.reach", label="登记里程碑完成")
def reach(*, plan: Plan, milestone: Milestone, on: date, by: Actor, key: str | None = None) -> Milestone:
    """A step is done, on a day that has come."""
    row = Milestone.objects.select_for_update(of=("self",)).select_related("project").get(pk=milestone.pk)
    _may_write(plan, row.project, by)
    if row.done_on is not None:
        raise Stale("milestone_done", "这个里程碑已经登记完成。请刷新页面。")
    _come(on)
    row.done_on, row.by_name = on, by.name
    row.save()
    audit.note(about=row.project, path=row.project.path, after={"milestone": row.label, "on": str(on)})
    return row


@verb("plans.accept_project", label="项目验收")
def accept(
    *, plan: Plan, project: Project, on: date, evidence: Document | None, by: Actor, key: str | None = None
) -> Project:
    """All steps are done and the acceptance paper is there: from that day the project counts."""
    row = Project.objects.select_for_update(of=("self",)).filter(pk=project.pk).first()
    if row is None:
        raise NotFound("project_unknown", "没有这个项目，或不在您的管辖范围内。")
    _may_write(plan, row, by)
    if row.completed_on is not None:
        raise Stale("project_done", "这个项目已经验收。请刷新页面。")
    if evidence is None:
        raise Refused("evidence_missing", "请上传验收材料。", field="evidence")
    _come(on)
    if left := row.milestones.filter(done_on=None).first():
        raise Refused("milestones_left", f"里程碑“{left.label}”还没有完成，不能验收。")
    row.completed_on, row.evidence = on, evidence
    row.save()
    audit.note(about=row, path=row.path, after={"completed_on": str(on)})
    return row


def _may_write(plan: Plan, row: Project, by: Actor) -> None:
    if not by.covers(row.path):
        raise NotFound("project_unknown", "没有这个项目，或不在您的管辖范围内。")
    require(plan, plan.item.duties.planner, plan.item.duties.county, path=row.path, by=by)


def _come(on: date) -> None:
    if on > clock.today():
        raise Refused("day_to_come", "日期不能晚于今天。", field="on")

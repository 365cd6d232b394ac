"""What may be done about projects of the boxes: a new one with its milestones, the next milestone, acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Photo, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.plans import projects
from minzheng.kernel.plans.duties import Plan, holds
from minzheng.kernel.plans.models import Milestone, Project

from .answered import paper

__all__ = ["opening_sheets", "project_sheets", "step_sheets"]

_OPEN = (
    Text("name", "项目名称", longest=80), Day("due_on", "计划完成日期", future=True),
    Text("steps", "里程碑", lines=4, longest=400, help="每行一个：日期 名称，例如 2024-05-31 立项批复。"),
)  # fmt: skip
_REACH = Form("reach", "里程碑", (Day("on", "完成日期"),))
_ACCEPT = Form("accept", "验收", (Day("on", "验收日期"), Photo("evidence", "验收材料", paper=True)))


def project_sheets(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """What may be done about a target's projects beneath a place."""
    found: list[Sheet] = []
    programmes = [one for one in plan.item.programmes if one.target == target.code]
    rows = Project.objects.filter(
        plan=plan.code, programme__in=[one.code for one in programmes], completed_on=None
    )
    for one in rows.filter(path__startswith=under).prefetch_related("milestones")[:20]:
        found += step_sheets(plan, one, by)
    return found + opening_sheets(plan, programmes, under, by)


def step_sheets(plan: Plan, one: Project, by: Actor) -> list[Sheet]:
    """The next milestone of a project, or its acceptance when all are done."""
    duties = plan.item.duties
    mine = by.covers(one.path) and holds(plan, duties.planner, duties.county, path=one.path, by=by)
    if one.completed_on or not mine:
        return []
    left = sorted(
        (step for step in one.milestones.all() if step.done_on is None), key=lambda step: step.due_on
    )
    title = f"{one.name}（{name_of(one.path)}）"
    return [_reaching(plan, left[0], title, by) if left else _accepting(plan, one, title, by)]


def opening_sheets(plan: Plan, programmes: Sequence[declare.Programme], under: str, by: Actor) -> list[Sheet]:
    """A new project in a place, of one of these kinds."""
    duties = plan.item.duties
    if not programmes or not holds(plan, duties.planner, duties.county, path=under, by=by):
        return []
    kinds = {one.code: f"{one.section} {one.label}" for one in programmes}
    asked = (Choice("programme", "专栏项目类别", options=kinds),) if len(kinds) > 1 else ()
    form = Form("project", "登记项目", (*asked, *_OPEN))
    return [Sheet(
        "project", form, lambda sent: _open(plan, form, programmes[0].code, under, sent, by),
        title=f"登记项目（{name_of(under)}）", quiet=True,
    )]  # fmt: skip


def _reaching(plan: Plan, step: Milestone, title: str, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        on = date.fromisoformat(_REACH.clean(sent.answers).plain["on"])
        projects.reach(plan=plan, milestone=step, on=on, by=by, key=sent.key)
        return "已登记里程碑。"

    return Sheet(f"reach{step.pk}", _REACH, do, submit="登记完成", title=f"{title}：{step.label}", quiet=True)


def _accepting(plan: Plan, one: Project, title: str, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = _ACCEPT.clean(sent.answers).plain
        projects.accept(
            plan=plan, project=one, on=date.fromisoformat(given["on"]), evidence=paper(given["evidence"], by), by=by,
            key=sent.key,
        )  # fmt: skip
        return "已验收，计入目标。"

    return Sheet(f"accept{one.pk}", _ACCEPT, do, submit="验收", title=f"{title}：验收")


def _open(plan: Plan, form: Form, programme: str, under: str, sent: Sent, by: Actor) -> str:
    given = form.clean(sent.answers).plain
    due = date.fromisoformat(given["due_on"])
    steps = []
    for line in filter(str.strip, given["steps"].splitlines()):
        day, _, label = line.strip().partition(" ")
        try:
            steps.append((label.strip() or "里程碑", date.fromisoformat(day)))
        except ValueError:
            raise Refused(
                "milestone_line",
                f"“{line.strip()[:20]}”应写成：日期 名称，例如 2024-05-31 立项批复。",
                field="steps",
            ) from None
    projects.open_project(
        plan=plan,
        programme=given.get("programme") or programme,
        name=given["name"],
        path=under,
        due_on=due,
        milestones=steps,
        by=by,
        key=sent.key,
    )
    return "项目已登记。"

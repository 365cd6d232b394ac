"""Projects of a target's box: a new one with its milestones, the next milestone of each, and acceptance."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Day, Form, Photo, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.plans import projects
from minzheng.kernel.plans.duties import Plan, holds
from minzheng.kernel.plans.models import Milestone, Project

from .answered import paper

__all__ = ["project_sheets"]

_OPEN = Form(
    "project", "登记项目",
    (
        Text("name", "项目名称", longest=80), Day("due_on", "计划完成日期", future=True),
        Text("steps", "里程碑", lines=4, longest=400, help="每行一个：日期 名称，例如 2024-05-31 立项批复。"),
    ),
)  # fmt: skip
_REACH = Form("reach", "里程碑", (Day("on", "完成日期"),))
_ACCEPT = Form("accept", "验收", (Day("on", "验收日期"), Photo("evidence", "验收材料")))


def project_sheets(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """What may be done about the projects beneath a place."""
    duties, found = plan.item.duties, []
    programmes = [one for one in plan.item.programmes if one.target == target.code]
    rows = Project.objects.filter(
        plan=plan.code, programme__in=[one.code for one in programmes], completed_on=None
    )
    for one in rows.filter(path__startswith=under).prefetch_related("milestones")[:20]:
        if not by.covers(one.path) or not holds(plan, duties.planner, duties.county, path=one.path, by=by):
            continue
        left = sorted(
            (step for step in one.milestones.all() if step.done_on is None), key=lambda step: step.due_on
        )
        title = f"{one.name}（{name_of(one.path)}）"
        found.append(_reaching(plan, left[0], title, by) if left else _accepting(plan, one, title, by))
    if programmes and holds(plan, duties.planner, duties.county, path=under, by=by):
        found.append(Sheet(
            "project", _OPEN, lambda sent: _open(plan, programmes[0].code, under, sent, by),
            title="登记项目", quiet=True,
        ))  # fmt: skip
    return found


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


def _open(plan: Plan, programme: str, under: str, sent: Sent, by: Actor) -> str:
    given = _OPEN.clean(sent.answers).plain
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
        programme=programme,
        name=given["name"],
        path=under,
        due_on=due,
        milestones=steps,
        by=by,
        key=sent.key,
    )
    return "项目已登记。"

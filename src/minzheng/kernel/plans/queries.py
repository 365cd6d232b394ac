"""What is known of a target beside its figure: what was given, what stands in its way, what people say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.indicators.figures import Figure

from .concerns import escalated
from .duties import Plan
from .models import Adjustment, Confirmation, Dispute, Opinion, Problem, Project, Reported, YearReview

__all__ = [
    "Concern", "Voices", "changing", "concerns", "confirmations", "disputes",
    "given_of", "given_series", "open_problems",
    "problems_beneath", "project_of", "projects_beneath", "unverified", "voices_beneath",
    "year_reviews",
]  # fmt: skip


@dataclass(frozen=True)
class Concern:
    """One thing that is known of a target, in a line."""

    what: str
    path: str
    text: str
    state: str


@dataclass(frozen=True)
class Voices:
    """How many opinions came in on a topic, and how many of them wait for an answer or have waited too long."""

    topic: str
    received: int
    waiting: int
    late: int


def given_of(plan: Plan, target: str, by: Actor, *, under: str) -> QuerySet[Reported]:
    """The figures given for a target beneath a place, the newest first."""
    rows = Reported.objects.filter(plan=plan.code, target=target, path__startswith=under)
    return in_scope(rows, by).select_related("evidence").order_by("-month", "-id")


def given_series(target: str, path: str, by: Actor) -> dict[clock.Month, Figure]:
    """What was verified for one place, month by month."""
    rows = in_scope(Reported.objects.filter(target=target, path=path, state="verified"), by).order_by("id")
    return {clock.Month.of(one.month): Figure(one.numerator, one.denominator, given=True) for one in rows}


def concerns(plan: Plan, target: str, by: Actor, *, under: str) -> list[Concern]:
    """Problems, projects, opinions and requests for another value, beneath a place."""
    mine: dict[str, Any] = {"plan": plan.code, "path__startswith": under}
    about = {"target": target, **mine}
    return [
        *_problems(in_scope(Problem.objects.filter(**about), by).order_by("closed_on", "-id")),
        *_projects(plan, target, in_scope(Project.objects.filter(**mine), by)),
        *(
            Concern("公众意见", one.path, one.text, _answered(one))
            for one in in_scope(Opinion.objects.filter(**about), by).order_by("-id")
        ),
        *(
            Concern("数值异议", one.path, one.reason, _settled(one))
            for one in in_scope(Dispute.objects.filter(**about), by).order_by("-id")
        ),
        *(
            Concern(
                "目标调整",
                one.path,
                f"{one.old_value} 改为 {one.new_value}：{one.reason}",
                one.get_state_display(),
            )
            for one in in_scope(Adjustment.objects.filter(plan=plan.code, target=target), by).order_by("-id")
        ),
    ]


def _problems(rows: QuerySet[Problem]) -> Iterator[Concern]:
    for one in rows:
        state = _problem_state(one, escalated(one, clock.today()))
        yield Concern("问题", one.path, f"{one.text}（措施：{one.remedy}）", state)


def _projects(plan: Plan, target: str, rows: QuerySet[Project]) -> Iterator[Concern]:
    programmes = {one.code: one.label for one in plan.item.programmes if one.target == target}
    for one in rows.filter(programme__in=programmes).prefetch_related("milestones"):
        yield Concern("项目", one.path, f"{programmes[one.programme]}：{one.name}", _project_state(one))


def confirmations(plan: Plan, by: Actor, *, under: str, quarter: clock.Month) -> QuerySet[Confirmation]:
    """The counties that have looked at their figures of a quarter."""
    rows = Confirmation.objects.filter(plan=plan.code, quarter=quarter.first, path__startswith=under)
    return in_scope(rows, by)


def disputes(plan: Plan, by: Actor, *, under: str, target: str = "") -> QuerySet[Dispute]:
    """Figures that counties hold to be wrong, until they are answered."""
    rows = Dispute.objects.filter(plan=plan.code, settled_on=None, path__startswith=under)
    return in_scope(rows.filter(target=target) if target else rows, by).order_by("id")


def open_problems(plan: Plan, by: Actor, *, under: str) -> dict[str, str]:
    """What is told to stand in the way of each target beneath a place and is not solved; the newest of each."""
    rows = Problem.objects.filter(plan=plan.code, closed_on=None, path__startswith=under)
    return dict(in_scope(rows, by).order_by("id").values_list("target", "text"))


def unverified(plan: Plan, by: Actor, *, under: str) -> QuerySet[Reported]:
    """Figures that wait for the second person."""
    rows = Reported.objects.filter(plan=plan.code, state="draft", path__startswith=under)
    return in_scope(rows, by).order_by("month", "target", "path")


def changing(plan: Plan, by: Actor) -> QuerySet[Adjustment]:
    """Targets whose change is on its way."""
    ended = (Adjustment.State.PUBLISHED, Adjustment.State.REJECTED)
    return in_scope(Adjustment.objects.filter(plan=plan.code).exclude(state__in=ended), by).order_by(
        "filed_at"
    )


def problems_beneath(plan: Plan, by: Actor, *, under: str) -> QuerySet[Problem]:
    """Problems that are not solved, the soonest due first."""
    rows = Problem.objects.filter(plan=plan.code, closed_on=None, path__startswith=under)
    return in_scope(rows, by).order_by("due_on", "id")


def voices_beneath(plan: Plan, by: Actor, *, under: str) -> tuple[list[Voices], QuerySet[Opinion]]:
    """What people say by topic, and the opinions that wait for an answer, the soonest due first."""
    rows = in_scope(Opinion.objects.filter(plan=plan.code, path__startswith=under), by)
    waits = Q(replied_on=None)
    counted = rows.order_by("topic").values_list("topic").annotate(
        received=Count("id"), waiting=Count("id", filter=waits),
        late=Count("id", filter=waits & Q(reply_due__lt=clock.today())),
    )  # fmt: skip
    return [Voices(*row) for row in counted], rows.filter(waits).order_by("reply_due", "id")


def projects_beneath(plan: Plan, by: Actor, *, under: str) -> QuerySet[Project]:
    """The projects of all boxes, with their milestones."""
    rows = in_scope(Project.objects.filter(plan=plan.code, path__startswith=under), by)
    return rows.prefetch_related("milestones").order_by("programme", "due_on", "path")


def project_of(plan: Plan, number: int, by: Actor) -> Project:
    """One project within the reader's scope."""
    found = in_scope(Project.objects.filter(plan=plan.code), by).select_related("evidence").filter(pk=number)
    if (one := found.first()) is None:
        raise NotFound("project_unknown", "没有这个项目，或不在您的管辖范围内。")
    return one


def year_reviews(plan: Plan, year: int, by: Actor) -> dict[str, YearReview]:
    """The newest review of each office in a year; one that was returned stands until another follows."""
    rows = in_scope(YearReview.objects.filter(plan=plan.code, year=year), by).select_related("evidence")
    return {one.owner: one for one in rows.order_by("id")}


def _problem_state(one: Problem, to: str) -> str:
    if one.closed_on:
        return f"{one.closed_on} 销号：{one.closing}"
    return f"期限 {one.due_on}" + ("，迟报" if one.late else "") + (f"，已报{to}" if to else "")


def _answered(one: Opinion) -> str:
    return f"{one.replied_on} 答复：{one.reply}" if one.replied_on else f"{one.reply_due} 前答复"


def _settled(one: Dispute) -> str:
    return f"{one.settled_on} 答复：{one.answer}" if one.settled_on else f"{one.by_name} 提出，待答复"


def _project_state(one: Project) -> str:
    if one.completed_on:
        return f"{one.completed_on} 验收"
    steps = list(one.milestones.all())
    return f"里程碑 {sum(step.done_on is not None for step in steps)}/{len(steps)}，计划 {one.due_on}"

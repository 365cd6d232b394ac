"""领取 and 交办: which of those who hold a step does it; any of them still may, so that nobody's illness stops it."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue
from minzheng.kernel.access.memory import leave_word
from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused, Stale

from .authority import authorise, holds, no_such_case, why_not
from .locking import locked, running
from .models import Case, Task

__all__ = ["HANDED", "claim", "colleagues", "hand_over", "let_go"]

# Under which a handed-over step is told to whoever it was handed to.
HANDED = "handed:"


def _open(task_id: int, by: Actor) -> tuple[Task, Case]:
    """The step, still to be done, in the hands of somebody who holds it."""
    found = Task.objects.filter(pk=task_id).values("case_id").first()
    if found is None:
        raise no_such_case()
    case = locked(found["case_id"])
    task = Task.objects.get(pk=task_id)
    audit.note(about=task, case_id=case.pk, path=case.path)
    step = catalogue.current().step_of(case, task.step)
    authorise(case, catalogue.current().service_of(case), step, by)
    running(case)
    if task.state != Task.State.OPEN:
        raise Stale("task_done", f"“{step.label}”已经办理，请刷新页面。")
    return task, case


def _name(claimed_by: str) -> str:
    number = claimed_by.removeprefix("user:")
    found = User.objects.filter(pk=int(number)).first() if number.isdigit() else None
    return found.name if found else "他人"


@verb("casework.claim", label="领取任务")
def claim(task_id: int, *, by: Actor) -> Task:
    """The officer says that this one is theirs; what a colleague has claimed is left with the colleague."""
    task, _case = _open(task_id, by)
    if task.claimed_by not in ("", by.id):
        raise Refused("claimed", f"已由{_name(task.claimed_by)}领取。确需由您办理的，请其交办或直接办理。")
    task.claimed_by = by.id
    task.save()
    return task


@verb("casework.let_go", label="退回任务")
def let_go(task_id: int, *, by: Actor) -> Task:
    """What was claimed goes back to all who hold the step."""
    task, _case = _open(task_id, by)
    if task.claimed_by != by.id:
        raise Refused("not_claimed", "这项任务不是您领取的，不用退回。")
    task.claimed_by = ""
    task.save()
    return task


@verb("casework.hand_over", label="交办任务")
def hand_over(task_id: int, *, to: int, by: Actor) -> Task:
    """Give an own or unclaimed step to a colleague who holds it and may act in the case; they are told."""
    task, case = _open(task_id, by)
    if task.claimed_by not in ("", by.id):
        raise Refused("claimed", f"已由{_name(task.claimed_by)}领取，只能由其交办。")
    user = User.objects.filter(pk=to, is_active=True).first()
    if user is None:
        raise Refused("no_such_colleague", "没有这位同事，或账号已停用。请重新选择。", field="to")
    declared, other = catalogue.current().service_of(case), actor_of(user)
    step = catalogue.current().step_of(case, task.step)
    if not holds(case, declared, step, other):
        raise NotAllowed("colleague_role", f"{user.name}没有“{step.label}”的岗位，不能交办。")
    if why_not(case, declared, step, other):
        raise NotAllowed("duties_apart", f"{user.name}与这件办件有利害关系或已承担其他环节，应当回避。")
    task.claimed_by = other.id
    task.save()
    leave_word(
        user.pk, f"{HANDED}{task.pk}", {"task": task.pk, "case": case.pk, "by": by.name, "step": step.label}
    )
    audit.note(after={"to": other.id})
    return task


def colleagues(by: Actor) -> list[tuple[int, str]]:
    """Those who hold one of the actor's posts at the same places, for the list to choose from; at most fifty."""
    roles, places = {post.role for post in by.posts}, {post.path for post in by.posts}
    held = Posting.objects.filter(
        role__in=roles, office__path__in=places, until_on=None, user__is_active=True
    )
    found = (
        held.exclude(user_id=by.user_id or 0)
        .values_list("user_id", "user__name")
        .distinct()
        .order_by("user__name")
    )
    return list(found[:50])

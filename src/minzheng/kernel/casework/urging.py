"""催办: a higher level presses for a step that is overdue; the step is nobody else's for that."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .authority import no_such_case
from .locking import locked
from .models import Case, Task
from .opening import role_of

__all__ = ["may_urge", "overdue", "urge"]


def overdue(case: Case) -> list[Task]:
    """Open steps of the case whose last day has passed, the longest first."""
    if case.state == Case.State.PAUSED:
        return []
    waiting = [
        (one.due_on, one.pk, one) for one in case.tasks.all() if one.state == Task.State.OPEN and one.due_on
    ]
    return [one for due_on, _, one in sorted(waiting) if due_on < clock.today()]


def may_urge(case: Case, task: Task, by: Actor) -> bool:
    """Whether the actor holds a post of the domain over the place, above the level whose step it is."""
    declared = catalogue.current().service_of(case)
    at = role_of(case, declared, catalogue.current().step_of(case, task.step)).at
    own = (post for post in by.posts if post.role.startswith(f"{declared.domain.code}."))
    return any(case.path.startswith(post.path) and post.level < at for post in own)


@verb("casework.urge", label="催办")
def urge(task_id: int, *, text: str, by: Actor) -> Task:
    """Press for an overdue step, once a day; it stands on the step for whoever is to take it."""
    found = Task.objects.filter(pk=task_id).values("case_id").first()
    if found is None:
        raise no_such_case()
    case = locked(found["case_id"])
    task = Task.objects.get(pk=task_id)
    if not by.covers(case.path):
        raise no_such_case()
    if not may_urge(case, task, by):
        raise NotAllowed("not_above", "催办由上级业务岗位办理，您没有这样的岗位。")
    label = catalogue.current().step_of(case, task.step).label
    if task not in overdue(case):
        raise Refused("not_overdue", f"“{label}”没有超期或已经办理，不用催办。请刷新页面。")
    if task.urged_at is not None and clock.at_office_time(task.urged_at).date() == clock.today():
        raise Refused("urged_today", f"“{label}”今天已由{task.urged_by_name}催办。", field="text")
    if not text.strip() or len(text) > 200:
        raise Refused("text_needed", "请写明催办要求（不超过 200 个字）。", field="text")
    task.urged_times, task.urged_at, task.urged_by_name = task.urged_times + 1, clock.now(), by.name
    task.save()
    audit.note(
        about=task, case_id=case.pk, path=case.path, reason=text.strip(), label=f"催办：{label}",
        after={"times": task.urged_times},
    )  # fmt: skip
    return task

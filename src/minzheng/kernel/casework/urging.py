"""催办: a higher level presses for a step that is overdue, and is answered; the step is nobody else's for that."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.memory import leave_word
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .authority import authorise, no_such_case
from .locking import locked
from .models import Case, Task
from .opening import role_of

__all__ = ["ANSWERED", "answer", "awaits_answer", "may_urge", "overdue", "urge"]

# Under which the answer is told to whoever pressed.
ANSWERED = "answered:"


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
    case, task = _held(task_id, by)
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
    task.urged_by, task.urged_text = by.id, text.strip()
    task.save()
    audit.note(
        about=task, case_id=case.pk, path=case.path, reason=text.strip(), label=f"催办：{label}",
        after={"times": task.urged_times},
    )  # fmt: skip
    return task


def awaits_answer(task: Task) -> bool:
    """Whether it has been pressed for and nobody has said anything to that yet."""
    if task.state != Task.State.OPEN or task.urged_at is None:
        return False
    return task.urge_answered_at is None or task.urge_answered_at < task.urged_at


@verb("casework.answer_urging", label="答复催办")
def answer(task_id: int, *, text: str, by: Actor) -> Task:
    """Whoever is to take the step says why it is late and when it will be done; whoever pressed is told."""
    case, task = _held(task_id, by)
    step = catalogue.current().step_of(case, task.step)
    authorise(case, catalogue.current().service_of(case), step, by)
    if not awaits_answer(task):
        raise Refused("not_urged", f"“{step.label}”没有待答复的催办。请刷新页面。")
    if not text.strip() or len(text) > 200:
        raise Refused("text_needed", "请写明超期原因和预计办结时间（不超过 200 个字）。", field="text")
    task.urge_answer, task.urge_answered_at, task.urge_answered_by_name = text.strip(), clock.now(), by.name
    task.save()
    number = task.urged_by.removeprefix("user:")
    if number.isdigit():
        word = {"task": task.pk, "case": case.pk, "by": by.name, "step": step.label}
        leave_word(int(number), f"{ANSWERED}{task.pk}", word)
    audit.note(
        about=task, case_id=case.pk, path=case.path, reason=task.urge_answer, label=f"答复催办：{step.label}"
    )
    return task


def _held(task_id: int, by: Actor) -> tuple[Case, Task]:
    """The step with its case, locked; of what is out of reach it is not said that it is there."""
    found = Task.objects.filter(pk=task_id).values("case_id").first()
    if found is None:
        raise no_such_case()
    case = locked(found["case_id"])
    if not by.covers(case.path):
        raise no_such_case()
    return case, Task.objects.get(pk=task_id)

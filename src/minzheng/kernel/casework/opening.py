"""Which step comes next, for whom and until when."""

from __future__ import annotations

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.standards.queries import calendar

from .models import Case, Task
from .terms import case_due, deciding_level, step_due

__all__ = ["advance", "bind", "latest_tasks", "open_step", "predecessors", "reopen", "role_of", "skip_to"]

Service = catalogue.Declared[declare.Service]
SETTLED = (Task.State.DONE, Task.State.CARRIED, Task.State.SKIPPED)


def predecessors(service: declare.Service, step: declare.Step) -> tuple[str, ...]:
    """The steps that must be done before this one opens."""
    if step.after:
        return step.after
    at = service.steps.index(step)
    return (service.steps[at - 1].code,) if at else ()


def role_of(case: Case, declared: Service, step: declare.Step) -> declare.Role:
    """Whose step it is; for the deciding step, as bound when the case was accepted."""
    if isinstance(step, declare.Deciding) and step.or_by is not None and case.bound:
        return step.or_by if case.bound["decided_at"] == int(step.or_by.at) else step.by
    return step.by


def open_step(case: Case, declared: Service, step: declare.Step) -> Task:
    """Put a step on the work list of its role."""
    last = case.tasks.filter(step=step.code).count()
    task = Task(
        case=case, step=step.code, round=last + 1, path=case.path, opened_at=clock.now(),
        role=declared.role(role_of(case, declared, step)),
    )  # fmt: skip
    due = step_due(step, task, case)
    if due is not None:
        task.due_on, task.due_provisional = due.on, due.provisional
    task.save()
    return task


def advance(case: Case, declared: Service) -> list[Task]:
    """Open every step whose predecessors are all done and that has not itself been done since."""
    latest = latest_tasks(case)
    settled = {code for code, task in latest.items() if task.state in SETTLED}
    opened = []
    for step in declared.item.steps:
        waiting = step.code not in latest or latest[step.code].state == Task.State.CANCELLED
        if case.state == Case.State.REFUSED and isinstance(step, declare.Paying):
            continue
        if waiting and all(code in settled for code in predecessors(declared.item, step)):
            opened.append(open_step(case, declared, step))
    return opened


def skip_to(case: Case, declared: Service, *, after: str, to: str) -> None:
    """Leave out the steps between two, because the outcome of the first makes them needless."""
    codes = [step.code for step in declared.item.steps]
    now = clock.now()
    for code in codes[codes.index(after) + 1 : codes.index(to)]:
        Task.objects.create(
            case=case, step=code, round=case.tasks.filter(step=code).count() + 1, path=case.path, opened_at=now,
            role=declared.role(declared.item.steps[codes.index(code)].by), state=Task.State.SKIPPED, done_at=now,
        )  # fmt: skip


def latest_tasks(case: Case) -> dict[str, Task]:
    """The last round of each step."""
    return {task.step: task for task in sorted(case.tasks.all(), key=lambda one: one.round)}


def reopen(case: Case, declared: Service, to: str) -> None:
    """Send the case back to a step: it, and all that follow from it, are to be done again."""
    steps = {step.code: step for step in declared.item.steps}
    again = {to}
    for step in declared.item.steps:
        if any(code in again for code in predecessors(declared.item, step)):
            again.add(step.code)
    now = clock.now()
    case.tasks.filter(step__in=again, state=Task.State.OPEN).update(state=Task.State.CANCELLED, done_at=now)
    # Done rounds stay as they were done; a cancelled marker says that they no longer carry the case.
    for code in again - {to}:
        task = case.tasks.filter(step=code).order_by("-round").first()
        # A step once left out, or carried over, is due again too: else nobody would be asked to do it.
        if task is not None and task.state in SETTLED:
            Task.objects.create(
                case=case, step=code, round=task.round + 1, path=case.path, role=task.role, opened_at=now,
                state=Task.State.CANCELLED, done_at=now, reason="退回重办",
            )  # fmt: skip
    open_step(case, declared, steps[to])


def bind(case: Case, declared: Service) -> None:
    """What the case is accepted under: versions, calendar, who decides; none of it changes later."""
    service = declared.item
    assert case.accepted_on is not None
    deciding = next(step for step in service.steps if isinstance(step, declare.Deciding))
    level = deciding_level(deciding, path=case.path, on=case.accepted_on)
    case.bound = {
        "service": service.version,
        "form": service.form.version,
        "decided_at": int(level),
        "declared_at": int(deciding.by.at),
        "calendar": calendar().version,
    }
    due = case_due(case, service)
    case.due_on, case.due_provisional = due.on, due.provisional

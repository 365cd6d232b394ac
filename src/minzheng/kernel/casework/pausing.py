"""中止 and 恢复: the clock stands still for a stated reason, approved, and runs on from where it stood."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused

from . import halting
from .authority import deciding_post
from .locking import locked, unchanged
from .models import Case, Pause, Task
from .terms import case_due, step_due

__all__ = ["pause", "resume"]


@verb("casework.pause", label="中止办理")
def pause(
    case_id: int,
    *,
    why: str,
    reason: str,
    by: Actor,
    expected_on: date | None = None,
    version: int | None = None,
) -> Case:
    """Stop the clock from today for one of the permitted reasons, until about ``expected_on``."""
    case = locked(case_id)
    deciding_post(case, by)
    unchanged(case, version)
    if case.state != Case.State.OPEN:
        raise Refused("not_open", "只有正在办理的办件可以中止。")
    if why not in Pause.Why.values:
        raise Refused("pause_why", "请选择中止事由。", field="why")
    if not reason.strip() or len(reason) > 300:
        raise Refused("reason_needed", "请写明中止的具体情况（不超过300个字）。", field="reason")
    if expected_on is not None and expected_on <= clock.today():
        raise Refused("expected_past", "预计恢复日期应当在今天以后。请改正。", field="expected_on")
    pause = Pause.objects.create(
        case=case, why=why, reason=reason.strip(), from_on=clock.today(), expected_on=expected_on,
        approved_by=by.id,
    )  # fmt: skip
    case.state = Case.State.PAUSED
    _recount(case)
    halting.paused(case, pause, by=by)
    audit.note(about=case, case_id=case.pk, path=case.path, reason=reason)
    return case


@verb("casework.resume", label="恢复办理")
def resume(case_id: int, *, by: Actor, version: int | None = None) -> Case:
    """Let the clock run on; the days stood still are added to every open limit."""
    case = locked(case_id)
    deciding_post(case, by)
    unchanged(case, version)
    running = case.pauses.filter(until_on=None).first()
    if case.state != Case.State.PAUSED or running is None:
        raise Refused("not_paused", "这件办件没有中止。")
    running.until_on = clock.today()
    running.save()
    case.state = Case.State.OPEN
    _recount(case)
    audit.note(about=case, case_id=case.pk, path=case.path)
    return case


def _recount(case: Case) -> None:
    """Count the limits of the case and of its open steps anew."""
    service = catalogue.current().service_of(case).item
    due = case_due(case, service)
    case.due_on, case.due_provisional = due.on, due.provisional
    steps = {step.code: step for step in service.steps}
    for task in case.tasks.filter(state=Task.State.OPEN):
        if (limit := step_due(steps[task.step], task, case)) is not None:
            task.due_on, task.due_provisional = limit.on, limit.provisional
            task.save()
    case.version += 1
    case.save()

"""受理: the window accepts, tells once what is missing, or says in writing that it cannot accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.standards.queries import calendar

from . import letters
from .act import Act
from .authority import authorise, no_such_case
from .drafting import complete, editable, locked, unchanged
from .models import Case, Correction, Task
from .opening import bind, open_step
from .terms import term

__all__ = ["answer_correction", "ask_correction", "on_take"]


def on_take(act: Act) -> None:
    """Acceptance binds the case, starts its clock and gives the receipt; not accepting is told in writing."""
    if act.outcome.then == "close":
        letters.not_accepted(act.case, act.declared, reason=act.reason, by=act.by)
        return
    act.case.state = Case.State.OPEN
    act.case.accepted_on = acceptance_day(act.case)
    act.case.kin_of = str(act.evidence.get("kin_of", ""))
    bind(act.case, act.declared)
    letters.receipt(act.case, act.declared, by=act.by)


def acceptance_day(case: Case) -> date:
    """Today; but where the limit for a correction notice has passed unused, the day of receipt (art. 32)."""
    assert case.submitted_at is not None
    today, received = clock.today(), clock.at_office_time(case.submitted_at).date()
    if Correction.objects.filter(case=case).exists():
        return today
    notice = term("casework.correction_notice", path=case.path, on=received)
    return received if today > clock.deadline(received, notice, calendar()).on else today


@verb("casework.ask_correction", label="一次性补正告知")
def ask_correction(task_id: int, *, items: Sequence[str], by: Actor, version: int | None = None) -> Case:
    """Tell the applicant everything that is missing, once; a second notice for one case is refused."""
    task = Task.objects.filter(pk=task_id, state=Task.State.OPEN).first()
    if task is None:
        raise no_such_case()
    case = locked(task.case_id)
    declared = catalogue.current().service(case.service)
    authorise(case, declared, catalogue.current().step(case.service, task.step), by)
    if case.state != Case.State.SUBMITTED or task.step != declared.item.steps[0].code:
        raise Refused("corrected_late", "补正只能在受理前一次性告知，这件办件已经受理。")
    unchanged(case, version)
    wanted = _listed(items)
    if Correction.objects.filter(case=case).exists():
        raise Refused("corrected_once", "补正只能一次性告知，这件办件已告知过。请受理或作出不予受理决定。")
    today = clock.today()
    limit = clock.deadline(today, term("casework.supplement", path=case.path, on=today), calendar())
    correction = Correction(
        case=case, items=wanted, issued_at=clock.now(), issued_by=by.id, answer_by=limit.on
    )
    correction.document_id = letters.correction(case, declared, correction, by=by).pk
    correction.save()
    task.state, task.done_at, task.done_by, task.done_by_name = Task.State.DONE, clock.now(), by.id, by.name
    task.outcome = "correct"
    task.save()
    case.state = Case.State.CORRECTING
    case.version += 1
    case.save()
    audit.note(about=case, case_id=case.pk, path=case.path, after={"items": len(wanted)})
    return case


def _listed(items: Sequence[str]) -> list[str]:
    wanted = [item.strip()[:200] for item in items if item.strip()]
    if not wanted:
        raise Refused("items_needed", "请逐条写明需要补正的内容。", field="items")
    return wanted


@verb("casework.answer_correction", label="提交补正")
def answer_correction(case_id: int, *, by: Actor, version: int | None = None) -> Case:
    """The applicant has supplied what was asked; the case goes back to the window."""
    case = locked(case_id)
    editable(case, by, version=version)
    correction = Correction.objects.filter(case=case, answered_at=None).first()
    if correction is None:
        raise Refused("nothing_to_answer", "这件办件没有待补正的内容。")
    declared = catalogue.current().service(case.service)
    complete(case, declared.item)
    correction.answered_at = clock.now()
    correction.save()
    case.state = Case.State.SUBMITTED
    case.version += 1
    case.save()
    open_step(case, declared, declared.item.steps[0])
    audit.note(about=case, case_id=case.pk, path=case.path)
    return case

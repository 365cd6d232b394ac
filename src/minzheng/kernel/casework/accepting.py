"""受理: the window accepts, tells once what is missing, or says in writing that it cannot accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.standards.queries import calendar

from . import letters
from .act import Act
from .authority import authorise, no_such_case
from .closing import close_withdrawn
from .drafting import complete, editable
from .grounds import once
from .locking import locked, unchanged
from .models import Case, Correction, Task
from .opening import bind, open_step
from .terms import term

__all__ = ["answer_correction", "ask_correction", "lapse_corrections", "on_take"]


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
    """Today; but where the window's own limit has passed in silence, the day of receipt (行政许可法 art. 32).

    After a correction the receipt is that of what was supplied: the office cannot sit on it either.
    """
    received = _received(case)
    return received if _silent(case, received) else clock.today()


def _received(case: Case) -> date:
    """The day on which everything was in: of handing in, or of answering the notice."""
    answered = Correction.objects.filter(case=case).values_list("answered_at", flat=True).first()
    at = answered or case.submitted_at
    assert at is not None
    return clock.at_office_time(at).date()


def _silent(case: Case, received: date) -> bool:
    """Whether the limit within which something had to be said has passed."""
    notice = term("casework.correction_notice", path=case.path, on=received)
    return clock.today() > clock.deadline(received, notice, calendar()).on


@verb("casework.ask_correction", label="一次性补正告知")
def ask_correction(task_id: int, *, items: Sequence[str], by: Actor, version: int | None = None) -> Case:
    """Tell the applicant everything that is missing, once; a second notice for one case is refused."""
    task = Task.objects.filter(pk=task_id, state=Task.State.OPEN).first()
    if task is None:
        raise no_such_case()
    case = locked(task.case_id)
    declared = catalogue.current().service_of(case)
    authorise(case, declared, catalogue.current().step_of(case, task.step), by)
    if case.state != Case.State.SUBMITTED or task.step != declared.item.steps[0].code:
        raise Refused("corrected_late", "补正只能在受理前一次性告知，这件办件已经受理。")
    unchanged(case, version)
    wanted = _listed(items, case)
    if _silent(case, _received(case)):
        raise Refused("correction_late", "已超过一次性告知补正的期限，视为自收到申请之日起受理。请办理受理。")
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


def _listed(items: Sequence[str], case: Case) -> list[str]:
    """Everything missing, in one list and once for a case."""
    if Correction.objects.filter(case=case).exists():
        raise Refused("corrected_once", "补正只能一次性告知，这件办件已告知过。请受理或作出不予受理决定。")
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
    if clock.today() > correction.answer_by:
        raise Refused(
            "answer_late",
            f"补正期限已于{correction.answer_by:%Y年%m月%d日}届满，视为撤回申请。您可以重新申请。",
        )
    declared = catalogue.current().service_of(case)
    complete(case, declared.item)
    once(case)
    correction.answered_at = clock.now()
    correction.save()
    case.state = Case.State.SUBMITTED
    case.version += 1
    case.save()
    open_step(case, declared, declared.item.steps[0])
    audit.note(about=case, case_id=case.pk, path=case.path)
    return case


def lapse_corrections(*, on: date, by: Actor) -> int:
    """What was asked for and not supplied in time is treated as taken back; how many cases there were."""
    late = Correction.objects.filter(answered_at=None, answer_by__lt=on, case__state=Case.State.CORRECTING)
    numbers = list(late.order_by("case_id").values_list("case_id", flat=True))
    return sum(_lapse(number, on=on, by=by) for number in numbers)


@verb("casework.lapse_correction", label="逾期未补正，视为撤回")
def _lapse(case_id: int, *, on: date, by: Actor) -> bool:
    """One case, locked and looked at again: it may have been answered this minute."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "逾期未补正由平台按期自动处理。")
    case = locked(case_id)
    correction = Correction.objects.get(case=case)
    audit.note(about=case, case_id=case.pk, path=case.path, after={"answer_by": correction.answer_by})
    if case.state != Case.State.CORRECTING or correction.answered_at or correction.answer_by >= on:
        return False
    close_withdrawn(case, reason="逾期未补正，视为撤回申请", by=by)
    letters.lapsed(case, correction, by=by)
    return True

"""家庭经济状况核对 as a step of a case: begun, asked, reported, explained, and done only when nothing is open."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.standards.queries import calendar

from .act import Act
from .authority import authorise, no_such_case
from .locking import locked, running
from .models import Case, Task
from .terms import term

__all__ = ["ask", "begin", "decide_difference", "latest", "on_take", "refuse_if_disputed", "report"]

UNSETTLED = (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED)


def latest(case_id: int) -> Verification | None:
    """The newest check of the case."""
    return Verification.objects.filter(case_id=case_id).order_by("-id").first()


def _step(task_id: int, by: Actor) -> tuple[Case, declare.Verification]:
    """The case and its verification step, if the actor may take it."""
    task = Task.objects.select_related("case").filter(pk=task_id, state=Task.State.OPEN).first()
    if task is None:
        raise no_such_case()
    declared = catalogue.current().service_of(task.case)
    step = catalogue.current().step_of(task.case, task.step)
    authorise(task.case, declared, step, by)
    if not isinstance(step, declare.Verification):
        raise Refused("not_a_verification", f"“{step.label}”不是核对环节。")
    running(task.case)
    return task.case, step


@verb("casework.begin_verification", label="发起核对")
def begin(task_id: int, *, by: Actor) -> Verification:
    """Open the check for every member; refused while an adult's letter of authorisation is missing."""
    case, step = _step(task_id, by)
    # Two presses at once: the second waits here and then meets the check that the first has opened.
    locked(case.pk)
    members = [one.person for one in case.members.select_related("person").order_by("id")]
    return exchange.start(
        case_id=case.pk, path=case.path, members=members, purpose=step.purpose, sources=step.sources,
        declared=step.declared(case) if step.declared else {}, by=by,
    )  # fmt: skip


def ask(task_id: int, *, by: Actor) -> Verification:
    """Ask every source that has not yet answered; called again, it asks only those."""
    case, _ = _step(task_id, by)
    return exchange.collect(verification=_running(case), by=by)


def _running(case: Case) -> Verification:
    verification = latest(case.pk)
    if verification is None:
        raise Refused("verification_not_begun", "还没有发起核对。请先发起。")
    return verification


@verb("casework.report_verification", label="出具核对报告")
def report(task_id: int, *, by: Actor) -> Verification:
    """Issue the report under the tolerance, validity and window of explanation of the place."""
    case, step = _step(task_id, by)
    today = clock.today()
    found = catalogue.current().parameters().get(step.tolerance, path=case.path, on=today).value
    valid = term(step.valid_term, path=case.path, on=today)
    window = clock.deadline(today, term(step.explain_term, path=case.path, on=today), calendar())
    assert isinstance(found, Fraction)
    return exchange.report(
        verification=_running(case), tolerance=found, by=by, explain_due=window.on,
        valid_until=clock.deadline(today, valid, calendar(), roll=False).on + timedelta(days=1),
    )  # fmt: skip


@verb("casework.decide_difference", label="认定核对差异")
def decide_difference(
    task_id: int, discrepancy_id: int, *, accept: bool, reason: str, by: Actor
) -> Discrepancy:
    """Accept an explanation, or let the source's figure stand."""
    case, _ = _step(task_id, by)
    found = Discrepancy.objects.filter(pk=discrepancy_id, verification__case_id=case.pk).first()
    if found is None:
        raise NotFound("discrepancy_not_found", "没有这项差异，或不在您的管辖范围内。")
    outcome = exchange.ACCEPT if accept else exchange.UPHOLD
    return exchange.decide_discrepancy(discrepancy=found, outcome=outcome, reason=reason, by=by)


def on_take(act: Act) -> None:
    """The step ends with a report in force and every difference settled after its window of explanation."""
    if act.outcome.then != "advance":
        return
    verification = latest(act.case.pk)
    if verification is None or verification.state != Verification.State.REPORTED:
        raise Refused("no_report", "还没有出具核对报告，不能完成核对。")
    if verification.valid_until is not None and verification.valid_until <= clock.today():
        raise Refused("report_expired", "核对报告已过有效期，请重新核对。")
    refuse_if_disputed(verification)
    act.evidence = {"verification": verification.pk, "report": verification.report_sha}


def refuse_if_disputed(verification: Verification) -> None:
    """Nothing rests on a report against which the family has objected, or in which a difference is undecided."""
    if verification.state in (Verification.State.OBJECTED, Verification.State.RECHECKING):
        message = "家庭对核对报告提出了异议，复核还没有完成。请先由核对机构重新查询并出具新的报告。"
        raise Refused("report_disputed", message)
    open_ = verification.discrepancies.filter(state__in=UNSETTLED).count()
    if open_:
        raise Refused("difference_open", f"还有 {open_} 项差异没有认定。请听取申请人说明后逐项认定。")

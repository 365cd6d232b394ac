"""Differences are explained by the household and decided by the office; a report may be objected to."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Person

from .asking import locked, open_questions
from .models import Discrepancy, Verification
from .reporting import conclude
from .standing import concerning, member_or_staff, require_verifier, written

__all__ = ["ACCEPT", "UPHOLD", "decide_discrepancy", "explain", "object_to", "recheck"]

State = Verification.State
ACCEPT, UPHOLD = "accept", "uphold"


@verb("exchange.explain", label="说明核对差异")
def explain(*, discrepancy: Discrepancy, text: str, by: Actor, document_id: int | None = None) -> Discrepancy:
    """The household says why, with a document if there is one; it may say so again until it is decided."""
    discrepancy = _held(discrepancy)
    verification = discrepancy.verification
    member_or_staff(
        by, path=discrepancy.path, member_ids=verification.member_ids, purpose=verification.purpose
    )
    if discrepancy.state not in {Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED}:
        message = (
            f"这项差异已是“{discrepancy.get_state_display()}”，不能再作说明。有异议的，请对核对报告提出异议。"
        )
        raise Refused("discrepancy_decided", message, state=discrepancy.state)
    discrepancy.explanation = written(
        text, field="text", missing="没有填写说明。请写明这项收入或财产的实际情况。"
    )
    discrepancy.document_id = document_id if document_id is not None else discrepancy.document_id
    discrepancy.explained_by, discrepancy.explained_at = by.id, clock.now()
    discrepancy.state = Discrepancy.State.EXPLAINED
    discrepancy.save()
    late = clock.today() > discrepancy.explain_due
    note(after={"item": discrepancy.item, "document": discrepancy.document_id, "late": late})
    return discrepancy


@verb("exchange.decide_discrepancy", label="认定核对差异")
def decide_discrepancy(
    *, discrepancy: Discrepancy, outcome: str, reason: str, by: Actor, settled: int | None = None
) -> Discrepancy:
    """Accept the explanation (the declared figure stands, or ``settled``) or uphold what was found."""
    discrepancy = _held(discrepancy)
    require_verifier(by, path=discrepancy.path)
    _check_decision(discrepancy, outcome=outcome, settled=settled, by=by)
    discrepancy.reason = written(reason, field="reason", missing="没有填写认定理由。请写明依据和判断。")
    accepted = outcome == ACCEPT
    discrepancy.state = Discrepancy.State.ACCEPTED if accepted else Discrepancy.State.UPHELD
    stands = (discrepancy.declared or 0) if accepted else discrepancy.found
    discrepancy.settled = stands if settled is None else settled
    discrepancy.decided_by, discrepancy.decided_at = by.id, clock.now()
    discrepancy.save()
    verification = locked(discrepancy.verification)
    verification.conclusion = conclude(verification)
    verification.save(update_fields=["conclusion"])
    note(
        reason=discrepancy.reason,
        after={"item": discrepancy.item, "state": discrepancy.state, "conclusion": verification.conclusion},
    )
    return discrepancy


def _check_decision(discrepancy: Discrepancy, *, outcome: str, settled: int | None, by: Actor) -> None:
    states = Discrepancy.State
    if outcome not in {ACCEPT, UPHOLD}:
        raise Refused(
            "outcome_unknown", "认定结果只能是“说明成立”或者“差异成立”。请重新选择。", field="outcome"
        )
    if settled is not None and not 0 <= settled <= max(discrepancy.found, discrepancy.declared or 0):
        raise Refused("settled_wrong", "采用的数值应在零与查得数之间。请重新填写。", field="settled")
    if discrepancy.state not in {states.OPEN, states.EXPLAINED}:
        message = f"这项差异已是“{discrepancy.get_state_display()}”，不必再次认定。请刷新页面。"
        raise Refused("discrepancy_decided", message, state=discrepancy.state)
    if discrepancy.state == states.OPEN and outcome == ACCEPT:
        raise Refused("not_explained", "还没有说明，不能认定说明成立。请先由家庭成员说明情况。")
    if discrepancy.state == states.OPEN and clock.today() <= discrepancy.explain_due:
        message = f"说明期限到 {discrepancy.explain_due:%Y-%m-%d} 为止，请等家庭说明或者期满后再认定。"
        raise Refused("explain_window_open", message, until=discrepancy.explain_due.isoformat())
    if discrepancy.explained_by == by.id:
        raise NotAllowed("own_explanation", "说明由您录入，不能再由您认定。请交给另一位工作人员。")


def _held(discrepancy: Discrepancy) -> Discrepancy:
    """The same difference, held until the verb ends; decided only while its report stands."""
    found = Discrepancy.objects.select_for_update().filter(pk=discrepancy.pk).first()
    if found is None:
        raise NotFound("discrepancy_missing", "没有找到这项差异。请刷新页面后重试。")
    verification = found.verification
    concerning(found, case_id=verification.case_id, path=found.path, article=verification.basis)
    if verification.state not in {State.REPORTED, State.OBJECTED}:
        message = f"核对处于“{verification.get_state_display()}”，暂不能处理差异。请等待新的核对报告。"
        raise Refused("verification_not_reported", message, state=verification.state)
    return found


@verb("exchange.object_to", label="对核对报告提出异议")
def object_to(*, verification: Verification, text: str, by: Actor) -> Verification:
    """A member says that the report is wrong; a re-check follows."""
    verification = locked(verification)
    concerning(verification, case_id=verification.case_id, path=verification.path, article=verification.basis)
    member_or_staff(
        by, path=verification.path, member_ids=verification.member_ids, purpose=verification.purpose
    )
    if verification.state != State.REPORTED:
        message = f"核对处于“{verification.get_state_display()}”，现在不能提出异议。请在报告出具后提出。"
        raise Refused("verification_not_reported", message, state=verification.state)
    verification.objection = written(
        text, field="text", missing="没有填写异议内容。请写明哪一项不对以及理由。"
    )
    verification.objected_by, verification.objected_at = by.name, clock.now()
    verification.state = State.OBJECTED
    verification.save()
    return verification


@verb("exchange.recheck", label="发起核对复核")
def recheck(*, verification: Verification, by: Actor) -> Verification:
    """Every source is asked again in a new round; the answers of the earlier round stay as evidence."""
    verification = locked(verification)
    concerning(verification, case_id=verification.case_id, path=verification.path, article=verification.basis)
    require_verifier(by, path=verification.path)
    if verification.state not in {State.OBJECTED, State.REPORTED}:
        message = f"核对处于“{verification.get_state_display()}”，不能发起复核。请先出具报告。"
        raise Refused("verification_not_reported", message, state=verification.state)
    verification.round += 1
    verification.state = State.RECHECKING
    verification.save(update_fields=["round", "state"])
    people = {person.pk: person for person in Person.objects.filter(pk__in=verification.member_ids)}
    open_questions(verification, [people[pk] for pk in verification.member_ids])
    note(after={"round": verification.round})
    return verification

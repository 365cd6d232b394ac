"""行政复议: the applicant asks for a decision to be reviewed; the result may send the case back to be decided anew."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.standards.queries import calendar

from . import letters
from .authority import no_such_case, own_or_kin, post_at
from .locking import locked
from .models import Appeal, Case, Decision
from .opening import reopen
from .terms import term

__all__ = ["accept_appeal", "decide_appeal", "file_appeal", "last_day_to_appeal"]


def last_day_to_appeal(decision: Decision) -> date | None:
    """The last day for reconsideration, once the decision has been served."""
    if decision.served_on is None:
        return None
    limit = term("appeal.file", path=decision.case.path, on=decision.served_on)
    return clock.deadline(decision.served_on, limit, calendar()).on


@verb("casework.file_appeal", label="申请行政复议")
def file_appeal(decision_id: int, *, reasons: str, by: Actor) -> Appeal:
    """The applicant appeals within the limit that runs from service; one reconsideration for one decision."""
    decision = Decision.objects.select_related("case").filter(pk=decision_id).first()
    if decision is None or by.person_id is None or by.person_id != decision.case.applicant_id:
        raise NotFound("decision_not_found", "没有这份决定。行政复议由申请人本人提出。")
    if not reasons.strip() or len(reasons) > 2000:
        raise Refused("reasons_needed", "请写明复议理由（不超过2000个字）。", field="reasons")
    last = last_day_to_appeal(decision)
    if last is not None and clock.today() > last:
        raise Refused(
            "appeal_late", f"申请行政复议的期限已于{last:%Y年%m月%d日}届满。您仍可依法申请再次核查。"
        )
    case = locked(decision.case_id)
    if Appeal.objects.filter(decision=decision).exclude(state=Appeal.State.REJECTED).exists():
        raise Refused("appeal_once", "这份决定已经申请过行政复议，请在办件中查看进度。")
    examine = clock.deadline(
        clock.today(), term("appeal.examine", path=case.path, on=clock.today()), calendar()
    )
    appeal = Appeal.objects.create(
        decision=decision,
        reasons=reasons.strip(),
        filed_at=clock.now(),
        filed_by=by.id,
        examine_by=examine.on,
    )
    audit.note(about=appeal, case_id=case.pk, path=case.path)
    return appeal


def _reviewing(appeal_id: int, by: Actor) -> tuple[Appeal, Case, catalogue.Declared[declare.Service]]:
    appeal = Appeal.objects.select_related("decision").filter(pk=appeal_id).first()
    if appeal is None:
        raise no_such_case()
    case = locked(appeal.decision.case_id)
    appeal.refresh_from_db(fields=["state", "result", "opinion", "decide_by"])
    declared = catalogue.current().service_of(case)
    if declared.item.reviewed_by is None:
        raise NotAllowed("no_reviewer", "这一事项没有登记行政复议机构。")
    post_at(case.path, declared, declared.item.reviewed_by, by)
    if reason := own_or_kin(case, by):
        raise NotAllowed("duties_apart", reason)
    if case.tasks.filter(Q(done_by=by.id) | Q(partners__contains=[by.id])).exists():
        raise NotAllowed("duties_apart", "您办理过这件办件，不能再参加行政复议。")
    return appeal, case, declared


@verb("casework.accept_appeal", label="受理行政复议")
def accept_appeal(appeal_id: int, *, accepted: bool, opinion: str = "", by: Actor) -> Appeal:
    """The reviewing body examines the application and accepts it, or says why not."""
    appeal, case, _ = _reviewing(appeal_id, by)
    if appeal.state != Appeal.State.FILED:
        raise Refused("appeal_examined", "这件行政复议已经审查过。")
    if not accepted and not opinion.strip():
        raise Refused("reason_needed", "不予受理的，请写明理由。", field="opinion")
    appeal.state = Appeal.State.ACCEPTED if accepted else Appeal.State.REJECTED
    appeal.opinion = opinion.strip()[:2000]
    limit = term("appeal.decide", path=case.path, on=clock.today())
    appeal.decide_by = clock.deadline(clock.today(), limit, calendar()).on if accepted else None
    appeal.save()
    letters.examined(case, appeal, by=by)
    audit.note(about=appeal, case_id=case.pk, path=case.path, after={"state": appeal.state})
    return appeal


@verb("casework.decide_appeal", label="作出行政复议决定")
def decide_appeal(appeal_id: int, *, result: str, opinion: str, by: Actor) -> Appeal:
    """Uphold, change, revoke or order; all but the first send the case back to its deciding step."""
    appeal, case, declared = _reviewing(appeal_id, by)
    if appeal.state != Appeal.State.ACCEPTED:
        raise Refused("appeal_not_accepted", "请先受理这件行政复议。")
    if result not in Appeal.Result.values:
        raise Refused("result_unknown", "请选择复议结果。", field="result")
    if not opinion.strip() or len(opinion) > 2000:
        raise Refused("opinion_needed", "请写明复议意见（不超过2000个字）。", field="opinion")
    appeal.state, appeal.result, appeal.opinion = Appeal.State.DECIDED, result, opinion.strip()
    appeal.decided_at, appeal.decided_by = clock.now(), by.id
    appeal.document_id = letters.reconsideration(case, declared, appeal, by=by).pk
    appeal.save()
    if result in (Appeal.Result.CHANGED, Appeal.Result.REVOKED, Appeal.Result.ORDERED):
        deciding = next(step for step in declared.item.steps if isinstance(step, declare.Deciding))
        case.state, case.closed_at = Case.State.OPEN, None
        reopen(case, declared, deciding.code)
        case.version += 1
        case.save()
    audit.note(about=appeal, case_id=case.pk, path=case.path, after={"result": result})
    return appeal

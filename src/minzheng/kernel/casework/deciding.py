"""The decision: the law applied to the facts on its day, frozen with its payload, carried out exactly so."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.errors import Refused

from . import letters, verifying
from .act import Act
from .family import copy_members
from .fingerprint import digest
from .grounds import leads_to
from .models import Case, Decision, Task
from .opening import advance, bind, latest_tasks

__all__ = ["determine", "follow_on", "on_take"]


def determine(case: Case, *, on: date) -> declare.Determination:
    """What the law in force on a day says of the case as its facts now stand."""
    service = catalogue.current().service_of(case).item
    facts = service.facts(case)
    return service.determine(facts, catalogue.current().parameters(), path=case.path, on=on)


def on_take(act: Act) -> None:
    """Grant or refuse; sending back decides nothing."""
    if act.outcome.then not in ("grant", "refuse"):
        return
    service, today = act.declared.item, clock.today()
    determination = determine(act.case, on=today)
    _agrees(act, determination)
    if act.outcome.then == "grant":
        _alive(act.case)
        _publicised(act)
    _verified(act)
    granted = act.outcome.then == "grant"
    payload = dict(service.payload(act.case, determination, on=today, granted=granted))
    decision = Decision.objects.create(
        case=act.case, number=_number(act.case), on=today, by=act.by.id, by_name=act.by.name,
        kind=Decision.Kind.GRANT if granted else Decision.Kind.REFUSE, level=act.case.bound["decided_at"],
        rule_set=determination.rule_set, reason=act.reason, determination=determination.to_json(),
        payload=payload, payload_sha=digest(payload),
    )  # fmt: skip
    act.case.state = Case.State.GRANTED if granted else Case.State.REFUSED
    carried_out = service.on_grant if granted else service.on_refuse
    if carried_out is not None:
        carried_out(act.case, decision, by=act.by)
    decision.document_id = letters.decision(act.case, act.declared, decision, by=act.by).pk
    decision.save()


def _agrees(act: Act, determination: declare.Determination) -> None:
    """A decision may not contradict the law's finding (B3, B6), nor be taken while a fact is missing."""
    finding = determination.eligible
    if finding.outcome == "unknown":
        missing = "、".join(str(one) for one in finding.missing) or "有关事实"
        raise Refused("facts_missing", f"还缺少{missing}，不能作出决定。请退回补充核实。")
    if act.outcome.then == "grant" and finding.outcome != "met":
        raise Refused("not_eligible", f"不符合条件，不能确认：{finding.because}")
    if act.outcome.then == "refuse" and finding.outcome == "met":
        raise Refused("eligible", f"符合条件，不能作出不予确认的决定：{finding.because}")


def _publicised(act: Act) -> None:
    """Nothing is granted that has not been posted for its days (B4)."""
    latest = latest_tasks(act.case)
    for step in act.declared.item.steps:
        done = step.code in latest and latest[step.code].state == Task.State.DONE
        if isinstance(step, declare.Posting) and step.announces == "grant" and not done:
            raise Refused("not_publicised", "这件办件没有完成公示，不能予以确认。请退回重新办理。")


def _alive(case: Case) -> None:
    """Nothing is granted to the dead: the family that is left names another applicant."""
    if case.applicant.died_on is not None:
        raise Refused(
            "applicant_died", "登记显示申请人已去世，不能确认。请由其他家庭成员重新申请，本件撤回。"
        )


def _verified(act: Act) -> None:
    """A report past its validity carries no decision: the check is made again first."""
    checked = [step.code for step in act.declared.item.steps if isinstance(step, declare.Verification)]
    latest = latest_tasks(act.case)
    # Left out by a declared outcome: the means of whoever is already assisted are known.
    if all(code in latest and latest[code].state == Task.State.SKIPPED for code in checked):
        return
    report = verifying.latest(act.case.pk)
    if report is None and act.case.origin_id and act.case.channel == Case.Channel.FOLLOW_ON:
        report = verifying.latest(act.case.origin_id)
    if report is None or report.valid_until is None or report.valid_until <= clock.today():
        raise Refused("report_expired", "核对报告已过有效期，不能据以作出决定。请退回重新核对。")
    verifying.refuse_if_disputed(report)


def _number(case: Case) -> str:
    """The number of the written decision: the case's own, with the round of decision."""
    return f"{case.number}-{case.decisions.count() + 1}"


def follow_on(act: Act) -> Case | None:
    """A refusal becomes the next service's assessment without new papers (一次申请、分类审核认定)."""
    declared_follow, target = act.declared.item.follow_on, leads_to(act.case, act.declared)
    if declared_follow is None or target is None:
        return None
    case = _copy_of(act.case, target)
    bind(case, target)
    case.save()
    settled = act.case.tasks.filter(step__in=declared_follow.keeps, state__in=_SETTLED).order_by("round")
    for task in {task.step: task for task in settled}.values():
        Task.objects.create(
            case=case, step=task.step, state=Task.State.CARRIED, role=task.role, path=case.path,
            opened_at=task.opened_at, done_at=task.done_at, done_by=task.done_by, done_by_name=task.done_by_name,
            partners=task.partners, outcome=task.outcome, evidence=task.evidence, evidence_sha=task.evidence_sha,
            reason=f"沿用办件 {act.case.number}",
        )  # fmt: skip
    advance(case, target)
    return case


_SETTLED = (Task.State.DONE, Task.State.CARRIED)


def _copy_of(origin: Case, target: catalogue.Declared[declare.Service]) -> Case:
    """The same family and answers under another service, accepted today."""
    case = Case.objects.create(
        service=target.code, service_version=target.item.version, form_version=target.item.form.version,
        channel=Case.Channel.FOLLOW_ON, applicant=origin.applicant, household=origin.household, path=origin.path,
        agent=origin.agent, agent_name=origin.agent_name, form=origin.form, sealed=origin.sealed,
        created_at=clock.now(), created_by=origin.created_by, submitted_at=clock.now(), origin=origin,
        accepted_on=clock.today(), state=Case.State.OPEN, kin_of=origin.kin_of,
        compartment=target.item.compartment,
    )  # fmt: skip
    case.number = f"{origin.number[:14]}{case.pk:08d}" if origin.number else None
    copy_members(origin, case)
    return case

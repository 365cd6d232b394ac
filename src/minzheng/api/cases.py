"""Applications: begun, filled in, handed in, taken back, followed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Status

from minzheng.kernel import audit, catalogue
from minzheng.kernel.access.queries import within
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import accepting, drafting, extending, pausing, queries
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import household_of
from minzheng.kernel.people.relations import NOT_COUNTED, RELATIONS
from minzheng.kernel.visits.queries import open_leads

from . import shapes, shown
from .door import actor, key_of, version_of
from .shapes import After, Id, Limit

__all__ = ["router"]

router = Router(tags=["办件"])


@router.get("", summary="办件列表")
def list_cases(
    request: HttpRequest, after: After | None = None, limit: Limit = 30, service: str = "", state: str = ""
) -> dict[str, Any]:
    """Cases within scope, the latest first; ``after`` is the ``next`` of the page before."""
    found = queries.visible(actor(request)).select_related("applicant").order_by("-id")
    found = found.filter(service=service) if service else found
    found = found.filter(state=state) if state else found
    found = found.filter(pk__lt=after) if after else found
    rows = list(found[: limit + 1])
    return shown.page(rows, limit, shown.lines(rows[:limit]))


@router.post("", response={201: dict[str, Any]}, summary="建立申请")
def start_case(request: HttpRequest, told: shapes.Started) -> Status[dict[str, Any]]:
    """A draft for oneself, or for a resident within scope; answers may come with it."""
    by = actor(request)
    applicant = _applicant(told.applicant, by)
    origin = queries.case_for(told.origin, by) if told.origin else None
    if origin is not None and origin.applicant_id != applicant.pk:
        raise Refused("origin_of_another", "来源办件的申请人与本次申请人不是同一人。", field="origin")
    if told.lead is not None and not open_leads(by).filter(pk=told.lead).exists():
        raise NotFound("lead_not_found", "没有这条线索，或不在您的管辖范围内。")
    home = household_of(applicant)
    case = drafting.start_draft(
        told.service, applicant=applicant, household=home, path=home.path if home else applicant.path,
        channel=told.channel, by=by, lead_id=told.lead, origin=origin, key=key_of(request),
    )  # fmt: skip
    if told.answers:
        case = drafting.save_draft(case.pk, told.answers, by=by, key=key_of(request))
    return Status(201, shown.case(case, by))


def _applicant(wanted: int | None, by: Actor) -> Person:
    """Oneself, or a resident of the actor's own places; anybody else does not exist."""
    if wanted is None and by.person_id is None:
        raise Refused("applicant_needed", "请写明为哪位居民申请。", field="applicant")
    reach = within(by) | within(by, "hukou_path") | Q(pk=by.person_id)
    found = Person.objects.filter(reach, pk=wanted or by.person_id or 0).first()
    if found is None:
        raise NotFound("person_not_found", "没有这位居民，或不在您的管辖范围内。")
    return found


@router.get("/{case_id}", summary="办件")
def read_case(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """One case as its page shows it; looking at it leaves a mark."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    audit.read("casework.case", by=by, about=case, path=case.path)
    return shown.case(case, by)


@router.patch("/{case_id}", summary="保存草稿")
def save_case(request: HttpRequest, case_id: Id, told: shapes.Edited) -> dict[str, Any]:
    """Keep answers; each is checked, gaps are allowed until the application is handed in."""
    case = drafting.save_draft(
        case_id,
        told.answers,
        by=actor(request),
        version=version_of(request, told.version),
        key=key_of(request),
    )
    return shown.brief(case)


@router.put("/{case_id}/members", summary="填写家庭成员")
def put_member(request: HttpRequest, case_id: Id, told: shapes.MemberPut) -> dict[str, Any]:
    """Add a member, or correct what is declared of one."""
    by = actor(request)
    case = _own_draft(case_id, by)
    if told.relation not in RELATIONS:
        raise Refused("relation_unknown", "没有这种家庭关系代码。", field="relation")
    if told.not_counted_reason and told.not_counted_reason not in NOT_COUNTED:
        raise Refused("reason_unknown", "没有这种不计入的原因。", field="not_counted_reason")
    member = drafting.put_member(
        case.pk, person=_person(case, told, by), relation=told.relation, answers=told.answers, by=by,
        counted=told.counted, not_counted_reason=told.not_counted_reason, partly=told.partly, key=key_of(request),
    )  # fmt: skip
    return shown.member(member, catalogue.current().service(case.service).item.member_form)


def _own_draft(case_id: int, by: Actor) -> Case:
    """A case in which the actor may still write."""
    case = queries.case_for(case_id, by)
    drafting.editable(case, by)
    return case


def _person(case: Case, told: shapes.MemberPut, by: Actor) -> Person:
    """A member already listed, or the one file that name and number together name."""
    if told.person is None:
        return register_person(name=told.name, id_number=told.id_number or None, path=case.path, by=by)
    listed = case.members.select_related("person").filter(person_id=told.person).first()
    if listed is None:
        raise NotFound("person_not_found", "名单里没有这位成员。新增成员请提供姓名和身份证号码。")
    return listed.person


@router.delete("/{case_id}/members/{member_id}", summary="移除家庭成员")
def remove_member(request: HttpRequest, case_id: Id, member_id: Id) -> dict[str, Any]:
    """Take a member out of a draft."""
    by = actor(request)
    case = _own_draft(case_id, by)
    if not case.members.filter(pk=member_id).exists():
        raise NotFound("member_not_found", "没有这位成员，可能已被移除。")
    return shown.brief(drafting.remove_member(member_id, by=by, key=key_of(request)))


@router.put("/{case_id}/consents", summary="签署核对授权书")
def sign_consent(request: HttpRequest, case_id: Id, told: shapes.Consented) -> dict[str, Any]:
    """A member authorises the check with other departments; on paper, the officer stands as witness."""
    by = actor(request)
    case = _own_draft(case_id, by)
    purpose = catalogue.current().service(case.service).item.consent
    people = {one.person_id: one.person for one in case.members.select_related("person")}
    if told.person not in people or (told.guardian is not None and told.guardian not in people):
        raise NotFound("person_not_found", "名单里没有这位成员。")
    signed = exchange.sign_consent(
        person=people[told.person], case_id=case.pk, purpose=purpose, channel=told.channel, by=by, path=case.path,
        guardian=people[told.guardian] if told.guardian else None, ground=told.ground, key=key_of(request),
    )  # fmt: skip
    return {
        "id": signed.pk,
        "person": signed.person_id,
        "channel": signed.channel,
        "signed_at": signed.signed_at,
    }


@router.post("/{case_id}/submit", summary="提交申请")
def submit_case(request: HttpRequest, case_id: Id, told: shapes.Versioned) -> dict[str, Any]:
    """Hand in the application; all gaps are told at once."""
    version = version_of(request, told.version)
    return shown.brief(drafting.submit(case_id, by=actor(request), version=version, key=key_of(request)))


@router.post("/{case_id}/withdraw", summary="撤回申请")
def withdraw_case(request: HttpRequest, case_id: Id, told: shapes.Withdrawn) -> dict[str, Any]:
    """Take the application back before a decision."""
    version, key = version_of(request, told.version), key_of(request)
    return shown.brief(
        drafting.withdraw(case_id, reason=told.reason, by=actor(request), version=version, key=key)
    )


@router.post("/{case_id}/answer-correction", summary="提交补正")
def answer_correction(request: HttpRequest, case_id: Id, told: shapes.Versioned) -> dict[str, Any]:
    """What was asked for has been supplied."""
    version, key = version_of(request, told.version), key_of(request)
    return shown.brief(accepting.answer_correction(case_id, by=actor(request), version=version, key=key))


@router.post("/{case_id}/pause", summary="中止办理")
def pause_case(request: HttpRequest, case_id: Id, told: shapes.Paused) -> dict[str, Any]:
    """Stop the clock for one of the permitted reasons, until about the day told; it is asked after then."""
    version, key = version_of(request, told.version), key_of(request)
    case = pausing.pause(
        case_id, why=told.why, reason=told.reason, expected_on=told.expected_on, by=actor(request),
        version=version, key=key,
    )  # fmt: skip
    return shown.brief(case)


@router.post("/{case_id}/extend", summary="批准特殊情形，延长期限")
def extend_case(request: HttpRequest, case_id: Id, told: shapes.Extended) -> dict[str, Any]:
    """The longer limit for a hard case, for one of the listed reasons."""
    version, key = version_of(request, told.version), key_of(request)
    case = extending.extend(
        case_id, why=told.why, reason=told.reason, by=actor(request), version=version, key=key
    )
    return shown.brief(case)


@router.post("/{case_id}/resume", summary="恢复办理")
def resume_case(request: HttpRequest, case_id: Id, told: shapes.Versioned) -> dict[str, Any]:
    """Let the clock run on."""
    version, key = version_of(request, told.version), key_of(request)
    return shown.brief(pausing.resume(case_id, by=actor(request), version=version, key=key))


@router.get("/{case_id}/decisions/{decision_id}/explanation", summary="决定的依据和计算")
def explain_decision(request: HttpRequest, case_id: Id, decision_id: Id) -> dict[str, Any]:
    """What the decision was reckoned from, exactly as it was kept with it."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    decision = case.decisions.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound("decision_not_found", "这件办件没有这份决定。")
    audit.read("casework.explanation", by=by, about=case, path=case.path)
    return shown.explanation(decision)


@router.get("/{case_id}/timeline", summary="办理过程")
def read_timeline(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """Everything that was done in the case, in order."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    audit.read("casework.timeline", by=by, about=case, path=case.path)
    return {
        "items": [
            {
                "at": one.at,
                "label": one.label,
                "by": one.actor_name,
                "basis": one.article,
                "reason": one.reason,
            }
            for one in queries.timeline(case)[:500]
        ]
    }

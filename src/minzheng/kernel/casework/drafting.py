"""An application before it is accepted: started, saved as it grows, submitted once, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.visits import actions as visits

from . import pushing
from .authority import no_such_case
from .closing import close_withdrawn
from .family import copy_members, members_from_register
from .grounds import lacks_paper, may_begin, once
from .locking import locked, unchanged
from .models import Case, Mandate, Member
from .opening import open_step

__all__ = [
    "complete", "editable", "open_draft", "put_member", "remove_member", "save_draft", "start_draft", "submit",
    "withdraw",
]  # fmt: skip

Service = catalogue.Declared[declare.Service]
RUNNING = (
    Case.State.DRAFT, Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED,
)  # fmt: skip


@verb("casework.start_draft", label="建立申请")
def start_draft(
    service: str,
    *,
    applicant: Person,
    household: Household | None,
    path: str,
    channel: str,
    by: Actor,
    lead_id: int | None = None,
    origin: Case | None = None,
) -> Case:
    """Open a draft for a resident, by the resident or by someone who may apply for them.

    With ``origin``, an earlier case of the same applicant, its answers are the starting point.
    """
    declared = catalogue.current().service(service)
    if declared.item.offered == "follow_on":
        raise Refused("not_applied_for", f"“{declared.item.label}”由系统在分类认定时自动发起，无需单独申请。")
    agent = by if _agent(declared, applicant, path, by) else None
    may_begin(
        applicant, household, path, origin=origin, lead_id=lead_id, anywhere=declared.item.place == "event"
    )
    case = Case(
        channel=channel, applicant=applicant, household=household, path=path, created_at=clock.now(),
        created_by=by.id, agent=agent.id if agent else "", agent_name=agent.name if agent else "", lead_id=lead_id,
    )  # fmt: skip
    open_draft(case, declared, origin)
    audit.note(about=case, case_id=case.pk, path=path, after={"service": service, "channel": channel})
    return case


def open_draft(case: Case, declared: Service, origin: Case | None) -> None:
    """The draft under the service's present version, beginning with what is already known."""
    case.service, case.service_version = declared.code, declared.item.version
    case.form_version, case.compartment = declared.item.form.version, declared.item.compartment
    if origin is not None:
        case.origin, case.form, case.sealed = origin, _known(origin, declared.item.form), origin.sealed
    case.save()
    _bring_family(case, origin)


def _bring_family(case: Case, origin: Case | None) -> None:
    """The members as in the earlier case, else as registered, else the applicant alone."""
    if origin is not None:
        copy_members(origin, case)
    elif case.household is not None:
        members_from_register(case, case.household)
    else:
        Member.objects.create(case=case, person=case.applicant, relation="01")


def _known(origin: Case, form: declare.Form) -> dict[str, Any]:
    """The answers of an earlier case that this form asks for again."""
    asked = {field.code for field in form.fields}
    return {code: value for code, value in origin.form.items() if code in asked}


def _agent(declared: Service, applicant: Person, path: str, by: Actor) -> bool:
    """Whether the actor applies for someone else; refuses whoever may not.  A review is the office's to begin."""
    own = by.person_id is not None and by.person_id == applicant.pk
    if own and declared.item.offered != "office":
        return False
    posts = [(by.post_for(declared.role(role), path=path), role.at) for role in declared.item.proxy]
    if any(post is not None and post.level == level for post, level in posts):
        return True
    raise NotAllowed(
        "may_not_apply_for",
        "您不能替这位居民提出申请。请由本人申请，或请所在村（社区）的社会救助协理员代办。",
    )


def _own(case: Case, by: Actor) -> bool:
    """Whoever started the case; and the applicant, unless it is a review, which is the office's."""
    if by.id == case.created_by:
        return True
    office = catalogue.current().service(case.service).item.offered == "office"
    return not office and by.person_id is not None and by.person_id == case.applicant_id


def editable(case: Case, by: Actor, *, version: int | None = None) -> None:
    """Refuse whoever may not write in this draft: only the applicant and the one who started it may."""
    if not _own(case, by):
        raise no_such_case()
    unchanged(case, version)
    if case.state not in (Case.State.DRAFT, Case.State.CORRECTING):
        raise Refused("case_not_editable", "申请已提交，内容不能再修改。如需更改，请联系受理窗口。")


@verb("casework.save_draft", label="保存草稿")
def save_draft(case_id: int, given: Mapping[str, Any], *, by: Actor, version: int | None = None) -> Case:
    """Keep what has been filled in so far; each answer is checked, gaps are allowed.

    An answer given as blank is taken back; what is not given, and what is kept sealed, stays as it is.
    """
    case = locked(case_id)
    editable(case, by, version=version)
    answers = catalogue.current().service(case.service).item.form.clean(given, partly=True)
    taken_back = {code for code, value in given.items() if value in (None, "")}
    case.form = {code: v for code, v in case.form.items() if code not in taken_back} | answers.plain
    case.sealed |= answers.sealed
    _touch(case)
    audit.note(about=case, case_id=case.pk, path=case.path)
    return case


def _touch(case: Case) -> None:
    case.version += 1
    case.save()


@verb("casework.put_member", label="填写家庭成员")
def put_member(
    case_id: int,
    *,
    person: Person,
    relation: str,
    answers: Mapping[str, Any],
    by: Actor,
    counted: bool = True,
    not_counted_reason: str = "",
    partly: bool = False,
) -> Member:
    """Add a member, or correct what is declared of one."""
    case = locked(case_id)
    editable(case, by)
    if not counted and not not_counted_reason:
        raise Refused("reason_needed", "不计入共同生活成员的，请选择原因。", field="not_counted_reason")
    if person.died_on is not None:
        raise Refused("member_died", "登记显示此人已去世，不能列为家庭成员。如登记有误，请联系窗口更正。")
    cleaned = catalogue.current().service(case.service).item.member_form.clean(answers, partly=partly)
    member, _ = Member.objects.update_or_create(
        case=case,
        person=person,
        defaults={
            "relation": relation, "counted": counted, "not_counted_reason": not_counted_reason,
            "answers": cleaned.plain,
        },
    )  # fmt: skip
    _touch(case)
    audit.note(about=case, case_id=case.pk, path=case.path, after={"member": person.pk, "counted": counted})
    return member


@verb("casework.remove_member", label="移除家庭成员")
def remove_member(member_id: int, *, by: Actor) -> Case:
    """Take a member out of a draft."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise no_such_case()
    case = locked(member.case_id)
    editable(case, by)
    if member.person_id == case.applicant_id:
        raise Refused("applicant_is_member", "申请人本人不能移除。")
    member.delete()
    _touch(case)
    audit.note(about=case, case_id=case.pk, path=case.path, before={"member": member.person_id})
    return case


@verb("casework.submit", label="提交申请")
def submit(case_id: int, *, by: Actor, version: int | None = None) -> Case:
    """Hand in the application: everything checked together, numbered, and put before the window."""
    case = locked(case_id)
    editable(case, by, version=version)
    if case.state != Case.State.DRAFT:
        raise Refused("answer_the_notice", "这件申请正在补正，请用“提交补正”交回窗口。")
    declared = catalogue.current().service(case.service)
    complete(case, declared.item)
    once(case)
    case.state, case.submitted_at = Case.State.SUBMITTED, clock.now()
    case.service_version, case.form_version = declared.item.version, declared.item.form.version
    case.number = case.number or _number(case)
    try:
        with transaction.atomic():
            _touch(case)
    except IntegrityError:
        raise Refused(
            "already_applied", "您已有一件同类申请正在办理，不能重复提交。请在“我的事项”中查看进度。"
        ) from None
    open_step(case, declared, declared.item.steps[0])
    _rung_at(case, declared.item.form)
    pushing.tell(case, step="submit", label="提交申请", outcome="submitted", by=by)
    if case.lead_id is not None:
        visits.lead_applied(case.lead_id, case_id=case.pk, by=by)
    audit.note(about=case, case_id=case.pk, path=case.path, after={"number": case.number})
    return case


def _rung_at(case: Case, form: declare.Form) -> None:
    """Whoever has no telephone on file is told at the one in the application: what is missing has a limit.

    A relative's number is not taken for it: whoever acts is told under the own file.  The file of somebody of another
    county is that county's.
    """
    asked = next((field.code for field in form.fields if field.kind == "phone"), "")
    number, who = case.sealed.get(asked) or case.form.get(asked), case.applicant
    if not number or who.phone or county_of(who.path) != county_of(case.path):
        return
    if not Mandate.objects.filter(case=case).exists():
        Person.objects.filter(pk=who.pk).update(phone=number)
        audit.part("people.phone", person=who.pk)


def complete(case: Case, service: declare.Service) -> None:
    """Every question of the form and of each member answered; all gaps are told at once."""
    errors: dict[str, str] = {}
    try:
        service.form.complete({**case.form, **case.sealed})
    except Refused as error:
        errors |= error.errors
    for member in case.members.select_related("person"):
        try:
            service.member_form.complete(member.answers)
        except Refused as error:
            errors |= {
                f"member-{member.pk}-{c}": f"{member.person.name}·{t}" for c, t in error.errors.items()
            }
    if lacks_paper(case):
        errors["mandate"] = "授权委托书：替别人申请的，请上传申请人签名的委托书。"
    if errors:
        raise Refused("application_incomplete", "申请还没有填完，请补充下列各项。", errors=errors)


def _number(case: Case) -> str:
    """Region, day and a serial that is never used again."""
    region = uid_of(county_of(case.path) or case.path).ljust(6, "0")
    return f"{region}{clock.today():%Y%m%d}{case.pk:08d}"


@verb("casework.withdraw", label="撤回申请")
def withdraw(case_id: int, *, reason: str, by: Actor, version: int | None = None) -> Case:
    """The applicant takes the application back before a decision; nothing is deleted."""
    case = locked(case_id)
    if not _own(case, by):
        raise no_such_case()
    unchanged(case, version)
    if case.state not in RUNNING:
        raise Refused("case_closed", "这件申请已经办结，不能撤回。")
    close_withdrawn(case, reason="申请已撤回", by=by)
    audit.note(about=case, case_id=case.pk, path=case.path, reason=reason)
    return case

"""委托代办: a relative applies for somebody who cannot do it alone; both are named, the applicant is told.

Nothing that the register knows of the applicant's family is shown to whoever acts, but to one of that household: it is
asked, and the window checks it.  The signed paper must be there before the application is handed in (民法典 art. 165).
"""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.queries import get as paper
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import membership_of

from .drafting import editable, open_draft
from .grounds import may_begin
from .locking import locked
from .models import Case, Mandate, Member

__all__ = ["LABEL", "attach", "start_for"]

LABEL = "授权委托书"


@verb("casework.start_for", label="代亲属建立申请", beyond="亲属住在其他县的，申请落在亲属所在地")
def start_for(service: str, *, name: str, id_number: str, relation: str, by: Actor) -> Case:
    """Open a draft in the name of a relative whose name and number the actor knows."""
    declared = catalogue.current().service(service)
    if by.person_id is None or declared.item.offered != "public":
        raise NotAllowed("may_not_apply_for", "代亲属申请须用本人的居民账号。工作人员请在工作台代办。")
    person = _relative(name, id_number, by)
    begun = Case.objects.filter(applicant=person, service=service, created_by=by.id, state=Case.State.DRAFT)
    if (earlier := begun.first()) is not None:
        return earlier
    held = membership_of(person)
    household = held.household if held else None
    path = household.path if household else person.path
    may_begin(person, household, path, origin=None, lead_id=None)
    case = Case(
        channel=Case.Channel.ONLINE, applicant=person, household=household, path=path, created_at=clock.now(),
        created_by=by.id, agent=by.id, agent_name=by.name,
    )  # fmt: skip
    open_draft(case, declared, None)
    _hide_family(case, by)
    Mandate.objects.create(
        case=case, agent_id=by.person_id, relation=relation, path=path, given_at=clock.now()
    )
    notices.tell(
        person_id=person.pk, title=f"{by.name}正在替您申请{declared.item.label}", path=path, by=by,
        text=f"{by.name}说明受您委托，正在替您申请{declared.item.label}。您没有委托的，请打12345或到窗口说明。",
    )  # fmt: skip
    audit.note(about=case, case_id=case.pk, path=path, after={"service": service, "agent": by.person_id})
    return case


def _hide_family(case: Case, by: Actor) -> None:
    """The list begins with the applicant alone; whoever shares the household knows the others, and finds them there."""
    known = Member.objects.filter(case=case, person_id=by.person_id or 0)
    shared = case.household is not None and known.exists()
    if not shared:
        Member.objects.filter(case=case).exclude(person_id=case.applicant_id).delete()


def _relative(name: str, id_number: str, by: Actor) -> Person:
    """Somebody else, whose name and number agree; nothing more is said where they do not."""
    person = Person.objects.filter(id_number=id_number).first()
    if person is None or person.name != name.strip():
        raise NotFound(
            "relative_unknown", "姓名和身份证号码对不上，或者还没有登记。请对照证件核对，或到窗口办理。"
        )
    if person.pk == by.person_id:
        raise Refused("own_matter", "这是您本人的号码。给自己申请，请直接填写。", field="id_number")
    return person


@verb("casework.attach_mandate", label="上传授权委托书")
def attach(case_id: int, *, document_id: int, by: Actor) -> Mandate:
    """The paper by which the applicant gives the mandate; a new one takes the place of the old."""
    case = locked(case_id)
    editable(case, by)
    mandate = Mandate.objects.filter(case=case).first()
    if mandate is None:
        raise Refused("no_mandate", "这件申请由本人提出，不需要授权委托书。")
    found = paper(document_id, by)
    if found.case_id != case.pk:
        raise NotFound("document_not_found", "没有找到这份文件，或者不在您的查看范围内。")
    mandate.document_id = found.pk
    mandate.save()
    audit.note(about=mandate, case_id=case.pk, path=case.path, after={"document": found.pk})
    return mandate

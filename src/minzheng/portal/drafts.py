"""An application as pages: which steps a service needs, what each asks, what is still missing on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import joining
from minzheng.kernel.casework.drafting import complete, save_draft
from minzheng.kernel.casework.mandates import LABEL
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.queries import visible_to
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.actions import missing_consents
from minzheng.kernel.exchange.standing import adults_among
from minzheng.kernel.people.models import Person

__all__ = [
    "STEPS", "Gap", "Page", "adults", "answers_of", "application", "asked_papers", "before", "done_steps",
    "draft_for", "drawn_steps", "following", "gaps", "going_along", "keep", "lacking", "members_of", "needed",
    "own_papers", "part", "service_of", "steps_of", "together", "unfinished", "unsigned",
]  # fmt: skip

Service = catalogue.Declared[declare.Service]
MANDATE = declare.Material(
    "mandate",
    LABEL,
    "applicant",
    help="由申请人签名或按手印。可以打印下面的样式，也可以照着手写，拍清楚就行。",
)
EDITABLE = (Case.State.DRAFT, Case.State.CORRECTING)


@dataclass(frozen=True)
class Page:
    """One step of the application."""

    code: str
    label: str
    lead: str


STEPS = {
    one.code: one
    for one in (
        Page("family", "家庭成员", "请核对一起生活的家人。系统已按登记信息列出，可以增加或移除。"),
        Page("members", "成员情况", "请逐人填写。金额填过去12个月的合计，没有的不用填。"),
        Page("household", "家庭情况", "请填写全家的情况。不清楚的先保存，以后再填。"),
        Page("payee", "收款账户", "待遇直接打到这个账户。应为申请人本人或家庭成员的账户。"),
        Page("papers", "附加材料", "只有下列材料需要您提供，其余都由系统向有关部门核对。"),
        Page("consent", "核对授权", "成年家人各自签署授权书后，部门之间才能核对收入和财产。"),
        Page("review", "核对提交", "请最后看一遍。提交以后，要更改须联系受理窗口。"),
    )
}  # fmt: skip


def service_of(case: Case) -> Service:
    """The service a case is for."""
    return catalogue.current().service(case.service)


def draft_for(case_id: int, by: Actor) -> Case:
    """The resident's own application while it may still be changed."""
    mine = own_cases(by).select_related("applicant", "household", "mandate").prefetch_related("joined")
    case = mine.filter(pk=case_id).first()
    if case is None:
        raise NotFound("case_not_found", "没有这件申请，或者它不是您本人的申请。")
    if case.state not in EDITABLE:
        raise Refused("case_not_editable", "申请已提交，内容不能再修改。如需更改，请联系受理窗口。")
    return case


def together(case: Case) -> list[Case]:
    """This application and those that go along with it."""
    return [case, *(one for one in case.joined.all() if one.state != Case.State.WITHDRAWN)]


def going_along(case: Case) -> list[Case]:
    """The drafts that are filled in with this one."""
    return [one for one in together(case)[1:] if one.state == Case.State.DRAFT]


def keep(
    case: Case, given: Mapping[str, Any], *, by: Actor, version: int | None, key: str | None = None
) -> Case:
    """Save what was answered, in every application that asks for it."""
    save = joining.save_together if going_along(case) else save_draft
    kept: Case = save(case.pk, given, by=by, version=version, key=key)
    return kept


def application(case: Case) -> declare.Service:
    """What is asked: the service's own form, or the one form of all schemes that are applied for together."""
    service = joining.application(case, going_along(case))
    if getattr(case, "mandate", None) is None:
        return service
    return replace(service, materials=(MANDATE, *service.materials))


def answers_of(case: Case) -> dict[str, Any]:
    """Every answer of the one form, wherever it is kept."""
    found: dict[str, Any] = {}
    for one in reversed(together(case)):
        found |= {**one.form, **one.sealed}
    return found


def _account_words(form: declare.Form) -> set[str]:
    return {f.code.split("_")[0] for f in form.fields if f.kind == "account"}


def _promised(f: declare.Field) -> bool:
    return isinstance(f, declare.YesNo) and f.must


def part(form: declare.Form, step: str) -> declare.Form:
    """The questions of one step.

    An account and what shares its first word (payee_owner, payee_account) stand on a page of their own,
    commitments on the last; all else is asked of the household.
    """
    words = _account_words(form)

    def step_of(f: declare.Field) -> str:
        if _promised(f):
            return "review"
        return "payee" if f.code.split("_")[0] in words else "household"

    fields = tuple(f for f in form.fields if step_of(f) == step)
    return declare.Form(form.code, form.label, fields, form.version)


def steps_of(service: declare.Service) -> list[Page]:
    """The steps this service needs, in order."""
    needed = {"family", "members", "review"}
    needed |= {code for code in ("household", "payee") if part(service.form, code).fields}
    needed |= {"papers"} if asked_papers(service) else set()
    needed |= {"consent"} if service.consent else set()
    return [one for code, one in STEPS.items() if code in needed]


def needed(service: declare.Service, step: str) -> None:
    """Whoever comes to a step that this service does not ask for is told so: an old address, another scheme's."""
    if step not in {one.code for one in steps_of(service)}:
        raise NotFound(
            "step_not_asked", f"这件申请不需要填写“{STEPS[step].label}”。请从“我的办件”进入，继续填写。"
        )


def asked_papers(service: declare.Service) -> list[declare.Material]:
    """What only the applicant can supply."""
    return [one for one in service.materials if one.source == "applicant"]


def following(service: declare.Service, step: str) -> str:
    """The step after this one."""
    codes = [one.code for one in steps_of(service)]
    return codes[min(codes.index(step) + 1, len(codes) - 1)]


def before(service: declare.Service, step: str) -> str:
    """The step before this one; empty on the first."""
    codes = [one.code for one in steps_of(service)]
    at = codes.index(step)
    return codes[at - 1] if at else ""


def drawn_steps(case: Case, service: declare.Service, now: str, done: Iterable[str]) -> dict[str, Any]:
    """The indicator: each step with its address and state, and where the reader is."""
    steps, ready = steps_of(service), set(done)
    at = [one.code for one in steps].index(now)
    rows = [
        {
            "label": one.label, "url": f"/apply/{case.pk}/{one.code}/", "code": one.code,
            "state": "now" if one.code == now else "done" if one.code in ready else "next",
        }
        for one in steps
    ]  # fmt: skip
    return {"rows": rows, "at": at + 1, "of": len(steps)}


def members_of(case: Case) -> list[Member]:
    """Everyone in the application, the applicant first."""
    rows = case.members.select_related("person").order_by("id")
    return sorted(rows, key=lambda one: (one.person_id != case.applicant_id, one.pk))


def adults(members: Iterable[Member]) -> list[Person]:
    """Those whose letter of authorisation is needed."""
    return adults_among([one.person for one in members])


def unsigned(case: Case, service: declare.Service, members: Iterable[Member]) -> list[Person]:
    """Those who have still to sign, for this application or for one that goes along with it."""
    if not service.consent:
        return []
    everyone = adults(members)
    open_: dict[int, Person] = {}
    for one in together(case):
        if purpose := service_of(one).item.consent:
            missing = missing_consents(case_id=one.pk, adults=everyone, purpose=purpose)
            open_ |= {person.pk: person for person in missing}
    return [person for person in everyone if person.pk in open_]


def own_papers(case: Case, by: Actor) -> list[Document]:
    """What the resident has handed in with this case and not taken back."""
    rows = visible_to(by).filter(
        case_id__in=[one.pk for one in together(case)],
        kind=Document.Kind.UPLOAD,
        created_by=by.id,
        withdrawn_at=None,
    )
    return list(rows.order_by("id"))


def unfinished(member: Member, form: declare.Form) -> bool:
    """Whether something required of this member is still missing."""
    return any(f.required and member.answers.get(f.code) in (None, "", []) for f in form.fields)


@dataclass(frozen=True)
class Gap:
    """Something missing, with the page where it is put right."""

    text: str
    url: str


def gaps(case: Case, service: declare.Service) -> list[Gap]:
    """Everything that keeps the application from being handed in, except the commitments of the last page."""
    left = joining.missing_together(case, going_along(case))
    try:
        complete(case, service_of(case).item)
    except Refused as error:
        left |= error.errors
    promised = {f.code for f in service.form.fields if _promised(f)}
    return [Gap(text, _page_of(case, service, code)) for code, text in left.items() if code not in promised]


def _page_of(case: Case, service: declare.Service, code: str) -> str:
    if code.startswith("member-"):
        _, pk, field = code.split("-", 2)
        return f"/apply/{case.pk}/members/{pk}/#f-{field}"
    if code == "mandate":
        return f"/apply/{case.pk}/papers/"
    step = "payee" if code.split("_")[0] in _account_words(service.form) else "household"
    return f"/apply/{case.pk}/{step}/#f-{code}"


def lacking(service: declare.Service, labels: Iterable[str]) -> list[str]:
    """Papers asked of everybody that are not among those handed in; the window may still find them itself."""
    there = set(labels)
    asked = asked_papers(service)
    return [one.label for one in asked if one.required and one.label not in there and one is not MANDATE]


def _handed_in(case: Case) -> Iterable[str]:
    """What the papers with this application are called that have not been taken back."""
    kept = Document.objects.filter(case_id__in=[one.pk for one in together(case)], kind=Document.Kind.UPLOAD)
    return kept.filter(withdrawn_at=None).values_list("label", flat=True)


def done_steps(case: Case, service: declare.Service, members: list[Member], missing: list[Gap]) -> set[str]:
    """The steps on which nothing is missing."""
    open_ = {gap.url.split("/")[3] for gap in missing}
    if lacking(service, ()) and lacking(service, _handed_in(case)):
        open_.add("papers")
    done = {one.code for one in steps_of(service)} - open_ - {"review"}
    if unsigned(case, service, members):
        done.discard("consent")
    # A step nobody has been to is not ticked off merely because nothing in it is required.
    return done if case.form else done & {"family", "members", "consent"} - open_

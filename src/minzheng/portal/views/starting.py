"""Starting an application: who applies, for whom, for which schemes at once; an earlier draft is taken up again."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.drafting import start_draft
from minzheng.kernel.casework.joining import join
from minzheng.kernel.casework.mandates import start_for
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import MinzhengError, NotFound, Refused
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import members, membership_of
from minzheng.portal import finding
from minzheng.portal.drafts import application, done_steps, draft_for, gaps, members_of, steps_of
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.portal.words import RELATIONS
from minzheng.ui.posted import read_form

__all__ = ["begin_together", "relative", "resume", "start", "together_with"]

Service = catalogue.Declared[declare.Service]
RUNNING = (Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)
BEGUN = "已经建立申请。填到哪一步都会保存，可以随时离开，以后再填。"
RELATIVE = declare.Form(
    "relative",
    "替家人申请",
    (
        declare.Text("name", "申请人姓名", longest=60, help="要替谁申请，就写谁。与身份证上的姓名一致。"),
        declare.IdNumber("id_number", "申请人身份证号码"),
        declare.Choice("relation", "他（她）是您的", options=RELATIONS),
        declare.YesNo("asked", "他（她）已经委托我代办，我会上传本人签名的委托书", must=True),
    ),
)  # fmt: skip


def _offered(code: str) -> Service:
    declared = catalogue.current().service(code)
    if declared.item.offered != "public":
        raise NotFound(
            "not_offered", f"“{declared.item.label}”不是由居民自行申请的事项。请咨询乡镇（街道）窗口。"
        )
    return declared


def together_with(declared: Service, taken: Iterable[str] = ()) -> list[Service]:
    """What may be applied for in the same application; what a refusal becomes by itself needs no asking."""
    by_itself = {
        f"{one.domain.code}.{one.item.follow_on.service}"
        for one in (declared, *finding.offered())
        if one.item.follow_on and (one is declared or one.code in taken)
    }
    return [
        one
        for one in finding.offered()
        if one.code != declared.code and one.code not in by_itself and one.item.place == declared.item.place == "home"
    ]  # fmt: skip


def begin_together(codes: Iterable[str], *, by: Actor, key: str | None) -> Case:
    """One application for these services: filled in as the one that requires most, the others go along."""
    chosen = sorted((_offered(code) for code in dict.fromkeys(codes)), key=_asks_most)
    person = Person.objects.get(pk=by.person_id)
    held = membership_of(person)
    case: Case = start_draft(
        chosen[0].code, applicant=person, household=held.household if held else None,
        path=held.household.path if held else person.path, channel=Case.Channel.ONLINE, by=by, key=key,
    )  # fmt: skip
    possible = {one.code for one in together_with(chosen[0], [one.code for one in chosen])}
    if others := [one.code for one in chosen[1:] if one.code in possible]:
        join(case.pk, services=others, by=by, key=f"{key}:j" if key else None)
    return case


def _asks_most(declared: Service) -> tuple[int, str]:
    return -sum(f.required for f in declared.item.form.fields), declared.code


@resident_page
def start(request: HttpRequest, by: Actor, code: str) -> HttpResponseBase:
    """Who I am and whom the application is for; a draft or a running case is shown instead of a second one."""
    declared = _offered(code)
    person = Person.objects.get(pk=by.person_id)
    held = membership_of(person)
    path = held.household.path if held else person.path
    mine = own_cases(by).filter(service=declared.code, applicant=person)
    running, draft = mine.filter(state__in=RUNNING).first(), mine.filter(state=Case.State.DRAFT).first()
    more, error = together_with(declared), ""
    if request.method == "POST" and running is None:
        if draft is not None:
            return redirect(f"/apply/{draft.pk}/")
        also = [one for one in request.POST.getlist("also") if one in {each.code for each in more}]
        try:
            case = begin_together([declared.code, *also], by=by, key=key_of(request))
        except Refused as refused:
            error = refused.message
        else:
            messages.success(request, BEGUN)
            return redirect(f"/apply/{case.pk}/family/")
    context = {
        "service": declared, "item": declared.item, "error": error, "running": running, "draft": draft, "more": more,
        "facts": [
            ("申请人", f"{person.name}（您本人）"),
            ("身份证号码", masks.mask_id_number(person.id_number or "")),
            ("家庭所在地", name_of(path)),
            ("登记的家庭成员", "、".join(one.person.name for one in members(held.household)) if held else "没有登记"),
        ],
    }  # fmt: skip
    return page(request, "apply/start.html", context, at="services", status=400 if error else 200)


@resident_page
def relative(request: HttpRequest, by: Actor, code: str) -> HttpResponseBase:
    """For a relative who cannot do it alone: whose name and number, what they are to me, and that they asked me."""
    declared = _offered(code)
    values, errors = {}, {}
    if request.method == "POST":
        values = read_form(RELATIVE, request.POST)
        try:
            said = RELATIVE.clean(values)
            case = start_for(
                declared.code, name=said.plain["name"], id_number=said.sealed["id_number"],
                relation=said.plain["relation"], by=by, key=key_of(request),
            )  # fmt: skip
        except (Refused, NotFound) as refused:
            errors = _beside(refused)
        else:
            messages.success(request, BEGUN)
            return redirect(f"/apply/{case.pk}/family/")
    context = {
        "service": declared,
        "item": declared.item,
        "form": RELATIVE,
        "values": values,
        "errors": errors,
    }
    return page(request, "apply/relative.html", context, at="services", status=400 if errors else 200)


def _beside(refused: MinzhengError) -> dict[str, str]:
    """The mistakes beside their fields; a name and number that do not meet are told beside the name."""
    if isinstance(refused, NotFound):
        return {"name": refused.message}
    assert isinstance(refused, Refused)
    return refused.errors or {"": refused.message}


def _filled_in_with(case: Case, by: Actor) -> int | None:
    """The application in which this one is filled in, while it is still a draft."""
    first = own_cases(by).filter(pk=case.joined_to_id, state=Case.State.DRAFT).first()
    return first.pk if first is not None else None


@resident_page
def resume(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Back to where something is still missing."""
    case = draft_for(pk, by)
    if case.joined_to_id is not None and (first := _filled_in_with(case, by)):
        return redirect(f"/apply/{first}/")
    service = application(case)
    done = done_steps(case, service, members_of(case), gaps(case, service))
    step = next(one.code for one in steps_of(service) if one.code not in done)
    if step == "members" and not case.form:
        step = "family"
    return redirect(f"/apply/{case.pk}/{step}/")

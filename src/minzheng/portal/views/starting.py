"""Starting an application: who applies, for which family; an earlier draft is taken up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.drafting import start_draft
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import members, membership_of
from minzheng.portal.drafts import done_steps, draft_for, gaps, members_of, service_of, steps_of
from minzheng.portal.pages import key_of, page, resident_page

__all__ = ["resume", "start"]

RUNNING = (Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)


@resident_page
def start(request: HttpRequest, by: Actor, code: str) -> HttpResponseBase:
    """Who I am and whom the application is for; a draft or a running case is shown instead of a second one."""
    declared = catalogue.current().service(code)
    if declared.item.offered != "public":
        raise NotFound(
            "not_offered", f"“{declared.item.label}”不是由居民自行申请的事项。请咨询乡镇（街道）窗口。"
        )
    person = Person.objects.get(pk=by.person_id)
    held = membership_of(person)
    path = held.household.path if held else person.path
    mine = own_cases(by).filter(service=declared.code)
    running = mine.filter(state__in=RUNNING).first()
    draft = mine.filter(state=Case.State.DRAFT).first()
    error = ""
    if request.method == "POST" and running is None:
        if draft is not None:
            return redirect(f"/apply/{draft.pk}/")
        try:
            case = start_draft(
                declared.code, applicant=person, household=held.household if held else None, path=path,
                channel=Case.Channel.ONLINE, by=by, key=key_of(request),
            )  # fmt: skip
        except Refused as refused:
            error = refused.message
        else:
            messages.success(request, "已经建立申请。填到哪一步都会保存，可以随时离开，以后再填。")
            return redirect(f"/apply/{case.pk}/family/")
    context = {
        "service": declared, "item": declared.item, "error": error, "running": running, "draft": draft,
        "facts": [
            ("申请人", f"{person.name}（您本人）"),
            ("身份证号码", masks.mask_id_number(person.id_number or "")),
            ("家庭所在地", name_of(path)),
            ("登记的家庭成员", "、".join(one.person.name for one in members(held.household)) if held else "没有登记"),
        ],
    }  # fmt: skip
    return page(request, "apply/start.html", context, at="services", status=400 if error else 200)


@resident_page
def resume(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Back to where something is still missing."""
    case = draft_for(pk, by)
    service = service_of(case).item
    done = done_steps(case, service, members_of(case), gaps(case, service))
    step = next(one.code for one in steps_of(service) if one.code not in done)
    if step == "members" and not case.form:
        step = "family"
    return redirect(f"/apply/{case.pk}/{step}/")

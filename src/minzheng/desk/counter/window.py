"""一门受理: the person with the family, the needs, what the law says of them, and everything begun with one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.cases.starting import household_rows, may_apply, person_facts, person_for
from minzheng.desk.sheets import fresh_key
from minzheng.kernel import audit, catalogue
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.counter import duties
from minzheng.kernel.counter.models import Intake, Part
from minzheng.kernel.counter.receiving import receive
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import membership_of
from minzheng.kernel.signin.residents import may_at_window
from minzheng.ui.screening import Asked

from .law import CARRIED, carried, from_file

__all__ = ["home_of", "start"]


def home_of(person: Person, by: Actor) -> Household | None:
    """The household on the register, as far as it lies within scope."""
    held = membership_of(person)
    return held.household if held and by.covers(held.household.path) else None


def start(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page of whoever stands at the window; ``receive`` begins what was chosen."""
    by = may_apply(frame.staff(request))
    person = person_for(person_id, by)
    home = home_of(person, by)
    path = home.path if home else person.path
    problem = ""
    if request.method == "POST" and CARRIED not in request.POST:
        try:
            return _received(request, person, home, path, by)
        except Refused as error:
            problem = error.message
    else:
        audit.read("people.read_person", by=by, about=person, path=person.path, reason="受理申请")
    head = frame.header(
        person.name, crumbs=[("受理申请", "/desk/cases/new/")],
        lead="核对身份和家庭成员，问清需求，一次登记，一张回执。",
    )  # fmt: skip
    context = head | _who(person, home, path, by) | _choice(request, path, by) | {"problem": problem}
    context["law"] = from_file(home) if home else None
    return render(request, "desk/counter/start.html", context, status=400 if problem else 200)


def _who(person: Person, home: Household | None, path: str, by: Actor) -> dict[str, Any]:
    return {
        "who": person_facts(person), "home": home, "person": person,
        "members": household_rows(home) if home else [], "place": areas.name_of(path),
        "running": _running(person, by), "at_window": may_at_window(by, person),
    }  # fmt: skip


def _choice(request: HttpRequest, path: str, by: Actor) -> dict[str, Any]:
    """Needs, services and departments, each with what was ticked so far."""
    given = request.POST if request.method == "POST" else request.GET
    ticked = {name: set(given.getlist(name)) for name in ("need", "service", "department")}
    offered = duties.offered(by, path)
    known = {one.code for one in offered}
    return {
        "needs": [
            (one, one.code in ticked["need"],
             " ".join([*(code for code in duties.services_of(one.code) if code in known), *one.departments]))
            for one in duties.needs().values()
        ],
        "offered": [(one, one.code in ticked["service"]) for one in offered],
        "departments": [(one, one.code in ticked["department"], given.get(f"ask-{one.code}", ""))
                        for one in duties.departments().values()],
        "note": given.get("note", ""), "key": fresh_key(request), "entries": carried(request.POST),
        "lead": given.get("lead", "") or request.GET.get("lead", ""),
    }  # fmt: skip


def _received(
    request: HttpRequest, person: Person, home: Household | None, path: str, by: Actor
) -> HttpResponse:
    chosen = list(dict.fromkeys(request.POST.getlist("service")))
    lead = request.POST.get("lead", "") or request.GET.get("lead", "")
    intake: Intake = receive(
        person=person, household=home, path=path, by=by, key=fresh_key(request), services=chosen,
        needs=request.POST.getlist("need"), note=request.POST.get("note", ""), known=_answers(request, chosen),
        departments={code: request.POST.get(f"ask-{code}", "") for code in request.POST.getlist("department")},
        channel=_channel(by, path, lead), lead_id=int(lead) if lead.isdigit() and len(lead) < 19 else None,
    )  # fmt: skip
    parts = list(intake.parts.order_by("id"))
    if len(parts) == 1 and parts[0].state == Part.State.CASE:
        messages.success(request, f"申请已建立，回执编号 {intake.number}。请逐项填写。")
        return redirect(f"/desk/cases/{parts[0].case_id}/draft/")
    messages.success(request, f"已登记，回执编号 {intake.number}。")
    return redirect(f"/desk/counter/{intake.pk}/")


def _channel(by: Actor, path: str, lead: str) -> str:
    if lead.isdigit():
        return Case.Channel.DISCOVERY
    posts = [post.level for post in by.posts if path.startswith(post.path)]
    return Case.Channel.AGENT if min(posts, default=Level.VILLAGE) == Level.VILLAGE else Case.Channel.WINDOW


def _answers(request: HttpRequest, chosen: list[str]) -> Mapping[str, Any]:
    """What was answered to the ten questions, as the applications may begin with it."""
    one = catalogue.current().screenings.get(request.POST.get("screening", "")[:60])
    if one is None or one.item.begins is None:
        return {}
    checked = Asked.posted(one.item, request.POST).check()
    if checked is None:
        return {}
    begins = one.item.begins(checked[1])
    found: dict[str, Any] = {}
    for code in chosen:
        found = {**begins.get(code, {}), **found}
    return found


def _running(person: Person, by: Actor) -> list[tuple[str, str, str]]:
    """Drafts and corrections of this person that the actor has in hand."""
    unfinished = [Case.State.DRAFT, Case.State.CORRECTING]
    rows = Case.objects.filter(applicant=person, created_by=by.id, state__in=unfinished, joined_to=None)
    services = catalogue.current().services
    return [
        (services[one.service].item.label, one.get_state_display(), f"/desk/cases/{one.pk}/draft/")
        for one in rows.order_by("-id")[:5] if one.service in services
    ]  # fmt: skip

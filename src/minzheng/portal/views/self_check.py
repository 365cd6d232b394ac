"""我能享受什么: anybody asks what a family may receive.  Nothing is kept, and nothing of it is written anywhere.

The answers travel in the page itself: to be changed, and, once a resident has signed in, to begin an application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.drafting import save_draft, start_draft
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import membership_of
from minzheng.portal import finding
from minzheng.portal.pages import as_resident, key_of, page, resident_page
from minzheng.ui.posted import changes_rows
from minzheng.ui.screening import Asked, Told, counties

__all__ = ["answer", "ask", "begin", "first"]

Screening = catalogue.Declared[declare.Screening]
_OURS = ("csrfmiddlewaretoken", "key", "service")


def first(request: HttpRequest) -> HttpResponseBase:
    """The one screening there is; of several, the reader chooses."""
    offered = list(catalogue.current().screenings.values())
    if len(offered) == 1:
        return redirect("portal:self_check", offered[0].code)
    return page(request, "self_check/choose.html", {"tiles": finding.screenings()}, at="self_check")


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The questions."""
    one = catalogue.current().screening(code)
    people = {
        each.code: [{}] for each in one.item.form.fields if isinstance(each, declare.Rows) and each.least
    }
    return _asking(request, one, Asked(one.item, people))


def _asking(request: HttpRequest, one: Screening, asked: Asked, *, status: int = 200) -> HttpResponse:
    context = {"screening": one, "item": one.item, "asked": asked, "counties": counties()}
    context["fresh"] = request.method == "GET"
    return page(request, "self_check/ask.html", context, at="self_check", status=status)


def answer(request: HttpRequest, code: str) -> HttpResponseBase:
    """The answer; what was typed wrong goes back with the words beside it."""
    one = catalogue.current().screening(code)
    if request.method != "POST":
        return redirect("portal:self_check", one.code)
    asked = Asked.posted(one.item, request.POST)
    if changes_rows(request.POST) or "_edit" in request.POST:
        return _asking(request, one, asked)
    checked = asked.check()
    if checked is None:
        return _asking(request, one, asked, status=400)
    return _told(request, one, asked, *checked)


def _told(
    request: HttpRequest, one: Screening, asked: Asked, path: str, answers: Mapping[str, Any]
) -> HttpResponse:
    """Every benefit, with the way into those that can be applied for here."""
    today = clock.today()
    facts = one.item.facts(answers, today)
    found = one.item.answer(facts, catalogue.current().parameters(), path=path, on=today)
    context = {
        "screening": one, "item": one.item, "told": Told(found), "answer": found, "place": name_of(path),
        "entries": _entries(request), "applicable": _applicable(found), "resident": as_resident(request),
        "begins": set(one.item.begins(answers)) if one.item.begins else set(),
    }  # fmt: skip
    return page(request, "self_check/answer.html", context, at="self_check")


def _entries(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to travel on in the page."""
    return [
        (name, value)
        for name, value in request.POST.items()
        if name not in _OURS and not name.startswith("_") and len(str(value)) <= 40
    ]


def _applicable(found: declare.Screened) -> set[str]:
    """The services of this answer that a resident may apply for."""
    offered = {one.code for one in finding.offered()}
    return {one.service for one in found.offers} & offered


@resident_page
def begin(request: HttpRequest, by: Actor, code: str) -> HttpResponseBase:
    """An application that begins with what was answered; one that is under way is never written over."""
    one = catalogue.current().screening(code)
    service = request.POST.get("service", "")
    if request.method != "POST":
        return redirect("portal:self_check", one.code)
    if service not in {each.code for each in finding.offered()}:
        raise NotFound("not_offered", "没有这项可以网上申请的服务。请从服务目录中选择。")
    if own_cases(by).filter(service=service, closed_at=None).exclude(state=Case.State.WITHDRAWN).exists():
        return redirect("portal:start", service)
    asked = Asked.posted(one.item, request.POST)
    checked = asked.check()
    if checked is None or one.item.begins is None:
        return redirect("portal:start", service)
    case = _begun(request, by, service, one.item.begins(checked[1]).get(service, {}))
    messages.success(request, "已经建立申请，刚才的回答已带入“家庭情况”，请逐项核对。")
    return redirect(f"/apply/{case.pk}/family/")


def _begun(request: HttpRequest, by: Actor, service: str, known: Mapping[str, Any]) -> Case:
    person = Person.objects.get(pk=by.person_id)
    held = membership_of(person)
    case: Case = start_draft(
        service, applicant=person, household=held.household if held else None,
        path=held.household.path if held else person.path, channel=Case.Channel.ONLINE, by=by, key=key_of(request),
    )  # fmt: skip
    if known:
        try:
            save_draft(case.pk, known, by=by, key=key_of(request, "a"))
        except Refused:
            # An answer the form of the service does not take is simply asked again there.
            return case
    return case

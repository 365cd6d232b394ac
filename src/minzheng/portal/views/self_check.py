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
from minzheng.kernel.casework.joining import save_together
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotFound, Refused
from minzheng.portal import finding
from minzheng.portal.pages import as_resident, key_of, page, resident_page
from minzheng.ui.posted import changes_rows
from minzheng.ui.screening import Asked, Told, counties

from .starting import begin_together

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
        "begins": set(one.item.begins(answers)) if one.item.begins else set(), "several": _several(found),
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


def _several(found: declare.Screened) -> list[tuple[str, str]]:
    """The services that may be applied for in one application, if there are several; each once."""
    applicable = _applicable(found)
    may = {one.service: one.label for one in found.of(declare.Standing.MAY) if one.service in applicable}
    at_home = {
        code: label for code, label in may.items() if catalogue.current().service(code).item.place == "home"
    }
    follows = {
        f"{one.domain.code}.{one.item.follow_on.service}"
        for one in map(catalogue.current().service, at_home)
        if one.item.follow_on
    }
    found_ = [(code, label) for code, label in at_home.items() if code not in follows]
    return found_ if len(found_) > 1 else []


@resident_page
def begin(request: HttpRequest, by: Actor, code: str) -> HttpResponseBase:
    """An application that begins with what was answered; one that is under way is never written over."""
    one = catalogue.current().screening(code)
    if request.method != "POST":
        return redirect("portal:self_check", one.code)
    chosen = list(dict.fromkeys(request.POST.getlist("service")))
    if not chosen:
        messages.warning(request, "请至少选择一项要申请的服务。")
        return redirect("portal:self_check", one.code)
    if not set(chosen) <= {each.code for each in finding.offered()}:
        raise NotFound("not_offered", "没有这项可以网上申请的服务。请从服务目录中选择。")
    mine = own_cases(by).filter(applicant_id=by.person_id, closed_at=None).exclude(state=Case.State.WITHDRAWN)
    under_way = set(mine.filter(service__in=chosen).values_list("service", flat=True))
    fresh = [each for each in chosen if each not in under_way]
    asked = Asked.posted(one.item, request.POST)
    checked = asked.check()
    if not fresh or checked is None or one.item.begins is None:
        return redirect("portal:start", chosen[0])
    case = _begun(request, by, fresh, one.item.begins(checked[1]))
    messages.success(request, "已经建立申请，刚才的回答已带入“家庭情况”，请逐项核对。")
    if left := [catalogue.current().service(each).item.label for each in chosen if each in under_way]:
        messages.info(
            request, f"{'、'.join(left)}已有一份申请，没有重复建立。请在“我的事项”里继续填写或看进度。"
        )
    return redirect(f"/apply/{case.pk}/family/")


def _begun(
    request: HttpRequest, by: Actor, services: list[str], begins: Mapping[str, Mapping[str, Any]]
) -> Case:
    """One application for all that was chosen, with what was answered already."""
    case = begin_together(services, by=by, key=key_of(request))
    known: dict[str, Any] = {}
    for code in services:
        known |= {name: value for name, value in begins.get(code, {}).items() if name not in known}
    if known:
        try:
            save_together(case.pk, known, by=by, key=key_of(request, "a"))
        except Refused:
            # An answer the form of the service does not take is simply asked again there.
            return case
    return case

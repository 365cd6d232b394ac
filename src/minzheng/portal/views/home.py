"""The first page, the list of services, a service's guide, and choosing a place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.errors import NotFound
from minzheng.kernel.notices.queries import unread
from minzheng.kernel.people.models import Person
from minzheng.portal import finding, guiding
from minzheng.portal.following import line_of
from minzheng.portal.pages import as_resident, page, province
from minzheng.portal.rooms import CARE, ROOMS

__all__ = ["guide", "home", "places", "services"]

SHOWN = 3


def home(request: HttpRequest) -> HttpResponse:
    """Services by life situation, what of mine is under way, the board, verification."""
    by = as_resident(request)
    running, letters = [], 0
    if by is not None:
        mine = own_cases(by).exclude(
            state__in=[Case.State.GRANTED, Case.State.REFUSED, Case.State.NOT_ACCEPTED]
        )
        running = [line_of(case, by) for case in mine.exclude(state=Case.State.WITHDRAWN)[: SHOWN + 1]]
        letters = unread(by)
    context = {
        "tiles": finding.situations(), "popular": finding.offered()[:6], "running": running[:SHOWN],
        "more": len(running) > SHOWN, "unread": letters, "resident": by, "screenings": finding.screenings(),
        "rooms": ROOMS, "care": CARE,
    }  # fmt: skip
    return page(request, "home.html", context, at="home")


def services(request: HttpRequest) -> HttpResponse:
    """The services that answer to what was typed, or all of them."""
    typed = request.GET.get("q", "")[:60]
    situation = finding.situation_called(request.GET.get("situation", "")[:20])
    here = situation.code if situation else ""
    hits = finding.found(typed, situation=here)
    context = {
        "q": typed, "situation": str(situation or ""), "tiles": finding.situations(), "services": hits,
        "questions": finding.questions(typed), "rooms": finding.rooms(typed, situation=here),
        "unasked": finding.unasked(typed),
        "told": [situation] if situation and situation.told else finding.told(typed),
        "others": [] if hits else finding.offered()[:6],
        "screenings": finding.screenings(typed) if typed.strip() else [],
    }  # fmt: skip
    return page(request, "services.html", context, at="services")


def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Who may, what one gets, how long, by which article, what to bring; for the reader's own place."""
    declared = catalogue.current().service(code)
    if declared.item.offered != "public":
        raise NotFound(
            "not_offered", f"“{declared.item.label}”不是由居民自行申请的事项。请咨询乡镇（街道）窗口。"
        )
    path, today = _place(request), clock.today()
    item = declared.item
    context = {
        "service": declared, "item": item, "guide": item.guide, "place": areas.name_of(path),
        "own_place": as_resident(request) is not None and not request.GET.get("place"),
        "everywhere": path == province(), "limits": guiding.limits(declared, path=path, on=today),
        "standards": guiding.standards(declared, path=path, on=today),
        "steps": guiding.step_limits(declared, path=path, on=today),
        "decider": guiding.DECIDERS[guiding.decider(declared, path=path, on=today)],
        "needed": _needed(item),
        "waived": [one for one in item.materials if one.source == "system"],
        "signed": [one for one in item.materials if one.source == "signed"],
        "brought": [one for one in item.materials if one.source == "applicant"],
        "choose_url": f"{reverse('portal:places')}?to={declared.code}",
        "start_url": reverse("portal:start", args=[declared.code]),
    }  # fmt: skip
    return page(request, "guide.html", context, at="services")


def _needed(item: declare.Service) -> str:
    """How many papers one has to bring."""
    brought = [one for one in item.materials if one.source == "applicant"]
    must = sum(one.required for one in brought)
    return f"{must} 项" if must else "一般不用交"


def _place(request: HttpRequest) -> str:
    """The place chosen, else the reader's own, else the province."""
    if chosen := request.GET.get("place", "")[:12]:
        found = areas.in_force().filter(uid=chosen).values_list("path", flat=True).first()
        if found:
            return str(found)
    by = as_resident(request)
    own = Person.objects.filter(pk=by.person_id).values_list("path", flat=True).first() if by else None
    return str(own) if own else province()


def places(request: HttpRequest) -> HttpResponseBase:
    """Look for a place by name, pinyin or initials, and go back to the guide it was wanted for."""
    typed, to = request.GET.get("q", "")[:40], request.GET.get("to", "")[:60]
    declared = catalogue.current().service(to)
    hits = [one for one in areas.search(typed, limit=30) if one.level >= Level.CITY] if typed.strip() else []
    written = areas.names(one.path for one in hits)
    rows = [
        {
            "label": one.name,
            "text": written[one.path],
            "icon": "map-pin",
            "url": f"/services/{to}/?place={one.uid}",
        }
        for one in hits
    ]
    context = {"q": typed, "to": to, "service": declared.item, "tiles": rows, "nearest": Level.COUNTY.label}
    return page(request, "places.html", context, at="services")

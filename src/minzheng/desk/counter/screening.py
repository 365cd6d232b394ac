"""The ten questions asked at the window, with what the register knows already filled in; nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minzheng.desk import frame
from minzheng.desk.cases.starting import may_apply, person_for
from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.counter import duties
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import members
from minzheng.ui.posted import changes_rows
from minzheng.ui.screening import Asked, Told

from .law import carried
from .window import home_of

__all__ = ["screen"]

Screening = catalogue.Declared[declare.Screening]


def screen(request: HttpRequest, person_id: int) -> HttpResponse:
    """The questions, and on the same address the answer with what may be applied for."""
    by = may_apply(frame.staff(request))
    person = person_for(person_id, by)
    one = next(iter(catalogue.current().screenings.values()), None)
    if one is None:
        raise NotFound("no_screening", "没有可用的待遇测算。")
    home = home_of(person, by)
    path = home.path if home else person.path
    county = county_of(path) or path
    if request.method != "POST":
        audit.read("people.read_person", by=by, about=person, path=person.path, reason="待遇测算")
        return _asking(request, one, Asked(one.item, _known(one, person, by), uid_of(county)), person)
    asked = Asked.posted(one.item, request.POST)
    asked.place = uid_of(county)
    if changes_rows(request.POST) or "_edit" in request.POST:
        return _asking(request, one, asked, person)
    checked = asked.check()
    if checked is None:
        return _asking(request, one, asked, person, status=400)
    return _told(request, one, asked, checked, person, by)


def _known(one: Screening, person: Person, by: Actor) -> dict[str, object]:
    """What the register says of the family, as it would be typed."""
    blank: dict[str, object] = {
        each.code: [{}] for each in one.item.form.fields if isinstance(each, declare.Rows) and each.least
    }
    home = home_of(person, by)
    if home is None or one.item.known is None:
        return blank
    today = clock.today()
    people = [
        declare.Registered(
            member.relation, member.person_id == person.pk,
            clock.age_on(member.person.birth, today) if member.person.birth else None,
            member.person.disability_category, member.person.disability_grade,
        )
        for member in members(home) if member.person.died_on is None
    ]  # fmt: skip
    return blank | dict(one.item.known(people, home.class_ur))


def _asking(
    request: HttpRequest, one: Screening, asked: Asked, person: Person, *, status: int = 200
) -> HttpResponse:
    head = frame.header(
        f"{one.item.label} · {person.name}", crumbs=_crumbs(person),
        lead="登记过的情况已填好；不清楚的可以空着，结果里会说明还差什么。不保存。",
    )  # fmt: skip
    context = head | {"asked": asked, "person": person, "screening": one}
    return render(request, "desk/counter/screen.html", context, status=status)


def _crumbs(person: Person) -> list[tuple[str, str]]:
    return [("受理申请", "/desk/cases/new/"), (person.name, f"/desk/cases/new/{person.pk}/")]


def _told(
    request: HttpRequest,
    one: Screening,
    asked: Asked,
    checked: tuple[str, dict[str, object]],
    person: Person,
    by: Actor,
) -> HttpResponse:
    """Every benefit; those that can be applied for here are ticked to be taken to the window's form."""
    path, answers = checked
    today = clock.today()
    head = frame.header(
        f"可享受待遇 · {person.name}",
        crumbs=_crumbs(person),
        lead=f"{name_of(path)}，按现在填写的情况测算，不是决定。",
    )
    try:
        facts = one.item.facts(answers, today)
        found = one.item.answer(facts, catalogue.current().parameters(), path=path, on=today)
    except MinzhengError as error:
        return render(
            request, "desk/counter/screened.html", head | {"problem": error.message, "person": person}
        )
    told = Told(found)
    offered = {each.code: each.item.label for each in duties.offered(by, person.path)}
    services = {each.service: offered[each.service] for each in told.may if each.service in offered}
    return render(request, "desk/counter/screened.html", head | {
        "told": told, "answer": found, "staff": True, "person": person, "screening": one,
        "services": list(services.items()), "entries": carried({**request.POST.dict(), "screening": one.code}),
    })  # fmt: skip

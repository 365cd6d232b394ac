"""Where the search over everything looks: each source asks the database at most twice, however much there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from minzheng.desk import frame
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import names
from minzheng.kernel.areas.spelling import spell
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.counter import duties
from minzheng.kernel.counter.queries import intakes
from minzheng.kernel.documents.queries import visible_to
from minzheng.kernel.people.masks import mask_id_number, mask_name
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.searching import people_found
from minzheng.kernel.people.written import normalise
from minzheng.kernel.registers.reach import register_over
from minzheng.ui.shown import iso_day

__all__ = ["Group", "Hit", "search_all"]

MOST = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what tells it from others, where it is."""

    label: str
    note: str
    url: str


@dataclass(frozen=True)
class Group:
    """What one source found, and where all of it can be seen."""

    label: str
    icon: str
    hits: tuple[Hit, ...]


def search_all(text: str, by: Actor) -> list[Group]:
    """Everything that answers to what was typed, within the actor's places and posts."""
    text = text.strip()[:40]
    if len(text) < 2:
        return []
    people = people_found(text, by=by, most=MOST)
    found = [
        Group("人员", "user", tuple(_people(people, by))),
        Group("办件", "file-text", tuple(_cases(text, people, by))),
        Group("文书和材料", "file-certificate", tuple(_papers(text, by))),
        Group("受理回执", "checklist", tuple(_intakes(text, by))),
        Group("事项", "clipboard-list", tuple(_services(text, by))),
        Group("台账和栏目", "database", tuple(_rooms(text, by))),
    ]
    return [one for one in found if one.hits]


def _people(people: Iterable[Person], by: Actor) -> Iterator[Hit]:
    people = list(people)
    places, register = names(one.path for one in people), register_over(Person, by=by)
    for one in people:
        url = f"/desk/registers/{register}/{one.pk}/" if register else f"/desk/cases/?q={one.initials}"
        url = f"/desk/cases/new/{one.pk}/" if duties.receives(by, one.path) else url
        number = mask_id_number(one.id_number) if one.id_number else one.internal_number or ""
        yield Hit(mask_name(one.name), f"{number} · {iso_day(one.birth)} · {places[one.path]}", url)


def _cases(text: str, people: Iterable[Person], by: Actor) -> Iterator[Hit]:
    """By number, or by whom they are for."""
    rows = visible(by).exclude(state=Case.State.DRAFT)
    if re.fullmatch(r"\d{6,26}", typed := normalise(text)) and len(typed) != _CITIZEN:
        rows = rows.filter(number__begins=typed)
    else:
        rows = rows.filter(applicant_id__in=[one.pk for one in people])
    services = catalogue.current().services
    for one in rows.select_related("applicant").order_by("-id")[:MOST]:
        service = services[one.service].item.label if one.service in services else one.service
        note = f"{service} · {one.get_state_display()} · {one.number or ''}"
        yield Hit(mask_name(one.applicant.name), note, f"/desk/cases/{one.pk}/")


_CITIZEN = 18


def _papers(text: str, by: Actor) -> Iterator[Hit]:
    """By the number printed on it, or by its check code, whole."""
    typed = normalise(text)
    exact = visible_to(by).filter(number=text.strip())
    if re.fullmatch(r"[0-9A-Z]{12}", typed):
        exact = exact | visible_to(by).filter(check_code=typed)
    for one in exact.order_by("-id")[:MOST]:
        yield Hit(one.label, f"{one.number} · {iso_day(one.created_at)}", f"/desk/documents/{one.pk}/")


def _intakes(text: str, by: Actor) -> Iterator[Hit]:
    typed = normalise(text)
    if not re.fullmatch(r"\d{14}S\d{0,8}", typed):
        return
    for one in intakes(by).filter(number__begins=typed).select_related("person").order_by("-id")[:MOST]:
        yield Hit(mask_name(one.person.name), one.number, f"/desk/counter/{one.pk}/")


def _answers(text: str) -> Callable[[str], bool]:
    """By any part of the name, or by the first letters of its sounds."""
    low = text.lower()
    return lambda label: text in label or (text.isascii() and low in spell(label)[1])


def _services(text: str, by: Actor) -> Iterator[Hit]:
    fits, domains = _answers(text), {role.split(".")[0] for role in by.roles}
    found = [
        one for one in catalogue.current().services.values()
        if one.domain.code in domains and (fits(one.item.label) or any(fits(word) for word in one.item.guide.words))
    ]  # fmt: skip
    for one in found[:MOST]:
        yield Hit(one.item.label, f"{one.domain.label}，查看办件", f"/desk/cases/?service={one.code}")


def _rooms(text: str, by: Actor) -> Iterator[Hit]:
    fits = _answers(text)
    registers = [
        Hit(one.item.label, f"{one.domain.label}台账", f"/desk/registers/{one.code}/")
        for one in catalogue.current().registers.values()
        if fits(one.item.label) and any(one.role(role) in by.roles for role in one.item.read_by)
    ]
    rooms = [Hit(room["label"], "栏目", room["url"]) for room in frame.menu(by, at="") if fits(room["label"])]
    yield from (*registers, *rooms)

"""Institutions as subjects of supervision: by key, with what stands against each, and their stars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Subject
from minzheng.kernel.facilities.duties import keeps
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.inspections.queries import Record, records
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.reference import Evaluation

from ..models import Rating
from ..rules.supervision import credit_grade, standing

__all__ = [
    "SORT", "SUPERVISION", "facility_of", "facts", "key_of", "own", "stars_in_words",
    "stars_of", "subjects",
]  # fmt: skip

SORT = "eldercare.homes"
SUPERVISION = "eldercare.homes_supervision"


def key_of(facility: Facility) -> str:
    """Under which key an institution is inspected."""
    return f"home:{facility.pk}"


def facility_of(key: str) -> Facility | None:
    """The institution behind a key."""
    number = key.removeprefix("home:")
    return Facility.objects.filter(sort=SORT, pk=number).first() if number.isdigit() else None


def own(key: str, by: Actor) -> bool:
    """Whether the actor is of the institution's own staff."""
    facility = facility_of(key)
    return facility is not None and keeps(facility, by)


def stars_of(facilities: Iterable[int], on: date) -> dict[int, int]:
    """The stars that are valid on a day."""
    held = Rating.objects.filter(facility__in=list(facilities), state=Rating.State.CERTIFIED)
    held = held.filter(Q(valid_until__gte=on), valid_from__lte=on)
    return {house: stars or 0 for house, stars in held.values_list("facility", "stars")}


def stars_in_words(facilities: Iterable[int], on: date) -> dict[int, str]:
    """The rating that is valid on a day, as families read it."""
    return {
        house: f"{'一二三四五'[stars - 1]}级" for house, stars in stars_of(facilities, on).items() if stars
    }


def _facts(record: Record, stars: int) -> dict[str, Any]:
    known: dict[str, Any] = {
        "stars": stars, "overdue": record.overdue, "penalties": record.penalties,
        "serious": record.serious + record.deaths, "credit": record.credit,
    }  # fmt: skip
    return known if record.met is None else known | {"met": record.met}


def facts(key: str, on: date) -> Mapping[str, Any]:
    """What the rules read of one institution."""
    facility = facility_of(key)
    stars = stars_of([facility.pk], on).get(facility.pk, 0) if facility else 0
    return _facts(records(SUPERVISION, [key], on)[key], stars)


def subjects(path: str) -> list[Subject]:
    """The institutions at work beneath a place, each with its credit class; a constant number of queries."""
    today = clock.today()
    houses = list(Facility.objects.filter(sort=SORT, path__startswith=path, state__in=("open", "closing")))
    known = records(SUPERVISION, [key_of(one) for one in houses], today)
    stars = stars_of([one.pk for one in houses], today)
    parameters = catalogue.current().parameters()
    found = []
    for one in houses:
        given = filled(Facts(_facts(known[key_of(one)], stars.get(one.pk, 0))), standing)
        grade = Evaluation(standing, given, parameters, path=one.path, on=today).answer(credit_grade)
        found.append(Subject(key_of(one), one.name, one.path, str(grade)))
    return found

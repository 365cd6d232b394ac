"""Reading the master file: a person by number, the household of a day, its members and its adults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.audit.viewing import door

from .identity import normalise
from .models import Household, Membership, Person

__all__ = ["adults", "current", "find_person", "household_of", "members", "membership_of"]

ADULT = 18  # 民法典 art. 17


@door("duplicates")
def find_person(number: str) -> Person | None:
    """The file kept under a citizen number, or under an internal number (UID…); of a merged double, the one kept."""
    number = normalise(number)
    column = "internal_number" if number.startswith("UID") else "id_number"
    found = Person.objects.filter(**{column: number}).select_related("merged_into").first()
    return current(found) if found is not None else None


def current(person: Person) -> Person:
    """The file that stands for this one today: itself, or the one it was merged into, however many steps away."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


@door("duplicates")
def membership_of(person: Person, *, on: date | None = None) -> Membership | None:
    """The person's place in a household on a day, today unless told."""
    held = Membership.objects.filter(_during(on), person=person).select_related("household")
    return held.order_by("-from_on", "-id").first()


def household_of(person: Person, *, on: date | None = None) -> Household | None:
    """The household in which the person shares a living on a day."""
    held = membership_of(person, on=on)
    return held.household if held else None


def members(household: Household, *, on: date | None = None) -> list[Membership]:
    """The household's members on a day with their files, the head first, then by relation and age."""
    held = Membership.objects.filter(_during(on), household=household).select_related("person")
    return sorted(
        held,
        key=lambda m: (m.relation not in {"01", "02"}, m.relation, m.person.birth or date.max, m.pk),
    )


def adults(members: Iterable[Membership], on: date) -> list[Membership]:
    """Those of age (民法典 art. 17); a member whose birthday is unknown is taken for one of them."""
    return [m for m in members if m.person.birth is None or clock.age_on(m.person.birth, on) >= ADULT]


def _during(on: date | None) -> Q:
    day = on or clock.today()
    return Q(until_on=None, from_on__lte=day) | Q(until_on__gt=day, from_on__lte=day)

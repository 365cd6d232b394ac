"""Finding somebody at the window: by number, name, initials or telephone, among the people of the actor's places."""

from __future__ import annotations

import re

from django.db.models import Q

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor

from .identity import normalise
from .models import Person
from .naming import spelled
from .queries import find_person

__all__ = ["named", "people_found"]

_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}|UID\d{6,}")
_LOOKED_AT = 200
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")


def named(text: str, *, whose: str = "") -> Q:
    """Whose name begins with these characters, these initials, or sounds so when spelled out (lin, linxiaom)."""
    if not text.isascii():
        return Q(**{f"{whose}name__begins": text})
    typed = text.lower().replace(" ", "")
    met = Q(**{f"{whose}initials__begins": typed})
    for heads, pattern in spelled(typed):
        met |= Q(**{f"{whose}initials__begins": heads, f"{whose}name__regex": pattern})
    return met


def people_found(text: str, *, by: Actor, most: int = 20) -> list[Person]:
    """Those who answer to what was typed: a number names one person, a name or its sounds those that begin so.

    A merged double is found as the file that was kept.
    """
    text = text.strip()[:40]
    typed = normalise(text)
    if _NUMBER.fullmatch(typed):
        person = find_person(typed)
        return [person] if person is not None and by.covers(person.path) else []
    rows = in_scope(Person.objects.filter(merged_into=None), by)
    if _PHONE.fullmatch(typed):
        return list(rows.filter(phone=typed).order_by("id")[:most])
    if len(text) < 2 or typed.isdigit():
        return []
    rows = rows.filter(named(text))
    # Sorted here: in the database the order would have all of them found before the first is shown.
    return sorted(rows[:_LOOKED_AT], key=lambda one: (len(one.name), one.name, one.pk))[:most]

"""Finding somebody at the window: by number, name, initials or telephone, among the people of the actor's places."""

from __future__ import annotations

import re

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor

from .identity import normalise
from .models import Person
from .queries import find_person

__all__ = ["people_found"]

_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}|UID\d{6,}")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")


def people_found(text: str, *, by: Actor, most: int = 20) -> list[Person]:
    """Those who answer to what was typed; a number names one person, a name or initials those that begin so.

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
    if text.isascii():
        return list(rows.filter(initials__startswith=text.lower()).order_by("initials", "id")[:most])
    return list(rows.filter(name__startswith=text).order_by("name", "id")[:most])

"""The register of a place as other systems are to know it: a row for each person whom a standing protects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection

from minzheng.kernel.areas.models import Division
from minzheng.kernel.people.models import Person

__all__ = ["protected"]

_CHUNK = 2000
# Whoever counts in the household while it stands; of tekun, which is a person's, that person.  Somebody who has left
# the household, or died, has ended with the day after.
_PROTECTED = """
SELECT s.id, s.low_income_class, h.number, m.person_id, m.relation, s.path, s.class_ur, s.members, s.amount,
  greatest(s.valid_from, m.from_on), least(s.ended_on, m.until_on), s.review_due
FROM assistance_standing s
JOIN people_household h ON h.id = s.household_id
JOIN people_membership m ON m.household_id = s.household_id
  AND (s.low_income_class <> 'L1' AND m.counted OR m.person_id = s.applicant_id)
  AND (m.until_on IS NULL OR m.until_on > s.valid_from) AND (s.ended_on IS NULL OR m.from_on < s.ended_on)
WHERE s.path >= %(path)s AND s.path < %(path_end)s AND s.valid_from <= %(on)s
ORDER BY s.id, m.person_id, m.id"""


def protected(path: str, on: date) -> Iterator[Mapping[str, Any]]:
    """Read chunk by chunk; persons and places are looked up together."""
    with connection.cursor() as cursor:
        cursor.execute(_PROTECTED, {"path": path, "path_end": path[:-1] + "0", "on": on})
        while rows := cursor.fetchmany(_CHUNK):
            yield from _records(_latest(rows))


def _latest(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of several stretches of one person in one household the last: how somebody counts may have changed."""
    return list({(row[0], row[3]): row for row in rows}.values())


def _records(rows: list[tuple[Any, ...]]) -> Iterator[Mapping[str, Any]]:
    people = Person.objects.in_bulk({row[3] for row in rows})
    places = Division.objects.filter(path__in={row[5] for row in rows}).exclude(code="")
    codes = dict(places.order_by("valid_from").values_list("path", "code"))
    for (
        standing,
        group,
        home,
        person_id,
        relation,
        path,
        class_ur,
        members,
        amount,
        since,
        until,
        due,
    ) in rows:
        # Without a citizen number there is nobody whom the national system could know; without a code no place.
        if people[person_id].id_number and path in codes:
            yield {
                "path": path, "key": f"{home}-{standing}-{person_id}", "class": group, "household": home,
                "relation": relation, "area": codes[path], "class_ur": class_ur, "members": members,
                "amount": amount, "from_on": _day(since), "until_on": _day(until), "review_due": _day(due),
                **_of_person(people[person_id]),
            }  # fmt: skip


def _of_person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "id_number": person.id_number, "sex": person.sex, "birth": _day(person.birth),
        "disability_category": _digit(person.disability_category),
        "disability_grade": _digit(person.disability_grade),
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _digit(number: int | None) -> str | None:
    return str(number) if number else None

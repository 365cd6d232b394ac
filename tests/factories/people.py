"""Made-up persons and households; every number begins 2221, a prefecture abolished before numbers existed."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from minzheng.kernel.areas.spelling import spell_person
from minzheng.kernel.people.identity import citizen_check_digit
from minzheng.kernel.people.models import Household, Membership, Person

from .places import NONGAN, place

_serial = itertools.count()
_house = itertools.count(1)
GIVEN = ("立秋", "春分", "谷雨", "白露", "霜降", "芒种", "惊蛰", "清和", "小满", "大暑")


def a_number(*, birth: date = date(1970, 3, 5), sex: str = "1", serial: int | None = None) -> str:
    """A valid citizen number that nobody can bear; each call another one."""
    n = next(_serial) if serial is None else serial
    region = 222190 + n // 500 % 10
    order = n % 500 * 2 + (1 if sex == "1" else 0)
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    return body + citizen_check_digit(body)


def person(
    *,
    path: str | None = None,
    name: str | None = None,
    birth: date = date(1970, 3, 5),
    sex: str = "1",
    id_number: str | None = None,
    **fields: Any,
) -> Person:
    """A person of the master file, by default a man of 1970 in the cast's village."""
    where = path or place(NONGAN.village.split("/")[-2])
    name = name or "测" + GIVEN[next(_serial) % len(GIVEN)]
    return Person.objects.create(
        path=where,
        hukou_path=fields.pop("hukou_path", where),
        name=name,
        initials=spell_person(name)[1],
        sex=sex,
        birth=birth,
        id_number=id_number or a_number(birth=birth, sex=sex),
        **fields,
    )


def household(
    *members: Person,
    path: str | None = None,
    class_ur: str = "rural",
    from_on: date = date(2020, 1, 1),
    relations: tuple[str, ...] = ("02", "10", "20", "30"),
    **fields: Any,
) -> Household:
    """A household of these members, the first its head; with nobody named, one man living alone."""
    people = members or (person(path=path),)
    where = path or people[0].path
    home = Household.objects.create(
        path=where,
        hukou_path=fields.pop("hukou_path", where),
        number=fields.pop("number", f"T{next(_house):08d}"),
        class_ur=class_ur,
        **fields,
    )
    for one, relation in zip(people, itertools.chain(relations, itertools.repeat("90")), strict=False):
        Membership.objects.create(household=home, person=one, relation=relation, from_on=from_on)
    return home


def a_couple(path: str) -> tuple[Person, Person, Household]:
    """A man of 1968, his wife of 1970 and their household, in a village."""
    man = person(path=path, name="测清明", birth=date(1968, 4, 4))
    wife = person(path=path, name="测寒露", birth=date(1970, 10, 8), sex="2")
    return man, wife, household(man, wife, path=path, class_ur="rural")

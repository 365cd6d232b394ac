"""A few people who are on file twice, as a rescue station would write them, and another office's list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.linkage import actions as linkage
from minzheng.kernel.linkage import frames
from minzheng.kernel.linkage.folding import variants
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.models import Person

__all__ = ["doubles"]

WANTED = 3
GROWN = date(1990, 1, 1)


def doubles(actors: Mapping[str, Actor], by: Actor) -> None:
    """So many pairs in the clerk's township, put before the county's data steward."""
    clerk, older = actors["clerk"], {kept: variant for variant, kept in reversed(variants().items())}
    made: list[int] = []
    rows = Person.objects.filter(path__startswith=clerk.scope[0], birth__lt=GROWN, died_on=None).order_by(
        "-pk"
    )
    for one in rows[:200]:
        written = "".join(older.get(char, char) for char in one.name)
        if written == one.name or one.birth is None:
            continue
        other = register_person(
            name=written, id_number=None, path=one.path, sex=one.sex, birth=one.birth, by=clerk
        )
        made += [one.pk, other.pk]
        if len(made) == 2 * WANTED:
            break
    linkage.scan(only=made, by=by)
    _list_of_another_office(made, county_of(clerk.scope[0]) or clerk.scope[0], by)


def _list_of_another_office(made: Sequence[int], county: str, by: Actor) -> None:
    """It names them without a number: whom it means is for the steward to say."""
    people = Person.objects.filter(pk__in=made[::2]).order_by("pk")
    rows = [
        (at, "", one.name, one.sex, f"{one.birth:%Y%m%d}", one.path, one.phone)
        for at, one in enumerate(people)
    ]
    if rows:
        linkage.link_file(
            source="省残联", purpose="重度残疾人补贴比对", subjects=frames.told(rows), path=county, by=by
        )

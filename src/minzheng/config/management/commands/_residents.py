"""The residents of the demonstration: one family made by hand in the demo village, and two out of the population.

The family's numbers begin 2221 like all made-up numbers, under codes that the generator leaves free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from minzheng.kernel.access.actions import open_account
from minzheng.kernel.access.models import User
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.people import queries
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.households import Part, form_household
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.population import free_number

from ._cast import FAMILY_PATH, TOWNSHIP, password

__all__ = ["FAMILY", "Kin", "family_household", "make_residents"]


@dataclass(frozen=True)
class Kin:
    """One of the family, with what other departments have on file about them (fen)."""

    name: str
    sex: str
    birth: date
    relation: str
    wage: int = 0
    pension: int = 0
    deposits: int = 0
    houses: int = 0
    vehicles: int = 0

    @property
    def number(self) -> str:
        """The citizen number that nobody bears."""
        return free_number(birth=self.birth, male=self.sex == "1", serial=1)


FAMILY = (
    Kin("林小满", "2", date(1979, 5, 21), "02", deposits=320_000, houses=1),
    Kin("周立冬", "1", date(1976, 11, 7), "10", wage=90_000, vehicles=1),
    Kin("周小雪", "2", date(2012, 12, 7), "30"),
    Kin("林寒露", "1", date(1950, 10, 8), "51", pension=17_500, deposits=60_000),
)


@verb("demo.residents", label="登记演示居民")
def make_residents(*, by: Actor) -> int:
    """The family with an account for its head, and accounts for two heads of the township's population."""
    head = queries.find_person(FAMILY[0].number) or _family(by)
    chosen = [("resident", head), *zip(("resident2", "resident3"), _heads(), strict=False)]
    kept = set(User.objects.values_list("username", flat=True))
    missing = [(username, person) for username, person in chosen if username not in kept]
    for username, person in missing:
        open_account(username=username, name=person.name, person_id=person.pk, by=by)
    User.objects.filter(username__in=[u for u, _ in missing]).update(password=make_password(password()))
    return len(missing)


def family_household() -> Household | None:
    """The household of the family made by hand, if it is there."""
    head = queries.find_person(FAMILY[0].number)
    return queries.household_of(head) if head else None


def _family(by: Actor) -> Person:
    parts = [
        Part(register_person(name=kin.name, id_number=kin.number, path=FAMILY_PATH, by=by), kin.relation)
        for kin in FAMILY
    ]
    form_household(
        path=FAMILY_PATH, class_ur="rural", address="3组18号", parts=parts, from_on=date(2015, 1, 1), by=by
    )
    return parts[0].person


def _heads() -> list[Person]:
    """Two heads of households in the demo township, the same for the same population."""
    rows = Person.objects.filter(
        path__startswith=TOWNSHIP, memberships__relation="02", memberships__until_on=None
    )
    return list(rows.exclude(path=FAMILY_PATH).order_by("id")[:2])

"""A daughter and her father who live together, and the daughter's telephone."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from minzheng.kernel.people.models import Household, Person
from tests.factories.cast import Cast, cast, resident_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.phones import signed_in
from tests.factories.walk import Walk


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def daughter(who: Cast) -> Person:
    return person(name="林小雨", birth=date(1990, 4, 2), sex="2")


@pytest.fixture
def father(who: Cast) -> Person:
    return person(name="林大山", birth=date(1950, 1, 9))


@pytest.fixture
def home(daughter: Person, father: Person) -> Household:
    return household(daughter, father, relations=("02", "51"))


@pytest.fixture
def hers(client: Client, daughter: Person, home: Household) -> Client:
    """The daughter's phone, signed in."""
    return signed_in(resident_of(daughter))


@pytest.fixture
def walk(who: Cast, daughter: Person, father: Person, home: Household, departments: Departments) -> Walk:
    return Walk(who, departments, daughter, home)


@pytest.fixture
def phone(walk: Walk, daughter: Person) -> Client:
    return signed_in(resident_of(daughter))

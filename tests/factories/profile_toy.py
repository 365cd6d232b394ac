"""Profiles of a made-up law with a fact of every kind, in two tables that exist only while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models

from minzheng.kernel.audit import system
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles import models as rows
from minzheng.kernel.profiles.actions import keep
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.reading import read
from minzheng.kernel.profiles.words import Profiles
from tests.factories import law_random
from tests.factories.people import household as a_household
from tests.factories.places import NONGAN, place

BY = system("test")
DAY = date(2026, 3, 3)
VILLAGE = NONGAN.village
household, person = law_random.entities()
_alone = Apps()


@holds(household)
class ToyHousehold(rows.HouseholdProfile):
    """A household's row."""

    class Meta(rows.HouseholdProfile.Meta):
        app_label = "toy"
        apps = _alone


@holds(person)
class ToyPerson(rows.PersonProfile):
    """A member's row."""

    profile = models.ForeignKey(ToyHousehold, models.CASCADE, db_index=False, related_name="+")

    class Meta(rows.PersonProfile.Meta):
        app_label = "toy"
        apps = _alone


TOY = Profiles(household, ToyHousehold, ToyPerson)


@contextmanager
def tables() -> Iterator[None]:
    """The two tables; inside a test's transaction they go with it, otherwise they are dropped."""
    with connection.schema_editor() as editor:
        editor.create_model(ToyHousehold)
        editor.create_model(ToyPerson)
    try:
        yield
    finally:
        if not connection.in_atomic_block:
            with connection.schema_editor() as editor:
                editor.delete_model(ToyPerson)
                editor.delete_model(ToyHousehold)


def kept(facts: Facts, *, home: Household | None = None, as_of: date = DAY, **more: Any) -> Household:
    """The household, a new one unless told which, whose profile now says this."""
    home = home or a_household(path=place(VILLAGE.split("/")[-2]))
    options = {"source": "入户调查", "by": BY, "persons": [None] * len(facts.persons)} | more
    keep(profiles=TOY, household=home, facts=facts, as_of=as_of, **options)
    return home


def found(**options: Any) -> dict[int, Facts]:
    """Everything read, household by household, as the engines see it."""
    return {
        int(home): batch.table.facts(at, TOY.entity)
        for batch in read(TOY, **options)
        for at, home in enumerate(batch.households)
    }

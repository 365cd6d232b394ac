"""Profiles of a made-up law with a fact of every kind, in two tables that exist only while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps.registry import Apps
from django.db import connection, models

from minzheng.kernel.profiles import models as kept
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.words import Profiles
from tests.factories import law_random

household, person = law_random.entities()
_alone = Apps()


@holds(household)
class ToyHousehold(kept.HouseholdProfile):
    """A household's row."""

    class Meta(kept.HouseholdProfile.Meta):
        app_label = "toy"
        apps = _alone


@holds(person)
class ToyPerson(kept.PersonProfile):
    """A member's row."""

    profile = models.ForeignKey(ToyHousehold, models.CASCADE, db_index=False, related_name="+")

    class Meta(kept.PersonProfile.Meta):
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

"""The facts of one household as they are kept, for a page or for the reasons of a single decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.units import Scalar

from .columns import fact_in
from .models import HouseholdProfile, PersonProfile
from .words import Profiles

__all__ = ["facts_kept", "known_by_name"]


def facts_kept(profiles: Profiles, household_id: int) -> Facts | None:
    """What is last known of the household, each figure with the profile's source; None if nothing is."""
    profile = profiles.household_model._default_manager.filter(pk=household_id).first()
    if profile is None:
        return None
    persons = [_facts(profiles.person, row) for row in profiles.persons_of(profile)]
    names = {*profiles.entity.facts, *profiles.person.facts}
    return Facts(_facts(profiles.entity, profile), persons, dict.fromkeys(names, profile.source))


def known_by_name(profiles: Profiles, household_id: int) -> tuple[Facts, HouseholdProfile] | None:
    """The same facts with the names of the persons, for a page, and the profile that says as of when."""
    facts = facts_kept(profiles, household_id)
    profile = profiles.household_model._default_manager.filter(pk=household_id).first()
    if facts is None or profile is None:
        return None
    rows = profiles.persons_of(profile).select_related("person")
    names = [row.person.name if row.person else f"第 {at} 位成员" for at, row in enumerate(rows, start=1)]
    return replace(facts, names=names), profile


def _facts(entity: Entity, row: HouseholdProfile | PersonProfile) -> Mapping[str, Scalar | None]:
    return {name: value for name, fact in entity.facts.items() if (value := fact_in(fact, row)) is not None}

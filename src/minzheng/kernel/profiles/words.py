"""What a domain says of its profiles: whose facts they hold, and in which tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.language import Entity

from .models import HouseholdProfile, PersonProfile

__all__ = ["Profiles"]


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """The facts of the law about a household and its members, with the two tables that keep them."""

    entity: Entity
    household_model: type[HouseholdProfile]
    person_model: type[PersonProfile]

    @property
    def person(self) -> Entity:
        """The entity of the members."""
        if self.entity.members is None:
            raise Mistake("profile_members", f"{self.entity.name} has no members to keep profiles of.")
        return self.entity.members

    def persons_of(self, profile: HouseholdProfile) -> QuerySet[PersonProfile]:
        """The members of one household, in their order."""
        rows = self.person_model._default_manager.filter(**{"profile": profile})
        return rows.order_by("position")

    @property
    def tables(self) -> tuple[str, str]:
        """The names of the two tables."""
        return self.household_model._meta.db_table, self.person_model._meta.db_table

"""Who stands on the ground: one family, its cases, and everybody who tries something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.test import Client

from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import (
    Case,
)
from minzheng.kernel.documents.models import Document
from minzheng.kernel.people.models import Household, Person

from ..company import Someone

__all__ = ["DAY", "Family"]

DAY = date(2026, 3, 3)


@dataclass
class Family:
    """The family, its cases and all who try."""

    applicant: Person
    wife: Person
    family: Household
    maker: Actor
    people: list[Someone] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    paper: Document | None = None
    folder: Path = Path()

    def browser(self, who: Someone) -> Client:
        """The signed-in browser of somebody."""
        return self.browsers[who.actor.id]

    def someone(self, role: str) -> Actor:
        """Who holds a role here."""
        return next(one.actor for one in self.people if one.role == role and one.where == "here")

    def part(self, name: str) -> Actor:
        """A resident, or the maker of the draft, by part."""
        return next(one.actor for one in self.people if one.name == name)

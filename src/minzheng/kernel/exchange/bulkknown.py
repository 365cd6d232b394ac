"""What the office last knew of some households, in the words of the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.profiles.words import Profiles

from .models import Recheck, RecheckSubject
from .sources import SOURCES

__all__ = ["Known"]


class Known:
    """What the office last knew of some households, by the names of the items."""

    def __init__(self, homes: Iterable[int]) -> None:
        self._households: dict[int, dict[str, int]] = {}
        self._persons: dict[tuple[int, int], dict[str, int]] = {}
        profiles = _kept()
        if profiles is None:
            return
        homes = list(homes)
        items = {item.name for of in SOURCES.values() for item in of.items}
        own = sorted(items & set(profiles.entity.facts))
        for row in profiles.household_model._default_manager.filter(pk__in=homes).values("pk", *own):
            self._households[row.pop("pk")] = _plain(row)
        own = sorted(items & set(profiles.person.facts))
        kept = profiles.person_model._default_manager.filter(**{"profile_id__in": homes})
        for row in kept.values("profile_id", "person_id", *own):
            self._persons[row.pop("profile_id"), row.pop("person_id")] = _plain(row)

    @classmethod
    def of_county(cls, run: Recheck, path: str) -> Known:
        """Of every household the run asks about there."""
        settled = RecheckSubject.objects.filter(run_id=run.pk, path=path)
        return cls(settled.values_list("household_id", flat=True).distinct())

    def household(self, home: int, item: str) -> int:
        """What was known of the household; what nobody keeps counts as none."""
        return self._households.get(home, {}).get(item, 0)

    def person(self, home: int, person: int, item: str) -> int:
        """The same of one member."""
        return self._persons.get((home, person), {}).get(item, 0)

    def of(self, home: int, members: Sequence[int]) -> dict[str, Any]:
        """As a declaration: by household, and by member in their order."""
        persons = [self._persons.get((home, pk), {}) for pk in members]
        return {"household": self._households.get(home, {}), "persons": persons}


def _plain(row: Mapping[str, Any]) -> dict[str, int]:
    """What is not known is not declared."""
    return {name: int(value) for name, value in row.items() if isinstance(value, int)}


def _kept() -> Profiles | None:
    """The office that keeps what is last known of each household; there is one."""
    return next(iter(catalogue.current().profiles.values()), None)

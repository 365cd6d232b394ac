"""What a household is called where people read: by its head, as in the village, not by its number."""

from __future__ import annotations

from collections.abc import Iterable

from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Household, Membership

__all__ = ["home_title", "home_titles"]


def home_titles(homes: Iterable[Household]) -> dict[int, str]:
    """The masked name of each head, else of whoever is first in the list, in one query; the number of an empty home."""
    known = {one.pk: one.number for one in homes}
    living = Membership.objects.filter(household__in=known, until_on=None).order_by("relation", "id")
    named: dict[int, str] = {}
    for pk, name in living.values_list("household_id", "person__name"):
        named.setdefault(pk, f"{mask_name(name)}户")
    return known | named


def home_title(home: Household) -> str:
    """One household's."""
    return home_titles([home])[home.pk]

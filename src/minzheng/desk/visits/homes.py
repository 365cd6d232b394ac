"""What a household is called where people read: by its head, as in the village, not by its number."""

from __future__ import annotations

from collections.abc import Iterable

from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Household, Membership

__all__ = ["home_title", "home_titles"]

_HEADS = ("01", "02")


def home_titles(homes: Iterable[Household]) -> dict[int, str]:
    """The masked name of each head, in one query; the number where no head is registered."""
    known = {one.pk: one.number for one in homes}
    heads = Membership.objects.filter(household__in=known, until_on=None, relation__in=_HEADS)
    named = {pk: f"{mask_name(name)}户" for pk, name in heads.values_list("household_id", "person__name")}
    return known | named


def home_title(home: Household) -> str:
    """One household's."""
    return home_titles([home])[home.pk]

"""The mutual-aid sites and village yards that somebody tells of."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities.models import Facility

from ..roles import CLERK, HOME_KEEPER

__all__ = ["KINDS", "SORT", "only_own_sites", "sites_of"]

SORT = "eldercare.community"
KINDS = ((SORT, "village_yard"), (SORT, "mutual_site"))


def sites_of(by: Actor) -> QuerySet[Facility]:
    """Those at whose keys the actor is, and for the township's clerk all of the township."""
    today, mine = clock.today(), Q(pk__in=[])
    named = Q(keepers__until_on=None) | Q(keepers__until_on__gt=today)
    for post in by.posts:
        if post.role == f"eldercare.{CLERK.code}" and post.level == CLERK.at:
            mine |= Q(path__startswith=post.path)
        if post.role == f"eldercare.{HOME_KEEPER.code}":
            mine |= Q(named, path__startswith=post.path, keepers__user=by.id, keepers__from_on__lte=today)
    kinds = [kind for _, kind in KINDS]
    return Facility.objects.filter(mine, sort=SORT, kind__in=kinds, state="open").distinct()


def only_own_sites(rows: QuerySet[Any], by: Actor) -> QuerySet[Any]:
    """Whoever reads as keeper of a site alone sees that site's months."""
    if by.posts and all(post.role == f"eldercare.{HOME_KEEPER.code}" for post in by.posts):
        return rows.filter(facility__in=sites_of(by))
    return rows

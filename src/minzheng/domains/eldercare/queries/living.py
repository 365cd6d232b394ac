"""Care at home: the ability report in force, who sleeps in an institution, the county's contracts, one's own houses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.facilities.models import Facility, Lodging
from minzheng.kernel.funds.models import Contract
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment

from ..roles import HOME_KEEPER
from .homes import SORT

__all__ = ["contracts_for", "houses_at_work", "houses_of", "in_institution", "only_own_houses", "report_of"]


def report_of(person: Person, on: date) -> Assessment | None:
    """The ability assessment that two assessors have signed and that holds on a day."""
    found = Assessment.objects.filter(
        instrument="eldercare.ability", person=person, state__in=("in_force", "objected"), on__lte=on,
        valid_until__gte=on,
    )  # fmt: skip
    return found.order_by("-on", "-id").first()


def in_institution(person: Person, on: date) -> bool:
    """Whether the person holds a bed anywhere on a day, also where the reader does not see it."""
    with door("duplicates"):
        return Lodging.objects.filter(
            Q(until_on=None) | Q(until_on__gt=on), person=person, from_on__lte=on
        ).exists()


def houses_of(by: Actor) -> QuerySet[Facility]:
    """The institutions whose own staff the actor is."""
    today = clock.today()
    places = [post.path for post in by.posts if post.role == f"eldercare.{HOME_KEEPER.code}"]
    within = Q(pk__in=[])
    for path in places:
        within |= Q(path__startswith=path)
    named = Q(keepers__until_on=None) | Q(keepers__until_on__gt=today)
    return Facility.objects.filter(
        within, named, sort=SORT, keepers__user=by.id, keepers__from_on__lte=today
    ).distinct()


def houses_at_work(path: str) -> QuerySet[Facility]:
    """Institutions of the county that are open, filed, and exist in law."""
    county = county_of(path) or path
    rows = Facility.objects.filter(sort=SORT, path__startswith=county, state="open", cancelled_on=None)
    return rows.exclude(filed_on=None)


def only_own_houses(rows: QuerySet[Any], by: Actor) -> QuerySet[Any]:
    """Whoever reads as staff of a house alone sees what is about that house, not its neighbour's."""
    if by.posts and all(post.role == f"eldercare.{HOME_KEEPER.code}" for post in by.posts):
        return rows.filter(facility__in=houses_of(by))
    return rows


def contracts_for(service: str, path: str) -> QuerySet[Contract]:
    """The county's contracts of a bought service that run today."""
    today = clock.today()
    return Contract.objects.filter(
        year__purchasing="eldercare.elder_purchase", service=service, path=county_of(path) or path,
        from_on__lte=today, until_on__gte=today,
    )  # fmt: skip

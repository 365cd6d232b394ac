"""What may be read of claims (追缴): always within the reader's scope.

Handbook 00 §0.5: the month of death is paid, later months are not.  Whoever was paid after it is a candidate that
a human looks at, unless a confirmed life event has claimed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.models import Household, Person

from .entitling import COMMITTED
from .models import Adjustment, Payment, Recovery, Repayment

__all__ = ["AfterDeath", "after_death", "approved_months", "claim_of", "claims", "settled"]


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """A household or person that was paid for months after one of those it was paid for had died."""

    entitlement: int
    scheme: str
    household: str
    household_id: int | None
    person_id: int | None
    person: str
    died_on: date
    first: date
    last: date
    months: int
    paid: int


def claims(by: Actor) -> QuerySet[Recovery]:
    """The claims of the reader's place, with what came back in cash and what approved months withheld."""
    repaid = Repayment.objects.filter(recovery=OuterRef("pk")).values("recovery").annotate(s=Sum("amount"))
    withheld = (
        Adjustment.objects.filter(recovery=OuterRef("pk"), carried__payment__batch__state__in=COMMITTED)
        .values("recovery")
        .annotate(s=Sum("amount"))
    )
    rows = in_scope(Recovery.objects.all(), by).select_related("household", "person", "entitlement")
    return rows.annotate(
        repaid=Coalesce(Subquery(repaid.values("s")), 0), withheld=Coalesce(Subquery(withheld.values("s")), 0)
    ).annotate(left=F("amount") - F("waived") - F("repaid") - F("withheld"))


def claim_of(pk: int, by: Actor) -> Recovery:
    """One claim, or the same answer for one that does not exist and one out of scope."""
    found = claims(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("claim_unknown", "没有这笔追缴，或不在您的管辖范围内。请返回追缴列表重新选择。")
    return found


def settled(row: Recovery) -> int:
    """What has come back of a claim or was given up, read with it."""
    return int(row.amount - row.left)  # type: ignore[attr-defined]


def approved_months(
    by: Actor, *, household: Household | None = None, person: Person | None = None
) -> QuerySet[Payment]:
    """What a household or a person was approved to be paid, newest month first: from these a claim is made."""
    own = Q(household=household) if household is not None else Q(person=person, person__isnull=False)
    rows = in_scope(Payment.objects.filter(own, batch__state__in=COMMITTED), by)
    return rows.select_related("batch", "entitlement", "person").order_by("-month", "scheme")


def after_death(by: Actor) -> list[AfterDeath]:
    """Candidates, the longest paid first; months that are claimed already are left out."""
    claimed = Recovery.objects.filter(
        entitlement=OuterRef("entitlement"), for_from__lte=OuterRef("month"), for_until__gt=OuterRef("month")
    )
    dead = Q(entitlement__covered__person__died_on__lt=F("month"))
    rows = in_scope(Payment.objects.filter(dead, batch__state__in=COMMITTED, regular__gt=0), by)
    found = (
        rows.alias(claim=Subquery(claimed.values("pk")[:1])).filter(claim=None)
        .values(
            "entitlement_id", "scheme", "household__number", "household_id", "person_id",
            "entitlement__covered__person__name",
            "entitlement__covered__person__died_on",
        )
        .annotate(first=Min("month"), last=Max("month"), months=Count("id"), paid=Sum("amount") + Sum("withheld"))
        .order_by("-months", "entitlement_id")[:200]
    )  # fmt: skip
    return [
        AfterDeath(
            one["entitlement_id"], one["scheme"], one["household__number"] or "", one["household_id"],
            one["person_id"],
            one["entitlement__covered__person__name"], one["entitlement__covered__person__died_on"] or one["first"],
            one["first"], one["last"], one["months"], one["paid"],
        )
        for one in found
    ]  # fmt: skip

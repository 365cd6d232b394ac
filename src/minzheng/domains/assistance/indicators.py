"""What is counted each month, by county: households, persons, money, and decisions made in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.casework.models import Decision
from minzheng.kernel.ledger.models import Instruction

from .queries import standings_on

__all__ = ["decided", "decided_on_time", "edge_households", "households", "persons", "spending"]


def _fold(rows: Mapping[str, int]) -> dict[str, int]:
    """Villages and townships added up to their county."""
    totals: Counter[str] = Counter()
    for path, value in rows.items():
        totals[county_of(path) or path] += value
    return dict(totals)


def _last_day(month: clock.Month) -> date:
    return min(month.last, clock.today())


def households(month: clock.Month) -> dict[str, int]:
    """Households on dibao at the end of the month, those fading out included."""
    rows = standings_on(_last_day(month), "L2").values("path").annotate(n=Count("id"))
    return _fold({row["path"]: row["n"] for row in rows})


def edge_households(month: clock.Month) -> dict[str, int]:
    """Low-income edge households at the end of the month."""
    rows = standings_on(_last_day(month), "L3").values("path").annotate(n=Count("id"))
    return _fold({row["path"]: row["n"] for row in rows})


def persons(month: clock.Month) -> dict[str, int]:
    """Persons covered by dibao at the end of the month."""
    rows = standings_on(_last_day(month), "L2").values("path").annotate(n=Sum("members"))
    return _fold({row["path"]: row["n"] for row in rows})


def spending(month: clock.Month) -> dict[str, int]:
    """Fen paid for the month, as receipts confirm."""
    paid = Instruction.objects.filter(
        state=Instruction.State.PAID, payment__scheme="assistance.dibao", payment__month=month.first
    )
    rows = paid.values("payment__path").annotate(n=Sum("payment__amount"))
    return _fold({row["payment__path"]: row["n"] for row in rows})


def _decisions(month: clock.Month) -> QuerySet[Decision]:
    """The first decision of each application; one taken anew after reconsideration is not a second one."""
    earlier = Decision.objects.filter(case=OuterRef("case"), id__lt=OuterRef("id"))
    made = Decision.objects.filter(on__gte=month.first, on__lte=month.last, case__service="assistance.dibao")
    return made.exclude(Exists(earlier))


def _by_place(made: QuerySet[Decision]) -> dict[str, int]:
    return _fold(dict(made.values_list("case__path").annotate(n=Count("id"))))


def decided(month: clock.Month) -> dict[str, int]:
    """Dibao applications decided in the month."""
    return _by_place(_decisions(month))


def decided_on_time(month: clock.Month) -> dict[str, int]:
    """Those decided within their limit."""
    return _by_place(_decisions(month).filter(on__lte=F("case__due_on")))

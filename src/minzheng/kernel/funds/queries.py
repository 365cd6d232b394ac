"""What may be read of funds and contracts: always within the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from .caps import Cap, year_of
from .duties import due, evaluated, held
from .models import Contract, Handover, ReserveFund, ReservePayment, Settlement, TopUp

__all__ = [
    "Cap", "Given", "Standing", "came_back", "contract_for", "contracts", "fund_by_id", "funds", "may_come_back",
    "paid_of", "payments", "standing", "sums", "unsettled_of", "waiting_of", "waiting_top_ups", "year_of",
]  # fmt: skip

Given = list[ReservePayment]
_MOST = 100


@dataclass(frozen=True)
class Standing:
    """A fund as it stands: whether it is low, what waits, and whether the settlement is late."""

    low: bool
    top_up: TopUp | None
    settlement: Settlement | None
    unsettled: int
    unsettled_total: int
    settle_late: bool


def funds(by: Actor, *, year: int) -> QuerySet[ReserveFund]:
    """The funds of the reader's townships in a year, in the order of the divisions."""
    rows = in_scope(ReserveFund.objects.filter(year=year), by).order_by("path", "reserve")
    return rows.annotate(
        unsettled=Count("payments", filter=Q(payments__settlement=None), distinct=True),
    )


def sums(by: Actor, *, year: int) -> dict[str, int]:
    """What all those funds come to."""
    rows = in_scope(ReserveFund.objects.filter(year=year), by)
    found = rows.aggregate(
        quota=Sum("quota", default=0), advanced=Sum("advanced", default=0),
        spent=Sum(F("paid") - F("returned"), default=0), cleared=Sum("cleared", default=0),
    )  # fmt: skip
    return found | {"balance": found["advanced"] - found["spent"] - found["cleared"]}


def unsettled_of(fund: ReserveFund) -> int:
    """Payments not yet handed in, of a fund read by ``funds``."""
    return int(getattr(fund, "unsettled", 0))


def waiting_top_ups(fund_ids: Sequence[int]) -> QuerySet[TopUp]:
    """The requests that wait, of funds already read within scope."""
    return TopUp.objects.filter(fund__in=fund_ids, state__in=[TopUp.State.REQUESTED, TopUp.State.GRANTED])


def may_come_back(fund: ReserveFund) -> Given:
    """The latest payments of which not everything has come back."""
    rows = ReservePayment.objects.filter(fund=fund).annotate(came_back=Sum("backs__amount", default=0))
    return list(rows.filter(came_back__lt=F("amount")).order_by("-id")[:_MOST])


def came_back(payment: ReservePayment) -> int:
    """What came back of a payment read by ``payments``."""
    return int(getattr(payment, "came_back", 0))


def fund_by_id(fund_id: int, by: Actor) -> ReserveFund:
    """One fund, or the same answer for one that does not exist and one out of scope."""
    found = in_scope(ReserveFund.objects.all(), by).filter(pk=fund_id).first()
    if found is None:
        raise NotFound("fund_unknown", "没有这笔备用金，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def payments(fund: ReserveFund, by: Actor) -> QuerySet[ReservePayment]:
    """What a fund has paid, the latest first, with what came back of each."""
    rows = in_scope(ReservePayment.objects.filter(fund=fund), by).select_related("settlement")
    return rows.annotate(came_back=Sum("backs__amount", default=0)).order_by("-id")


def standing(fund: ReserveFund) -> Standing:
    """Where a fund stands today, by the rules and terms of its place."""
    declared = catalogue.current().reserve(fund.reserve)
    waiting = fund.top_ups.filter(state__in=[TopUp.State.REQUESTED, TopUp.State.GRANTED]).first()
    open_rows = fund.payments.filter(settlement=None).aggregate(n=Count("id"), s=Sum("amount", default=0))
    return Standing(
        low=fund.state == ReserveFund.State.OPEN and held(evaluated(fund, declared), declared.item.tops_up),
        top_up=waiting, settlement=fund.settlements.filter(state=Settlement.State.SUBMITTED).first(),
        unsettled=open_rows["n"], unsettled_total=open_rows["s"],
        settle_late=_late(fund, declared.item.settle_term),
    )  # fmt: skip


def _late(fund: ReserveFund, term: str) -> bool:
    """Whether payments of a month that is over should have been handed in for settlement by now."""
    today = clock.today()
    month = clock.Month.of(today)
    over = today > due(term, path=fund.path, on=month.previous.last)
    before = month.first if over else month.previous.first
    return fund.payments.filter(settlement=None, on__lt=before).exists()


def contracts(by: Actor, *, year: int) -> QuerySet[Contract]:
    """The contracts of the reader's counties in a year, with what was accepted and paid of each."""
    rows = in_scope(Contract.objects.filter(year__year=year), by).select_related("year")
    paid = Sum("handovers__accepted", filter=Q(handovers__state=Handover.State.PAID), default=0)
    waiting = Count("handovers", filter=Q(handovers__state__in=["delivered", "accepted"]))
    return rows.annotate(paid=paid, waiting=waiting).order_by("-id")


def paid_of(contract: Contract) -> int:
    """What was paid of a contract read by ``contracts``."""
    return int(getattr(contract, "paid", 0))


def waiting_of(contract: Contract) -> int:
    """Deliveries that wait to be accepted or paid, of a contract read by ``contracts``."""
    return int(getattr(contract, "waiting", 0))


def contract_for(contract_id: int, by: Actor) -> Contract:
    """One contract, or the same answer for one that does not exist and one out of scope."""
    found = in_scope(Contract.objects.select_related("year"), by).filter(pk=contract_id).first()
    if found is None:
        raise NotFound("contract_unknown", "没有这份合同，或不在您的管辖范围内。请返回列表重新选择。")
    return found

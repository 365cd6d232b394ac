"""A need, a provider and an order, put straight into the tables."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from minzheng.kernel import catalogue, clock
from minzheng.kernel.matching.models import Attendant, Need, Offer, Order, Provider

from .company import HERE
from .ground import DAY, Ground
from .homes import uscc

__all__ = ["ground_of_market", "standing_need", "standing_order", "standing_provider"]

_AT = {"lat": Decimal("44.43"), "lon": Decimal("125.18")}


def _market() -> str:
    return next(iter(catalogue.current().matchings))


def standing_provider(*, attendant: str = "user:0") -> Provider:
    """A provider of the county that cleans, with somebody who acts for it."""
    made = Provider.objects.create(
        matching=_market(), path=HERE.county, name="测服务商", uscc=uscc(), phone="0", address="路", reach=5000,
        from_on=DAY, **_AT,
    )  # fmt: skip
    Offer.objects.create(
        provider=made, path=made.path, service="cleaning", price=40_00, unit="小时", daily=9,
        qualified_until=date(2099, 1, 1), from_on=DAY,
    )  # fmt: skip
    Attendant.objects.create(provider=made, path=made.path, user=attendant, name="某", from_on=DAY)
    return made


def standing_need(ground: Ground) -> Need:
    """The applicant needs cleaning."""
    return Need.objects.create(
        matching=_market(), person=ground.applicant, path=HERE.village, service="cleaning", units=1,
        wanted_on=clock.today(), slot="morning", since_on=DAY, told_by="user:0", told_by_name="某", **_AT,
    )  # fmt: skip


def standing_order(ground: Ground, *, attendant: str = "user:0", state: str = "offered") -> Order:
    """An order for it that waits for its provider."""
    provider, need = standing_provider(attendant=attendant), standing_need(ground)
    Need.objects.filter(pk=need.pk).update(state="ordered")
    now = clock.now()
    return Order.objects.create(
        need=need, person=need.person, provider=provider, offer=provider.offers.get(), path=need.path,
        number=f"FW{need.pk:020d}", units=1, price=40_00, self_pay=40_00, planned_on=clock.today(), slot="morning",
        chosen_by="user:0", chosen_by_name="某", ordered_at=now, answer_by=now + timedelta(hours=24), state=state,
        stars=1 if state == "disputed" else None, worker="" if state == "offered" else "user:0",
        started_at=None if state == "offered" else now, ended_at=None if state == "offered" else now,
    )  # fmt: skip


def ground_of_market(ground: Ground) -> dict[str, int]:
    """One of each, here."""
    order = standing_order(ground)
    return {"need_id": order.need_id, "order_id": order.pk, "provider_id": order.provider_id}

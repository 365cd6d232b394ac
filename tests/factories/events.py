"""Events for tests: what a source says, and people in social assistance with months that have been paid."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.events import actions
from minzheng.kernel.events.models import Effect, LifeEvent
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement, Payment
from minzheng.kernel.people.models import Household, Person

from .cast import Cast
from .money import BASIS, allotted, drafted, payee_of
from .people import household, person

__all__ = ["DIBAO", "TEKUN", "carried_out", "log", "on_dibao", "on_tekun", "paid", "pay", "tell"]

DIBAO, TEKUN = "assistance.dibao", "assistance.tekun"
OF_PLATFORM = system("events")
_references = itertools.count(1)


def tell(
    who: Person,
    kind: str,
    day: date,
    *,
    source: str = "police",
    reference: str = "",
    by: Actor = OF_PLATFORM,
    **detail: Any,
) -> LifeEvent:
    """One source's word; nothing is carried out yet."""
    reference = reference or f"R{next(_references)}"
    told = actions.Told(source=source, day=day, reference=reference, detail=detail)
    event: LifeEvent = actions.report(kind=kind, person=who, told=told, by=by)
    return event


def carried_out(event: LifeEvent) -> LifeEvent:
    """What the worker does about it."""
    return actions.fan_out(event.pk)


def log(event: LifeEvent) -> dict[str, str]:
    """The present round of the fan-out log: state by reaction."""
    rows = Effect.objects.filter(event=event).order_by("round")
    return {one.reaction: one.state for one in rows}


def on_tekun(
    people: Cast, *, amount: int = 100000, from_month: Month, home: Household | None = None
) -> Entitlement:
    """An old person alone, kept from a month on."""
    who = person(path=people.seat.village, birth=date(1945, 3, 15))
    home = home or household(who, path=people.seat.village)
    Standing.objects.create(
        household=home, applicant=who, path=home.path, low_income_class="L1", class_ur="rural", members=1,
        amount=amount, valid_from=from_month.first, review_due=date(2030, 1, 1), decision_number="演示1号",
    )  # fmt: skip
    row: Entitlement = ledger.entitle(
        scheme=TEKUN, path=home.path, class_ur="rural", amount=amount, from_month=from_month, person=who,
        payee=payee_of(who), basis=BASIS, exclusive_group="livelihood", by=people.county_approver,
    )  # fmt: skip
    return row


def on_dibao(
    people: Cast, *members: Person, amount: int = 60000, from_month: Month, case_id: int | None = None
) -> Entitlement:
    """A household on dibao from a month on; the first of its members receives."""
    who = members or (person(path=people.seat.village), person(path=people.seat.village, sex="2"))
    home = household(*who, path=people.seat.village)
    Standing.objects.create(
        household=home, applicant=who[0], path=home.path, low_income_class="L2", class_ur="rural", members=len(who),
        amount=amount, valid_from=from_month.first, review_due=date(2030, 1, 1), decision_number="演示2号",
        case_id=case_id,
    )  # fmt: skip
    row: Entitlement = ledger.entitle(
        scheme=DIBAO, path=home.path, class_ur="rural", amount=amount, from_month=from_month, household=home,
        members=who, payee=payee_of(who[0]), basis=BASIS, exclusive_group="livelihood", by=people.county_approver,
    )  # fmt: skip
    return row


def pay(people: Cast, scheme: str, *months: Month) -> None:
    """Each month drafted by the payer and approved by two, on its last day or today if that is earlier."""
    for month in months:
        with clock.frozen(max(month.first, min(month.last, clock.today()))):
            batch = drafted(people, month=month, scheme=scheme)
            total = batch.total + batch.withheld
            allotted(people, amount=total, scheme=scheme, year=month.year, path=people.seat.county)
            for by in (people.payment_reviewer, people.second_payment_reviewer):
                batch = ledger.review(batch=batch, seen=batch.content_sha, by=by)


def paid(row: Entitlement) -> dict[str, tuple[int, int]]:
    """What the household or person was paid under the scheme, by month: regular and made up."""
    rows = Payment.objects.filter(row.beneficiary, scheme=row.scheme).order_by("month")
    return {str(Month.of(one.month)): (one.regular, one.makeup) for one in rows}

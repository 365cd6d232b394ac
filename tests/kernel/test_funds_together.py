"""Two at once, in real transactions: the last money of a fund, one stage of one case, the last yuan under the cap."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract, PurchaseYear, ReserveFund, ReservePayment, TopUp
from minzheng.kernel.ledger.proof import verify
from tests.factories import cast, person, staff
from tests.factories.money import RESERVE, payout, reserved, terms
from tests.kernel.test_funds_purchases import PURCHASE, received
from tests.kernel.test_ledger_together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("office_calendar")]
DAY = date(2022, 4, 20)


@pytest.fixture
def people():
    with clock.frozen(DAY):
        yield cast()


def test_two_officers_who_pay_the_last_money_at_once_do_not_overdraw(people):
    reserved(people, quota=10_000_00)
    somebody, other = person(path=people.seat.village), staff("clerk", at=people.seat.township)

    def pays(by, case_id):
        facts = payout(case_id, 6_000_00, path=people.seat.village, person=somebody)
        return lambda: funds.pay(reserve=RESERVE, payout=facts, signed_by=people.township_approver, by=by)

    outcomes = together(pays(people.clerk, 1), pays(other, 2))
    assert sorted(isinstance(one, ReservePayment) for one in outcomes) == [False, True]
    assert "reserve_short" in outcomes
    assert ReserveFund.objects.get().balance == 4_000_00
    assert TopUp.objects.count() == 0
    assert verify() == ()


def test_two_clicks_on_one_payment_pay_once(people):
    reserved(people, quota=10_000_00)
    somebody = person(path=people.seat.village)
    facts = payout(1, 1_000_00, path=people.seat.village, person=somebody)
    deeds = [
        lambda key=key: funds.pay(
            reserve=RESERVE, payout=facts, signed_by=people.township_approver, by=people.clerk, key=key
        )
        for key in ("same", "same")
    ]
    first, second = together(*deeds)
    assert first.pk == second.pk
    assert ReservePayment.objects.count() == 1
    third = together(
        lambda: funds.pay(
            reserve=RESERVE, payout=facts, signed_by=people.township_approver, by=people.clerk, key="other"
        )
    )
    assert third == ["paid_already"]
    assert verify() == ()


def test_two_contracts_signed_at_once_stay_under_the_cap(people):
    received(people, 1_000_000, 0)
    deeds = [
        lambda number=number: funds.sign(
            purchasing=PURCHASE,
            path=people.seat.county,
            terms=terms(number, 15_000),
            by=people.county_approver,
        )
        for number in ("购1", "购2")
    ]
    outcomes = together(*deeds)
    assert "above_cap" in outcomes
    assert Contract.objects.count() == 1
    assert PurchaseYear.objects.get().signed == 15_000_00
    assert verify() == ()

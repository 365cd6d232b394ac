"""Vouchers of the service subsidy: drawn up for whom the law means, signed by another, and told on one page."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.models import Issue, Voucher
from minzheng.kernel.people.models import Person
from tests.factories.cast import Cast, cast, staff
from tests.factories.money import BASIS, GROUP, entitled, payee_of
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
MARKET = "eldercare.home_services"
MARCH = Month(2026, 3)
DAY = date(2026, 3, 3)


def elder(people: Cast, born: date, *, kept: bool = False, poor: bool = True) -> Person:
    """Somebody of the village, on dibao with the family, or kept as a tekun person."""
    who = person(birth=born, path=people.seat.village)
    home = household(who, path=people.seat.village)
    january = Month(2026, 1)
    if kept:
        ledger.entitle(
            scheme="assistance.tekun", person=who, path=home.path, class_ur="rural", amount=100_000,
            from_month=january, payee=payee_of(who), basis=BASIS, exclusive_group=GROUP, by=people.payer,
        )  # fmt: skip
    elif poor:
        entitled(people.payer, home=home, members=(who,), from_month=january)
    return who


def drawn(people: Cast, by: Actor) -> Issue:
    return actions.draft_issue(matching=MARKET, path=people.seat.county, month=MARCH, by=by)


def test_the_poor_and_very_old_at_home_get_one_voucher_signed_by_another() -> None:
    with clock.frozen(DAY):
        people = cast()
        payer = staff("payer", at=people.seat.county, domain="eldercare")
        reviewer = staff("payment_reviewer", at=people.seat.county, domain="eldercare")
        with pytest.raises(Refused, match="没有可以发放"):
            drawn(people, payer)
        meant = elder(people, date(1946, 3, 1))  # eighty this month
        elder(people, date(1946, 3, 2))  # not yet on the first of the month
        elder(people, date(1940, 1, 1), poor=False)
        elder(people, date(1940, 1, 1), kept=True)
        one = drawn(people, payer)
        assert [(row.person, row.group, row.amount) for row in Voucher.objects.all()] == [
            (meant, "very_old", 60_00)
        ]
        assert (one.persons, one.total, drawn(people, payer).persons) == (1, 60_00, 1)
        with pytest.raises(NotFound):
            drawn(people, staff("payer", at=NEXT_COUNTY.county, domain="eldercare"))
        with pytest.raises(NotAllowed):
            actions.sign_issue(issue=one, persons=1, total=60_00, by=payer)
        with pytest.raises(Stale, match="已经变化"):
            actions.sign_issue(issue=one, persons=2, total=60_00, by=reviewer)
        signed = actions.sign_issue(issue=one, persons=1, total=60_00, by=reviewer)
        assert signed.state == "signed"
        with pytest.raises(Stale, match="不能重新生成"):
            drawn(people, payer)

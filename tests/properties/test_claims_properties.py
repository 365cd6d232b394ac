"""Claims against a plain model: never more claimed than paid, never more withheld than the share, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.ledger import actions, claims
from minzheng.kernel.ledger.models import Adjustment, Batch, Doubt, Payment, Recovery
from minzheng.kernel.ledger.proof import verify
from tests.factories import cast, household, person
from tests.factories.money import APRIL, PAYER, REVIEWER, SCHEME, allotted, entitled

pytestmark = pytest.mark.django_db
AMOUNT, SHARE = 10000, 2000
APPROVED = Q(carried__payment__batch__state="approved")
OWN = "repay", "plan", "waive", "claim", "run", "draft", "call_off"
EXPECTED = {
    "claim_above_paid", "nothing_was_paid", "repaid_too_much", "claim_closed", "instalment_too_large",
    "nothing_to_pay", "carried_already",
}  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(OWN), st.integers(1, 13000), st.integers(0, 5), st.integers(0, 2)),
    min_size=4, max_size=12,
)  # fmt: skip


class Rollback(Exception):
    """Ends an example and leaves nothing behind."""


class Model:
    """What the office has paid, claimed and got back, in plain numbers."""

    def __init__(self) -> None:
        self.who = cast()
        self.home = household(person())
        allotted(self.who)
        self.right = entitled(
            self.who.payer, home=self.home, members=(self.home.memberships.get().person,), amount=AMOUNT
        )
        self.month, self.receipts = APRIL, 0
        self.claimed: dict[int, int] = {}
        self.cash: dict[int, int] = {}
        self.waived: dict[int, int] = {}
        self.run(0, 0, 0)
        self.run(0, 0, 0)

    def take(self, step: str, amount: int, month: int, which: int) -> str:
        """Do it; says what came of it."""
        try:
            with transaction.atomic():
                getattr(self, step)(amount, month, which)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return step
        except MinzhengError as error:
            if error.code not in EXPECTED:
                raise
            return error.code

    def run(self, amount: int, month: int, which: int) -> None:
        """The next month is drafted, approved by two, and withholds what is due."""
        with clock.frozen(self.month.last):
            batch = self.draft(0, 0, 0)
            for by in (self.who.payment_reviewer, self.who.second_payment_reviewer):
                actions.review(batch=batch, seen=batch.content_sha, by=by)
        self.month = self.month.next

    def draft(self, amount: int, month: int, which: int) -> Batch:
        """The next month is drafted, or drawn up again: a draft alone settles no claim."""
        with clock.frozen(self.month.last):
            return actions.draft_batch(
                scheme=SCHEME, path=self.who.seat.county, month=self.month, prepared_by=PAYER, reviewed_by=REVIEWER,
                by=self.who.payer,
            )  # fmt: skip

    def claim(self, amount: int, month: int, which: int) -> None:
        first = APRIL + month
        row = actions.claim(
            owed=actions.Owed(self.right.pk, first, first.next, amount), reason="多发", by=self.who.payer,
            basis=actions.Basis(decision_number=f"追{len(self.claimed)}", rule_set="t", trace_sha=""),
        )  # fmt: skip
        self.claimed[row.pk] = amount

    def _row(self, which: int) -> Recovery | None:
        known = sorted(self.claimed)
        return Recovery.objects.get(pk=known[which % len(known)]) if known else None

    def repay(self, amount: int, month: int, which: int) -> None:
        if (row := self._row(which)) is None:
            return
        actions.repay(recovery=row, amount=amount, receipt=f"JK{self.receipts + 1}", by=self.who.payer)
        self.receipts += 1
        self.cash[row.pk] = self.cash.get(row.pk, 0) + amount

    def plan(self, amount: int, month: int, which: int) -> None:
        if (row := self._row(which)) is not None:
            monthly = amount % 2500 + 1
            actions.instalments(recovery=row, monthly=monthly, from_month=self.month, by=self.who.payer)
            assert monthly <= SHARE

    def waive(self, amount: int, month: int, which: int) -> None:
        if (row := self._row(which)) is None or amount % 3:
            return
        self.waived[row.pk] = actions.waive(recovery=row, reason="困难", by=self.who.payment_reviewer).waived

    def call_off(self, amount: int, month: int, which: int) -> None:
        """The first instalment that nobody has approved is called off; its claim is as open as before it."""
        row = self._row(which)
        first = (
            row and row.instalments.filter(cancelled_at=None).exclude(APPROVED).order_by("from_month").first()
        )
        if first is not None:
            actions.call_off(adjustment=first, reason="重新商定", by=self.who.payer)

    def check(self) -> None:
        """The books say the same as the plain numbers."""
        own = Payment.objects.filter(household=self.home).exclude(batch__state="draft")
        withheld = {p.month: p.withheld for p in own}
        by_claim = {row.pk: row for row in claims.claims(self.who.payer)}
        assert set(by_claim) == set(self.claimed)
        for pk, row in by_claim.items():
            assert row.amount == self.claimed[pk]
            assert (row.repaid, row.waived) == (self.cash.get(pk, 0), self.waived.get(pk, 0))
            assert row.withheld + row.repaid + row.waived + row.left == row.amount
            assert row.left >= 0
            assert (row.left == 0) == (row.state != "open")
            assert (
                row.state == "open"
                or not row.instalments.filter(cancelled_at=None).exclude(APPROVED).exists()
            )
        assert sum(row.withheld for row in by_claim.values()) == sum(withheld.values())
        assert all(taken <= SHARE for taken in withheld.values())
        for month in {row.for_from for row in by_claim.values()}:
            given_up = sum(
                self.claimed[pk] - row.waived for pk, row in by_claim.items() if row.for_from == month
            )
            assert given_up <= AMOUNT


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
def test_what_is_claimed_is_withheld_repaid_given_up_or_left(
    drawn: list[tuple[str, int, int, int]],
) -> None:
    with clock.frozen(date(2023, 12, 31)):
        try:
            with transaction.atomic():
                model = Model()
                for step in drawn:
                    event(model.take(*step))
                    model.check()
                assert not verify()
                raise Rollback
        except Rollback:
            pass


def test_a_month_is_withheld_at_most_the_share_even_with_two_plans() -> None:
    """Two claims, each with a plan of nearly the whole share."""
    with clock.frozen(date(2023, 12, 31)):
        model = Model()
        for number in (0, 1):
            model.claim(5000, number, 0)
            model.take("plan", 1499, 0, number)
        model.take("plan", 499, 0, 1)
        model.run(0, 0, 0)
        taken = Payment.objects.get(household=model.home, month=(APRIL + 2).first).withheld
        assert taken == SHARE
        model.check()


def test_instalments_of_a_month_that_was_not_paid_do_not_come_together_above_the_share() -> None:
    """The second month withholds one instalment, the first; the other waits for the third."""
    with clock.frozen(date(2023, 12, 31)):
        model = Model()
        model.claim(5000, 0, 0)
        model.take("plan", SHARE - 1, 0, 0)
        first, second = Adjustment.objects.order_by("from_month")[:2]
        Doubt.objects.create(
            scheme=SCHEME, path=model.right.path, month=first.from_month, entitlement=model.right,
            code="reckoned_otherwise", weight="hold", found_at=clock.now(),
        )  # fmt: skip
        other = entitled(model.who.payer)
        model.run(0, 0, 0)
        assert not Payment.objects.filter(household=model.home, month=first.from_month).exists()
        model.run(0, 0, 0)
        paid = Payment.objects.get(household=model.home, month=second.from_month)
        assert (paid.withheld, list(paid.carried.values_list("adjustment", flat=True))) == (SHARE, [first.pk])
        assert Payment.objects.filter(household=other.household).count() == 2

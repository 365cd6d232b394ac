"""Whatever the office does in whatever order, each household is paid a month at most once and the proof holds."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.ledger import actions, bank
from minzheng.kernel.ledger.models import Batch, Doubt, Entitlement, Instruction, Payment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.people.actions import correct_person
from minzheng.kernel.people.models import Household
from tests.factories import cast, household, person
from tests.factories.money import APRIL, BASIS, a_card, allotted, drafted, entitled

pytestmark = pytest.mark.django_db
HOMES = 3
MONTHS = (APRIL, APRIL.next, APRIL + 2)
EXPECTED = {
    "covered_already", "entitled_already", "entitlement_closed", "month_outside", "months_already_approved",
    "entitlement_not_lengthened", "nothing_to_pay", "batch_state", "draft_outdated", "reviewer_reviewed_it",
    "bank_has_not_answered", "nothing_to_send", "instruction_not_failed", "repaired_already", "batch_changed",
    "payments_outstanding",
}  # fmt: skip

MACROS = {
    "run": ("draft", "first", "second", "send", "bank"),
    "overtaken": ("draft", "change", "first", "second"),
    "bereaved": ("grant", "die", "draft"),
}
NAMES = (
    "run", "run", "run", "overtaken", "grant", "change", "end", "bereaved", "draft", "first", "second", "send_back",
    "send", "bank", "bank", "bank", "repair", "resend", "reconcile", "close",
)  # fmt: skip

steps = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, HOMES - 1), st.sampled_from(MONTHS), st.integers(1, 5)),
    min_size=8,
    max_size=40,
)


class Rollback(Exception):
    """Ends an example and leaves nothing behind."""


class Office:
    """Carries out one random step; what the office may refuse is known beforehand."""

    def __init__(self) -> None:
        self.people = cast()
        self.homes = [household(person()) for _ in range(HOMES)]
        allotted(self.people)
        self.grant(self.homes[0], APRIL, 1)
        self.grant(self.homes[1], APRIL.next, 2)

    def take(self, step: str, home: int, month: Month, number: int) -> None:
        for one in MACROS.get(step, (step,)):
            self._once(one, home, month, number)

    def _once(self, step: str, home: int, month: Month, number: int) -> None:
        try:
            with transaction.atomic():
                getattr(self, step)(self.homes[home], month, number)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except MinzhengError as error:
            if error.code not in EXPECTED:
                raise

    def grant(self, home: Household, month: Month, number: int) -> None:
        member = home.memberships.get().person
        entitled(self.people.county_approver, home=home, members=(member,), from_month=month,
                 amount=number * 1000)  # fmt: skip

    def change(self, home: Household, month: Month, number: int) -> None:
        for row in Entitlement.objects.filter(household=home).order_by("-id")[:1]:
            actions.change_amount(
                entitlement=row, from_month=month, amount=number * 1100, basis=BASIS, reason="变动",
                by=self.people.county_approver,
            )  # fmt: skip

    def end(self, home: Household, month: Month, number: int) -> None:
        for row in Entitlement.objects.filter(household=home).order_by("-id")[:1]:
            actions.end(entitlement=row, last_month=month, reason="终止", by=self.people.county_approver)

    def die(self, home: Household, month: Month, number: int) -> None:
        """The only member dies on the last day before the month."""
        member = home.memberships.get().person
        if member.died_on is None:
            correct_person(person=member, version=member.version, reason="死亡登记", by=self.people.clerk,
                           died_on=month.first - timedelta(days=1))  # fmt: skip

    def draft(self, home: Household, month: Month, number: int) -> None:
        """Nobody who had died before the month began is in what is drafted now."""
        batch = drafted(self.people, month=month)
        assert not batch.payments.filter(entitlement__payee__died_on__lt=month.first).exists()
        event(
            "a death kept a payment back" if Doubt.objects.filter(code="all_dead").exists() else "nobody died"
        )

    def first(self, home: Household, month: Month, number: int) -> None:
        self._review(self.people.payment_reviewer)

    def second(self, home: Household, month: Month, number: int) -> None:
        self._review(self.people.second_payment_reviewer)

    def _review(self, by: object) -> None:
        for batch in self._batches("draft", "first_reviewed"):
            actions.review(batch=batch, seen=batch.content_sha, by=by)

    def send_back(self, home: Household, month: Month, number: int) -> None:
        for batch in self._batches("first_reviewed"):
            actions.send_back(batch=batch, reason="再核", by=self.people.payment_reviewer)

    def send(self, home: Household, month: Month, number: int) -> None:
        for batch in self._batches("approved"):
            actions.send(batch=batch, by=self.people.payer)

    def bank(self, home: Household, month: Month, number: int) -> None:
        """The bank answers part of it, the first line twice, and does not know one account."""
        for batch in self._batches("sent", "reconciled"):
            rows = Instruction.objects.filter(payment__batch=batch, file__isnull=False).order_by("id")
            answers = [
                bank.Return(row.reference, (row.pk + number) % 3 > 0, row.payment.amount, "查无此户")
                for row in rows.select_related("payment")[:number]
            ]
            actions.read_returns(batch=batch, rows=answers[:1] + answers, by=self.people.payer)

    def repair(self, home: Household, month: Month, number: int) -> None:
        for row in Instruction.objects.filter(state="failed", payment__household=home).order_by("-id")[:1]:
            actions.repair(instruction=row, account=a_card(), owner=row.account_owner, reason="换卡",
                           by=self.people.payer)  # fmt: skip

    def resend(self, home: Household, month: Month, number: int) -> None:
        for batch in self._batches("sent", "reconciled"):
            actions.resend(batch=batch, by=self.people.payment_reviewer)

    def reconcile(self, home: Household, month: Month, number: int) -> None:
        for batch in self._batches("sent", "reconciled"):
            assert actions.reconcile(batch=batch, by=self.people.payer).difference == 0

    def close(self, home: Household, month: Month, number: int) -> None:
        for batch in self._batches("reconciled"):
            actions.close(batch=batch, by=self.people.payer)

    def _batches(self, *states: str) -> list[Batch]:
        return list(Batch.objects.filter(state__in=states).order_by("-id"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_no_order_of_events_pays_twice_or_breaks_the_books(db: None, sequence: list[tuple]) -> None:
    with clock.frozen(date(2022, 6, 30)), contextlib.suppress(Rollback), transaction.atomic():
        office = Office()
        for step in sequence:
            office.take(*step)
        assert verify() == ()
        paid = Instruction.objects.filter(state="paid").values_list("payment__household", "payment__month")
        assert len(paid) == len(set(paid))
        event(f"payments arrived: {min(len(paid), 3)}")
        _agrees_with_a_plain_count()
        raise Rollback


def _agrees_with_a_plain_count() -> None:
    """The ledger as a child would add it up: what each household got, from the answers alone."""
    got: dict[int, int] = {}
    for row in Instruction.objects.filter(state="paid").select_related("payment"):
        got[row.payment.household_id] = got.get(row.payment.household_id, 0) + row.payment.amount
    for home, total in got.items():
        due = 0
        for payment in Payment.objects.filter(household_id=home, instructions__state="paid"):
            rows = Entitlement.objects.filter(household_id=home, from_month__lte=payment.month)
            (row,) = [r for r in rows if r.until_month is None or r.until_month > payment.month]
            due += row.amount
        assert total == due


@given(st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), max_size=20))
def test_the_stand_in_bank_answers_every_line_and_nothing_else(lines: list[tuple[int, bool]]) -> None:
    sent = [bank.BankLine("b", f"MZ{i}", "测某", f"{i:016d}", fen) for i, (fen, _) in enumerate(lines)]
    closed = frozenset(f"{i:016d}" for i, (_, shut) in enumerate(lines) if shut)
    answer = bank.read_answer(bank.run_local_bank(bank.write_file(sent), closed=closed))
    assert [(x.reference, x.amount, x.paid) for x in answer] == [
        (line.reference, line.amount, line.account not in closed) for line in sent
    ]

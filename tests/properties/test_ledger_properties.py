"""Whatever the office does in whatever order, the ledger holds what a plain count of the same events expects.

Two counties, three households: granted, changed, ended, moved, bereaved, paid, given back by the bank, claimed,
repaid and withheld at random.  Each household is paid a month at most once, and the proof holds.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.ledger import actions, bank
from minzheng.kernel.ledger.models import Batch, Entitlement, Fund, Instruction, Payment, Recovery
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.ledger.withholding import outstanding
from minzheng.kernel.people.actions import correct_person
from minzheng.kernel.people.models import Household
from tests.factories import cast, household, person, staff
from tests.factories.money import APRIL, BASIS, PAYER, REVIEWER, SCHEME, a_card, entitled
from tests.factories.places import NEXT_COUNTY, NONGAN
from tests.factories.plain_ledger import Claim, PlainLedger

pytestmark = pytest.mark.django_db
HOMES = 3
_OPEN = ("draft", "first_reviewed")
MONTHS = (APRIL, APRIL.next, APRIL + 2)
SEATS = (NONGAN, NEXT_COUNTY)
EXPECTED = {
    "covered_already", "entitled_already", "entitlement_closed", "month_outside", "months_already_approved",
    "months_already_drafted", "entitlement_not_lengthened", "nothing_to_pay", "batch_state", "draft_outdated",
    "draft_empty", "reviewer_reviewed_it", "bank_has_not_answered", "nothing_to_send", "instruction_not_failed",
    "repaired_already", "batch_changed", "payments_outstanding", "nothing_was_paid", "claim_above_paid",
    "claimed_already",
    "instalment_too_large", "nothing_to_withhold_from", "claim_closed", "repaid_too_much",
}  # fmt: skip

MACROS = {
    "run": ("draft", "first", "second", "send", "bank"),
    "overtaken": ("draft", "change", "first", "second"),
    "bereaved": ("grant", "die", "draft"),
    "moved": ("move", "draft", "first", "second"),
    "owing": ("run", "claim", "plan"),
}
NAMES = (
    "run", "run", "run", "overtaken", "grant", "change", "end", "bereaved", "moved", "move", "owing", "claim", "plan",
    "repay", "draft", "first", "second", "send_back", "send", "bank", "bank", "bank", "repair", "resend", "reconcile",
    "close",
)  # fmt: skip

steps = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, HOMES - 1), st.sampled_from(MONTHS), st.integers(1, 5)),
    min_size=8,
    max_size=40,
)


class Rollback(Exception):
    """Ends an example and leaves nothing behind."""


@dataclass(frozen=True)
class County:
    """Who prepares, reviews and decides in one county."""

    payer: Actor
    first: Actor
    second: Actor
    approver: Actor


class Office:
    """Carries out one random step and tells the plain ledger; what the office may refuse is known beforehand."""

    def __init__(self) -> None:
        self.people, self.plain = cast(), PlainLedger()
        self.receipts = itertools.count(1)
        self.counties = {seat.county: _county(seat.county) for seat in SEATS}
        self.homes = [household(person()) for _ in range(HOMES)]
        self.grant(self.homes[0], APRIL, 1)
        self.grant(self.homes[1], APRIL.next, 2)

    def take(self, step: str, home: int, month: Month, number: int) -> None:
        for one in MACROS.get(step, ()):
            self.take(one, home, month, number)
        if step not in MACROS:
            self._once(lambda: getattr(self, step)(self.homes[home], month, number))

    def _once(self, act: Callable[[], Any]) -> str:
        """All of it or nothing; the code of what was refused."""
        try:
            with transaction.atomic():
                act()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except MinzhengError as error:
            if error.code not in EXPECTED:
                raise
            return error.code
        return ""

    def at(self, path: str) -> County:
        return self.counties[str(county_of(path))]

    def grant(self, home: Household, month: Month, number: int) -> None:
        member = home.memberships.get().person
        row = entitled(self.at(home.path).approver, home=home, members=(member,), from_month=month,
                       amount=number * 1000)  # fmt: skip
        self.plain.granted(home.pk, month, number * 1000, str(county_of(row.path)), row.account)

    def change(self, home: Household, month: Month, number: int) -> None:
        for row in _latest(home):
            actions.change_amount(
                entitlement=row, from_month=month, amount=number * 1100, basis=BASIS, reason="变动",
                by=self.at(row.path).approver,
            )  # fmt: skip
            self.plain.changed(home.pk, month, number * 1100, str(county_of(row.path)))

    def move(self, home: Household, month: Month, number: int) -> None:
        for row in _latest(home):
            [to] = [seat.village for seat in SEATS if not row.path.startswith(seat.county)]
            actions.move(
                entitlement=row, to=actions.NewPlace(path=to, amount=number * 1200, class_ur="rural"),
                from_month=month, basis=BASIS, reason="户籍迁移", by=system("events"),
            )  # fmt: skip
            self.plain.changed(home.pk, month, number * 1200, str(county_of(to)))
            event("moved")

    def end(self, home: Household, month: Month, number: int) -> None:
        for row in _latest(home):
            actions.end(entitlement=row, last_month=month, reason="终止", by=self.at(row.path).approver)
            self.plain.ended(home.pk, month.next)

    def die(self, home: Household, month: Month, number: int) -> None:
        """The only member dies on the last day before the month."""
        member = home.memberships.get().person
        if member.died_on is None:
            day = month.first - timedelta(days=1)
            correct_person(person=member, version=member.version, reason="死亡登记", by=self.people.clerk,
                           died_on=day)  # fmt: skip
            self.plain.died[home.pk] = day

    def draft(self, home: Household, month: Month, number: int) -> None:
        """What each county drafts is what the plain ledger expects, to the household and fen."""
        for place in self.counties:
            expected = self.plain.due(place, month)
            code = self._once(lambda place=place: self._draft(place, month))
            if code == "nothing_to_pay":
                assert expected == {}
            elif not code:
                found = _open(place, month).payments.values_list("household_id", "regular", "withheld")
                assert {home: (regular, withheld) for home, regular, withheld in found} == expected
                self.plain.drafted(place, month)

    def _draft(self, place: str, month: Month) -> None:
        actions.draft_batch(scheme=SCHEME, path=place, month=month, prepared_by=PAYER, reviewed_by=REVIEWER,
                            by=self.counties[place].payer)  # fmt: skip

    def _each(self, *states: str, act: Callable[[Batch], Any]) -> None:
        """Batch by batch: what one refuses does not undo another."""
        for batch in Batch.objects.filter(state__in=states).order_by("-id"):
            self._once(lambda batch=batch: act(batch))

    def first(self, home: Household, month: Month, number: int) -> None:
        self._each("draft", act=lambda batch: self._review(batch, self.at(batch.path).first))

    def second(self, home: Household, month: Month, number: int) -> None:
        self._each("first_reviewed", act=lambda batch: self._review(batch, self.at(batch.path).second))

    def _review(self, batch: Batch, by: Actor) -> None:
        done = actions.review(batch=batch, seen=batch.content_sha, by=by)
        key = (batch.path, Month.of(batch.month))
        if done.state == "first_reviewed":
            self.plain.under_review.add(key)
            return
        self.plain.under_review.discard(key)
        for home, regular, withheld in batch.payments.values_list("household_id", "regular", "withheld"):
            self.plain.approve(*key, home, regular, withheld)

    def send_back(self, home: Household, month: Month, number: int) -> None:
        self._each("first_reviewed", act=self._send_back)

    def _send_back(self, batch: Batch) -> None:
        actions.send_back(batch=batch, reason="再核", by=self.at(batch.path).first)
        self.plain.under_review.discard((batch.path, Month.of(batch.month)))

    def send(self, home: Household, month: Month, number: int) -> None:
        self._each("approved", act=lambda batch: actions.send(batch=batch, by=self.at(batch.path).payer))

    def bank(self, home: Household, month: Month, number: int) -> None:
        """The bank answers part of it, the first line twice, and does not know one account."""
        self._each("sent", "reconciled", act=lambda batch: self._answer(batch, number))

    def _answer(self, batch: Batch, number: int) -> None:
        rows = (
            Instruction.objects.filter(batch=batch, file__isnull=False)
            .select_related("payment")
            .order_by("id")
        )
        asked = list(rows[:number])
        answers = [
            bank.Return(row.reference, self._pays(row, number), row.payment.amount, "查无此户")
            for row in asked
        ]
        actions.read_returns(batch=batch, rows=answers[:1] + answers, by=self.at(batch.path).payer)
        for row, answer in zip(asked, answers, strict=True):
            self.plain.answered(row.reference, row.payment.household_id, Month.of(batch.month), row.account,
                                paid=answer.paid)  # fmt: skip

    def _pays(self, row: Instruction, number: int) -> bool:
        """One account in three is unknown to the bank, by household, attempt and the day's number."""
        home = next(at for at, one in enumerate(self.homes) if one.pk == row.payment.household_id)
        return (home + row.attempt + number) % 3 > 0

    def repair(self, home: Household, month: Month, number: int) -> None:
        for row in Instruction.objects.filter(state="failed", payment__household=home).order_by("-id")[:1]:
            card = a_card()
            actions.repair(instruction=row, account=card, owner=row.account_owner, reason="换卡",
                           by=self.at(row.path).payer)  # fmt: skip
            self.plain.repaired(home.pk, card)

    def resend(self, home: Household, month: Month, number: int) -> None:
        self._each(
            "sent", "reconciled", act=lambda batch: actions.resend(batch=batch, by=self.at(batch.path).first)
        )

    def claim(self, home: Household, month: Month, number: int) -> None:
        """One month was paid without a right to it, or part of it."""
        paid = Payment.objects.filter(household=home, month=month.first).exclude(batch__state__in=_OPEN)
        for row in paid.select_related("batch"):
            owed = actions.Owed(row.entitlement_id, month, month.next, number * 300)
            made = actions.claim(owed=owed, basis=BASIS, reason="多发", by=self.at(row.batch.path).payer)
            self.plain.claimed(made.pk, Claim(home.pk, month, owed.amount))
            event("claimed")

    def plan(self, home: Household, month: Month, number: int) -> None:
        for claim in Recovery.objects.filter(household=home).order_by("-id")[:1]:
            actions.instalments(recovery=claim, monthly=number * 60, from_month=month,
                                by=self.at(claim.path).payer)  # fmt: skip
            self.plain.planned(claim.pk, month, number * 60, self.plain.stretches[home.pk][-1].place)

    def repay(self, home: Household, month: Month, number: int) -> None:
        for claim in Recovery.objects.filter(household=home).order_by("-id")[:1]:
            actions.repay(recovery=claim, amount=number * 150, receipt=f"缴{next(self.receipts)}",
                          by=self.at(claim.path).payer)  # fmt: skip
            self.plain.repaid(claim.pk, number * 150)

    def reconcile(self, home: Household, month: Month, number: int) -> None:
        self._each("sent", "reconciled", act=self._reconcile)

    def _reconcile(self, batch: Batch) -> None:
        assert actions.reconcile(batch=batch, by=self.at(batch.path).payer).difference == 0

    def close(self, home: Household, month: Month, number: int) -> None:
        self._each("reconciled", act=lambda batch: actions.close(batch=batch, by=self.at(batch.path).payer))


def _county(path: str) -> County:
    reviewers = [staff("payment_reviewer", at=path) for _ in range(2)]
    actions.allot(scheme=SCHEME, path=path, fund=Fund.COUNTY, year=2022, amount=10**11, document=f"财社{path}",
                  by=reviewers[0])  # fmt: skip
    return County(staff("payer", at=path), *reviewers, staff("county_approver", at=path))


def _latest(home: Household) -> list[Entitlement]:
    return list(Entitlement.objects.filter(household=home).order_by("-id")[:1])


def _open(place: str, month: Month) -> Batch:
    return Batch.objects.get(path=place, month=month.first, state="draft")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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
        _agrees_with_the_plain_ledger(office.plain)
        raise Rollback


def _agrees_with_the_plain_ledger(plain: PlainLedger) -> None:
    """What arrived is what was approved, less what was held back; nobody gives back more than was claimed."""
    for row in Instruction.objects.filter(state="paid").select_related("payment"):
        regular, withheld = plain.approved[row.payment.household_id, Month.of(row.payment.month)]
        assert row.amount == regular - withheld
    arrived = {(home, month) for home, month, _, ok in plain.answers.values() if ok}
    assert Instruction.objects.filter(state="paid").count() == len(arrived)
    for claim in Recovery.objects.all():
        assert plain.claims[claim.pk].left == outstanding(claim) >= 0
        assert (claim.state == "settled") == (outstanding(claim) == 0)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), max_size=20))
def test_the_stand_in_bank_answers_every_line_and_nothing_else(lines: list[tuple[int, bool]]) -> None:
    sent = [bank.BankLine("b", f"MZ{i}", "测某", f"{i:016d}", fen) for i, (fen, _) in enumerate(lines)]
    closed = frozenset(f"{i:016d}" for i, (_, shut) in enumerate(lines) if shut)
    answer = bank.read_answer(bank.run_local_bank(bank.write_file(sent), closed=closed))
    assert [(x.reference, x.amount, x.paid) for x in answer] == [
        (line.reference, line.amount, line.account not in closed) for line in sent
    ]

"""The monthly run: drafted, reviewed by two others, sent, answered, one failure repaired, difference zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger import actions, bank, queries
from minzheng.kernel.ledger.models import Batch, Instruction, Payment, ReturnRow
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.ledger.sending import bank_file, bank_workbook
from tests.factories import cast, person, resident_of, staff
from tests.factories.money import (
    APRIL,
    PAYER,
    REVIEWER,
    SCHEME,
    a_card,
    answered,
    approved,
    drafted,
    entitled,
    payee_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@pytest.fixture
def three(people):
    return [entitled(people.county_approver, amount=amount) for amount in (38400, 100, 163800)]


def failed_one(batch, people):
    return queries.instructions(batch, by=people.payer, state="failed").get()


def test_a_month_is_paid_with_one_failure_repaired_and_no_difference(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    got = answered(batch, sent, people, three[1].account)
    assert (got.paid, got.failed) == (2, 1)
    first = actions.reconcile(batch=batch, by=people.payer)
    assert (first.approved, first.paid, first.outstanding, first.difference) == (202300, 202200, 100, 0)

    card = a_card()
    actions.repair(
        instruction=failed_one(batch, people), account=card, owner=three[1].account_owner, reason="原卡销户",
        by=people.payer,
    )  # fmt: skip
    second = actions.resend(batch=batch, by=people.payment_reviewer)
    assert second.record.count == 1
    assert card in second.content.decode("utf-8-sig")
    answered(batch, second, people)
    last = actions.reconcile(batch=batch, by=people.payer)
    assert (last.paid, last.outstanding, last.difference) == (202300, 0, 0)
    assert actions.close(batch=batch, by=people.payer).state == Batch.State.CLOSED
    assert Payment.objects.filter(batch=batch).count() == 3
    three[1].refresh_from_db()
    assert three[1].account == card
    assert verify() == ()


def test_the_books_say_what_happened(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    answered(batch, sent, people, three[1].account)
    rows = {row.kind: row for row in queries.statement(path="22/", month=APRIL, by=people.payer)}
    assert rows["budget"].closing == 202300
    assert rows["obligation"].closing == -100
    assert rows["transit"].closing == 0
    assert rows["cash"].closing == 100
    assert rows["appropriation"].closing == -202300
    assert sum(row.closing for row in rows.values()) == 0


def test_nobody_reviews_what_they_prepared_or_reviewed(people, three):
    both = staff("payer", "payment_reviewer", at=people.seat.county)
    batch = actions.draft_batch(
        scheme=SCHEME, path=people.seat.county, month=APRIL, prepared_by=PAYER, reviewed_by=REVIEWER, by=both
    )
    with pytest.raises(NotAllowed, match="编制人"):
        actions.review(batch=batch, seen=batch.content_sha, by=both)
    actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    with pytest.raises(NotAllowed, match="已初核"):
        actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    batch.refresh_from_db()
    assert batch.state == Batch.State.FIRST_REVIEWED


def test_every_step_asks_for_its_post_in_that_place(people, three):
    elsewhere = staff("payer", "payment_reviewer", at="22/2201/220183/")
    with pytest.raises(NotAllowed):
        actions.draft_batch(
            scheme=SCHEME, path=people.seat.county, month=APRIL, prepared_by=PAYER, reviewed_by=REVIEWER,
            by=elsewhere,
        )  # fmt: skip
    batch = drafted(people)
    for by in (elsewhere, people.county_approver, people.payer, people.resident, system("夜间任务")):
        with pytest.raises(NotAllowed):
            actions.review(batch=batch, seen=batch.content_sha, by=by)
    batch = approved(people)
    for by in (elsewhere, people.payment_reviewer, people.resident, system("夜间任务")):
        with pytest.raises(NotAllowed):
            actions.send(batch=batch, by=by)
    sent = actions.send(batch=batch, by=people.payer)
    with pytest.raises(NotAllowed):
        actions.read_returns(batch=batch, rows=[], by=elsewhere)
    with pytest.raises(NotFound):
        bank_file(record=sent.record, by=elsewhere)
    with pytest.raises(NotAllowed):
        bank_file(record=sent.record, by=people.county_approver)


def test_a_reviewer_signs_only_what_was_seen(people, three):
    batch = drafted(people)
    seen = batch.content_sha
    actions.end(entitlement=three[0], last_month=APRIL.previous, reason="去世", by=people.county_approver)
    with pytest.raises(Refused, match="重新编制"):
        actions.review(batch=batch, seen=seen, by=people.payment_reviewer)
    again = drafted(people)
    assert (again.pk, again.count) == (batch.pk, 2)
    with pytest.raises(Stale):
        actions.review(batch=batch, seen=seen, by=people.payment_reviewer)
    actions.review(batch=batch, seen=again.content_sha, by=people.payment_reviewer)


def test_a_changed_card_makes_a_draft_outdated(people, three):
    batch = drafted(people)
    payee = actions.Payee(person=three[0].payee, account=a_card(), owner=three[0].payee.name)
    actions.set_payee(entitlement=three[0], payee=payee, reason="换卡", by=people.clerk)
    with pytest.raises(Refused, match="重新编制"):
        actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)


def test_a_batch_under_review_is_redrafted_only_after_it_is_sent_back(people, three):
    batch = drafted(people)
    actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    with pytest.raises(Refused, match="须为“草稿”"):
        drafted(people)
    with pytest.raises(Refused, match="理由"):
        actions.send_back(batch=batch, reason=" ", by=people.second_payment_reviewer)
    actions.send_back(batch=batch, reason="少一户", by=people.second_payment_reviewer)
    assert drafted(people).pk == batch.pk


def test_what_was_approved_is_never_drafted_again_but_a_latecomer_is(people, three):
    first = approved(people)
    with pytest.raises(Refused, match="没有需要发放的待遇"):
        drafted(people)
    assert Batch.objects.count() == 1
    late = entitled(people.county_approver, amount=500)
    second = drafted(people)
    assert (second.run, second.count, second.total) == (2, 1, 500)
    assert second.payments.get().entitlement == late
    first.refresh_from_db()
    assert first.count == 3


def test_a_month_that_has_not_begun_is_not_paid(people, three):
    with pytest.raises(Refused, match="尚未到来"):
        drafted(people, month=APRIL.next)


def test_a_batch_is_sent_once_and_its_file_can_be_had_again(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    with pytest.raises(Refused, match="已送银行"):
        actions.send(batch=batch, by=people.payer)
    again = bank_file(record=sent.record, by=people.payer)
    assert again.content == sent.content
    assert bank_workbook(record=sent.record, by=people.payment_reviewer).startswith(b"PK")
    assert Entry.objects.filter(verb="ledger.bank_file", outcome="read").count() == 2
    header, *lines = sent.content.decode("utf-8-sig").splitlines()
    assert header == "批次号,付款编号,户名,账号,金额（元）"
    assert [line.rsplit(",", 1)[1] for line in lines] == ["384.00", "1.00", "1638.00"]


def test_sent_is_not_paid(people, three):
    batch = approved(people)
    actions.send(batch=batch, by=people.payer)
    assert not any(payment.arrived for payment in queries.paid_of(three[0].household, by=people.payer))
    with pytest.raises(Refused, match="未得到银行答复"):
        actions.reconcile(batch=batch, by=people.payer)


def test_a_bank_may_answer_partly_twice_with_strangers_and_with_wrong_amounts(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    rows = bank.read_answer(bank.run_local_bank(sent.content))
    wrong = replace(rows[1], amount=rows[1].amount + 1)
    stranger = replace(rows[1], reference="MZ0-0-0")
    got = actions.read_returns(batch=batch, rows=[rows[0], rows[0], wrong, stranger], by=people.payer)
    assert (got.paid, got.duplicate, got.rejected) == (1, 1, 2)
    against = replace(rows[0], paid=False, reason="退汇")
    got = actions.read_returns(batch=batch, rows=[*rows, against], by=system("bank"))
    assert (got.paid, got.duplicate, got.rejected) == (2, 1, 1)
    outcomes = list(queries.rejected_returns(batch, by=people.payer).values_list("outcome", flat=True))
    assert outcomes == ["amount_differs", "unknown", "contradicts"]
    assert ReturnRow.objects.filter(outcome="applied").count() == 3
    assert actions.reconcile(batch=batch, by=people.payer).difference == 0
    assert verify() == ()


def test_a_repair_needs_a_failure_a_good_card_a_known_owner_and_other_eyes(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    answered(batch, sent, people, three[0].account)
    good = Instruction.objects.filter(state="paid").first()
    failed = failed_one(batch, people)
    owner = three[0].account_owner
    tries = [
        (good, a_card(), owner, "才能修正"),
        (failed, "9999000000000000", owner, "校验不对"),
        (failed, a_card(), "陌生人", "既不是家庭成员"),
        (failed, a_card(), "=HYPERLINK(1)", "不能用于银行文件"),
    ]
    for instruction, account, name, words in tries:
        with pytest.raises(Refused, match=words):
            actions.repair(
                instruction=instruction, account=account, owner=name, reason="换卡", by=people.payer
            )
    both = staff("payer", "payment_reviewer", at=people.seat.county)
    actions.repair(instruction=failed, account=a_card(), owner=owner, reason="换卡", by=both)
    with pytest.raises(Refused, match="已修正过"):
        actions.repair(instruction=failed, account=a_card(), owner=owner, reason="换卡", by=both)
    with pytest.raises(NotAllowed, match="不能自己放行"):
        actions.resend(batch=batch, by=both)
    with pytest.raises(Refused, match="等待放行"):
        actions.reconcile(batch=batch, by=people.payer)


def test_a_month_with_an_outstanding_return_is_reconciled_but_not_closed(people, three):
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people, three[0].account)
    actions.reconcile(batch=batch, by=people.payer)
    with pytest.raises(Refused, match="还有退回"):
        actions.close(batch=batch, by=people.payer)


def test_a_failure_may_fail_again_and_stays_one_payment(people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    answered(batch, sent, people, three[0].account)
    for _ in range(2):
        card = a_card()
        actions.repair(
            instruction=failed_one(batch, people), account=card, owner=three[0].account_owner,
            reason="换卡", by=people.payer,
        )  # fmt: skip
        answered(batch, actions.resend(batch=batch, by=people.payment_reviewer), people, card)
    progress = queries.batch_progress(batch, by=people.payer)
    assert (progress.count, progress.paid, progress.failed, progress.pending) == (3, 2, 1, 0)
    assert actions.reconcile(batch=batch, by=people.payer).outstanding == three[0].amount
    assert verify() == ()


def test_this_month_is_compared_with_the_last(people, three):
    approved(people)
    actions.change_amount(
        entitlement=three[0], from_month=APRIL.next, amount=40000, basis=_basis(), reason="提标",
        by=people.county_approver,
    )  # fmt: skip
    actions.end(entitlement=three[1], last_month=APRIL, reason="自愿退出", by=people.county_approver)
    entitled(people.county_approver, amount=700, from_month=APRIL.next)
    with clock.frozen(date(2022, 5, 9)):
        batch = drafted(people, month=APRIL.next)
    found = queries.compare_with_last_month(batch, by=people.payment_reviewer)
    assert (found.new, found.changed, found.ended, found.unchanged) == (1, 1, 1, 1)
    reasons = {change.kind: change.reason for change in found.changes}
    assert reasons["ended"] == "自愿退出"
    assert reasons["changed"] == "提标"


@pytest.fixture
def two_more_schemes(monkeypatch):
    """A catalogue with two schemes for single persons, prepared and reviewed as dibao is."""
    office, *others = catalogue.current().domains
    dibao = office.schemes[0]
    more = [replace(dibao, code=code, beneficiary="person") for code in ("alone", "care")]
    widened = catalogue.Catalogue([replace(office, schemes=(*office.schemes, *more)), *others])
    monkeypatch.setattr(catalogue, "current", lambda: widened)


def test_the_roles_of_a_batch_are_the_schemes_own(people, three):
    for prepared_by, reviewed_by in ((REVIEWER, PAYER), (PAYER, PAYER)):
        with pytest.raises(Mistake):
            actions.draft_batch(
                scheme=SCHEME, path=people.seat.county, month=APRIL, prepared_by=prepared_by,
                reviewed_by=reviewed_by, by=people.payer,
            )  # fmt: skip


def test_a_person_is_paid_like_a_household_but_under_their_own_scheme(people, three, two_more_schemes):
    alone = person()
    for scheme, group in (("assistance.alone", "assistance.living"), ("assistance.care", "")):
        actions.entitle(
            scheme=scheme, path=alone.path, class_ur="rural", amount=104383, from_month=APRIL, person=alone,
            exclusive_group=group, payee=payee_of(alone), basis=_basis(), by=people.county_approver,
        )  # fmt: skip
    batch = drafted(people, scheme="assistance.alone")
    assert (batch.count, batch.total) == (1, 104383)
    payment = batch.payments.get()
    assert (payment.person, payment.household) == (alone, None)
    assert drafted(people, scheme="assistance.care").count == 1
    assert drafted(people).count == 3


def test_one_card_for_two_households_is_a_warning(people, three):
    entitled(people.county_approver, account=three[0].account)
    batch = drafted(people)
    (found,) = queries.shared_accounts(batch, by=people.payment_reviewer)
    assert found.beneficiaries == 2
    assert three[0].pk in found.entitlement_ids


def test_reads_are_scoped(people, three):
    batch = approved(people)
    assert list(queries.batches(people.provincial_officer)) == [batch]
    assert not queries.batches(people.stranger).exists()
    with pytest.raises(NotFound):
        queries.batch_progress(batch, by=people.stranger)
    home = three[0].household
    assert queries.paid_of(home, by=people.clerk).count() == 1
    assert not queries.paid_of(home, by=people.stranger).exists()
    assert queries.paid_of(home, by=resident_of(three[0].payee)).count() == 1
    assert not queries.paid_of(home, by=people.resident).exists()
    assert queries.active_entitlements(path="22/", month=APRIL, by=people.payer).count() == 3
    assert not queries.active_entitlements(path="22/", month=APRIL.previous, by=people.payer).exists()
    assert not queries.active_entitlements(path="22/", month=APRIL, by=people.stranger).exists()
    assert queries.statement(path="22/", month=APRIL, by=people.stranger) == []


def _basis():
    return actions.Basis(decision_number="演示〔2022〕2号", rule_set="test-1", trace_sha="1" * 64)

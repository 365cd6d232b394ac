"""The month of all schemes: begun once, prepared part by part, resumed where it stopped, nobody passed over."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, Doubt, Entitlement, MonthlyRun, Payment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.monthly import actions
from minzheng.kernel.monthly.queries import run_progress, runs
from minzheng.kernel.people.models import Person
from tests.factories import cast, household, person
from tests.factories.money import APRIL, BASIS, SCHEME, allotted, approved, entitled
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
MAY = APRIL.next


@pytest.fixture
def people():
    with clock.frozen(date(2022, 5, 20)):
        yield cast()


def test_a_county_prepares_its_month_and_the_platform_the_province(people):
    mine = [entitled(people.county_approver, amount=n) for n in (38400, 100)]
    entitled(system("test"), path=NEXT_COUNTY.village)
    run = actions.start_run(path=people.seat.county, month=APRIL, by=people.payer)
    assert actions.carry_on(run.pk).state == "prepared"
    assert Batch.objects.get().count == len(mine)
    whole = actions.start_run(path="22/", month=MAY, by=system("monthly"))
    actions.carry_on(whole.pk)
    assert {one.path for one in Batch.objects.filter(month=MAY.first)} == {
        people.seat.county,
        NEXT_COUNTY.county,
    }
    progress = run_progress(whole)
    assert (progress.parts, progress.parts_done, progress.entitled_done) == (2, 2, 3)
    assert progress.percent == 100
    assert {one.pk for one in runs(people.payer)} == {run.pk}


def test_two_clicks_begin_one_run_and_a_stopped_one_is_resumed(people):
    entitled(people.county_approver)
    first = actions.start_run(path=people.seat.county, month=APRIL, by=people.payer)
    assert actions.start_run(path=people.seat.county, month=APRIL, by=people.payer).pk == first.pk
    MonthlyRun.objects.filter(pk=first.pk).update(state="running", started_at=clock.now())
    assert actions.unfinished() == [first.pk]
    actions.carry_on(first.pk)
    actions.carry_on(first.pk)
    assert Batch.objects.count() == Payment.objects.count() == 1
    assert actions.unfinished() == []


def test_only_a_payer_of_the_place_begins_and_no_month_before_its_time(people):
    entitled(people.county_approver)
    for by in (people.payment_reviewer, people.county_approver, people.resident, people.clerk):
        with pytest.raises(NotAllowed):
            actions.start_run(path=people.seat.county, month=APRIL, by=by)
    with pytest.raises(NotAllowed):
        actions.start_run(path=NEXT_COUNTY.county, month=APRIL, by=people.payer)
    with pytest.raises(Refused, match="尚未到来"):
        actions.start_run(path=people.seat.county, month=MAY.next, by=people.payer)
    with pytest.raises(Refused, match="没有需要发放"):
        actions.start_run(path=people.seat.county, month=APRIL.previous, by=people.payer)


def test_a_part_that_cannot_be_done_says_why_and_is_tried_again(people):
    entitled(people.county_approver)
    batch = approved(people)
    late = entitled(people.county_approver)
    run = actions.start_run(path=people.seat.county, month=APRIL, by=people.payer)
    ledger.draft_batch(
        scheme=SCHEME, path=people.seat.county, month=APRIL, prepared_by=batch.payer_role,
        reviewed_by=batch.reviewer_role, by=people.payer,
    )  # fmt: skip
    second = Batch.objects.latest("id")
    ledger.review(batch=second, seen=second.content_sha, by=people.payment_reviewer)
    assert actions.carry_on(run.pk).state == "failed"
    assert "已初核" in run.parts.get().message
    ledger.send_back(batch=second, reason="重编", by=people.payment_reviewer)
    actions.retry(run=run, by=people.payer)
    assert actions.carry_on(run.pk).state == "prepared"
    assert Payment.objects.filter(entitlement=late).count() == 1


def test_a_dead_payee_is_held_until_somebody_has_looked(people):
    row = entitled(people.county_approver)
    entitled(people.county_approver)
    Person.objects.filter(pk=row.payee_id).update(died_on=date(2022, 3, 5))
    run = actions.start_run(path=people.seat.county, month=APRIL, by=people.payer)
    actions.carry_on(run.pk)
    assert (Batch.objects.get().count, run.parts.get().held) == (1, 1)
    assert set(Doubt.objects.values_list("code", flat=True)) == {"payee_dead", "all_dead"}
    for doubt in Doubt.objects.all():
        with pytest.raises(NotAllowed):
            ledger.answer_doubt(doubt=doubt, answer=Doubt.Answer.PAY, words="已核", by=people.payer)
        ledger.answer_doubt(
            doubt=doubt, answer=Doubt.Answer.PAY, words="登记有误，本人健在", by=people.payment_reviewer
        )
    again = actions.start_run(path=people.seat.county, month=APRIL, by=people.payer)
    actions.carry_on(again.pk)
    assert Batch.objects.get().count == 2


def test_an_account_whose_check_digit_is_wrong_is_pointed_out_until_it_was_paid_to(people):
    row, other = (entitled(people.county_approver) for _ in range(2))
    digits = row.account[:-1] + str((int(row.account[-1]) + 1) % 10)
    Entitlement.objects.filter(pk=row.pk).update(account=digits)
    batch = approved(people)
    warned = Doubt.objects.get(code="account_digit")
    assert (warned.entitlement_id, warned.weight) == (row.pk, "warn")
    assert digits[-4:] in warned.detail
    assert {one.account for one in batch.payments.all()} == {digits, other.account}
    _drafted(people, month=MAY)
    assert not Doubt.objects.filter(code="account_digit", month=MAY.first).exists()


def test_a_household_that_moves_is_paid_by_the_new_place_from_the_next_month(people):
    row = entitled(people.county_approver, amount=50000)
    approved(people)
    events = system("events")
    to = {"to": ledger.NewPlace(path=NEXT_COUNTY.village, amount=46000, class_ur="rural"), "basis": BASIS,
          "reason": "户籍迁移"}  # fmt: skip
    with pytest.raises(NotAllowed):
        ledger.move(entitlement=row, from_month=MAY, by=people.county_approver, **to)
    with pytest.raises(Refused, match="由原发放地发放。请从 2022-05 起迁移"):
        ledger.move(entitlement=row, from_month=APRIL, by=events, **to)
    moved = ledger.move(entitlement=row, from_month=MAY, by=events, **to)
    with pytest.raises(Refused, match="迁入地与原发放地相同"):
        ledger.move(entitlement=moved, from_month=MAY, by=events, **to)
    run = actions.start_run(path="22/", month=MAY, by=system("monthly"))
    actions.carry_on(run.pk)
    [paid] = Payment.objects.filter(month=MAY.first)
    assert (paid.batch.path, paid.amount, paid.entitlement_id) == (NEXT_COUNTY.county, 46000, moved.pk)
    assert {one.path for one in moved.covered.all()} == {NEXT_COUNTY.village}


def test_what_is_still_to_be_made_up_is_paid_before_a_household_moves(people):
    row = entitled(people.county_approver)
    approved(people)
    owed = [ledger.Owed(row.pk, APRIL, MAY, 700)]
    ledger.make_up(rows=owed, from_month=MAY, basis=BASIS, reason="提高标准", place=people.seat.county,
                   by=people.county_approver)  # fmt: skip
    with pytest.raises(Refused, match="还有补发没有发出"):
        ledger.move(
            entitlement=row, to=ledger.NewPlace(path=NEXT_COUNTY.village, amount=1, class_ur="rural"),
            from_month=MAY, basis=BASIS, reason="户籍迁移", by=system("events"),
        )  # fmt: skip


def test_a_second_worker_takes_the_parts_the_first_is_not_at(people):
    entitled(people.county_approver)
    entitled(system("test"), path=NEXT_COUNTY.village)
    run = actions.start_run(path="22/", month=APRIL, by=system("monthly"))
    first, second = run.parts.order_by("id")
    actions.prepare_part(part=first, by=system("monthly"))
    assert MonthlyRun.objects.get().state == "waiting"
    assert actions.carry_on(run.pk).state == "prepared"
    second.refresh_from_db()
    assert (second.state, Batch.objects.count()) == ("done", 2)


def test_what_was_missed_is_made_up_in_one_payment_with_the_next_month(people):
    home = household(who := person())
    row = entitled(people.county_approver, home=home, members=(who,), amount=50000)
    ended = entitled(people.county_approver, amount=30000)
    approved(people)
    ledger.end(entitlement=ended, last_month=APRIL, reason="终止", by=people.county_approver)
    owed = [ledger.Owed(row.pk, APRIL, MAY, 2500), ledger.Owed(ended.pk, APRIL, MAY, 700)]
    words = {"from_month": MAY, "basis": BASIS, "reason": "提高标准", "place": people.seat.county}
    ledger.make_up(rows=owed, **words, by=people.county_approver)
    ledger.make_up(rows=owed, **words, by=people.county_approver)
    run = actions.start_run(path=people.seat.county, month=MAY, by=people.payer)
    actions.carry_on(run.pk)
    found = Payment.objects.filter(month=MAY.first).values_list("household_id", "regular", "makeup", "amount")
    assert set(found) == {(home.pk, 50000, 2500, 52500), (ended.household_id, 0, 700, 700)}
    approved(people, month=MAY)
    assert verify() == ()
    with pytest.raises(Refused, match="没有需要发放"):
        ledger.draft_batch(
            scheme=SCHEME, path=people.seat.county, month=MAY, prepared_by="assistance.payer",
            reviewed_by="assistance.payment_reviewer", by=people.payer,
        )  # fmt: skip


def test_a_claim_is_withheld_by_instalments_and_settled(people):
    row = entitled(people.county_approver, amount=50000)
    approved(people)
    owed = ledger.Owed(row.pk, APRIL, MAY, 12000)
    claim = ledger.claim(owed=owed, basis=BASIS, reason="多发", by=people.payer)
    with pytest.raises(Refused, match=r"不超过 100\.00 元"):
        ledger.instalments(recovery=claim, monthly=10001, from_month=MAY, by=people.payer)
    assert ledger.instalments(recovery=claim, monthly=7000, from_month=MAY, by=people.payer) == 2
    approved(people, month=MAY)
    paid = Payment.objects.get(month=MAY.first)
    assert (paid.regular, paid.withheld, paid.amount) == (50000, 7000, 43000)
    assert verify() == ()
    ledger.repay(recovery=claim, amount=4000, receipt="缴1", by=people.payer)
    with pytest.raises(Refused, match="已登记过"):
        ledger.repay(recovery=claim, amount=500, receipt="缴1", by=people.payer)
    with pytest.raises(Refused, match=r"尚未追回 10\.00 元"):
        ledger.repay(recovery=claim, amount=1001, receipt="缴2", by=people.payer)
    ledger.repay(recovery=claim, amount=1000, receipt="缴2", by=people.payer)
    claim.refresh_from_db()
    assert claim.state == "settled"
    assert verify() == ()


def test_a_repayment_cuts_the_last_instalment_and_what_is_under_review_counts_as_taken(people):
    row = entitled(people.county_approver, amount=50000)
    approved(people)
    claim = ledger.claim(
        owed=ledger.Owed(row.pk, APRIL, MAY, 12000), basis=BASIS, reason="多发", by=people.payer
    )
    with pytest.raises(Refused, match="已按“演示〔2022〕1号”立项追缴"):
        ledger.claim(owed=ledger.Owed(row.pk, APRIL, MAY, 1), basis=BASIS, reason="多发", by=people.payer)
    ledger.instalments(recovery=claim, monthly=5000, from_month=MAY, by=people.payer)
    ledger.repay(recovery=claim, amount=3000, receipt="缴1", by=people.payer)
    waiting = claim.instalments.filter(cancelled_at=None).order_by("from_month")
    assert [one.amount for one in waiting] == [5000, 4000]
    batch = _drafted(people, month=MAY)
    ledger.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    with pytest.raises(Refused, match=r"尚未追回 40\.00 元（另有 50\.00 元 正随批次复核扣回）"):
        ledger.repay(recovery=claim, amount=4001, receipt="缴2", by=people.payer)
    ledger.instalments(recovery=claim, monthly=2000, from_month=MAY, by=people.payer)
    planned = claim.instalments.filter(cancelled_at=None, carried=None)
    assert [(one.from_month.month, one.amount) for one in planned.order_by("from_month")] == [
        (6, 2000),
        (7, 2000),
    ]


def test_nothing_is_approved_above_the_years_budget(people):
    entitled(people.county_approver, amount=50000)
    allotted(people, amount=49999)
    batch = Batch.objects.get(pk=_drafted(people).pk)
    ledger.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    with pytest.raises(Refused, match=r"预算余额 499\.99 元"):
        ledger.review(batch=batch, seen=batch.content_sha, by=people.second_payment_reviewer)
    batch.refresh_from_db()
    assert batch.state == "first_reviewed"
    allotted(people, amount=1)
    ledger.review(batch=batch, seen=batch.content_sha, by=people.second_payment_reviewer)
    assert verify() == ()


def _drafted(people, month=APRIL):
    run = actions.start_run(path=people.seat.county, month=month, by=people.payer)
    actions.carry_on(run.pk)
    return run.parts.get().batch

"""A township's reserve fund: the worked test, every no, raw SQL, and the books beside the register."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import ReserveFund, ReserveMove, ReservePayment, Settlement, TopUp
from minzheng.kernel.funds.queries import standing
from minzheng.kernel.ledger.models import Budget, Journal, Line
from minzheng.kernel.ledger.proof import verify
from tests.factories import cast, person, place, staff
from tests.factories.money import RESERVE, allotted, payout, reserved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2022, 6, 1)


@pytest.fixture
def people():
    with clock.frozen(DAY):
        yield cast()


@pytest.fixture
def somebody(people):
    return person(path=people.seat.village)


def paid(people, somebody, case_id, yuan, **more):
    facts = {"path": people.seat.village, "person": somebody, **more}
    return funds.pay(
        reserve=RESERVE,
        payout=payout(case_id, yuan * 100, **facts),
        signed_by=people.township_approver,
        by=people.clerk,
    )


def balances(path):
    """Every account of a place: debits less credits."""
    found: dict[tuple[str, str], int] = {}
    for line in Line.objects.filter(account__path=path).select_related("account"):
        key = (line.account.fund, line.account.kind)
        found[key] = found.get(key, 0) + line.debit - line.credit
    return found


def test_t_sa_17_three_payments_leave_19_000_and_a_request_for_more(people, somebody):
    fund = reserved(people, quota=50_000_00)
    for case_id, yuan in ((1, 3_000), (2, 12_000)):
        paid(people, somebody, case_id, yuan)
        assert not TopUp.objects.exists()
    paid(people, somebody, 3, 16_000)
    fund.refresh_from_db()
    assert fund.balance == 19_000_00
    request = TopUp.objects.get()
    assert (request.automatic, request.amount, request.balance) == (True, 31_000_00, 19_000_00)
    assert request.due_on == date(2022, 6, 7)  # three working days; Friday 3 June is a holiday
    assert balances(fund.path) == {
        ("reserve", "advance"): 19_000_00, ("reserve", "budget"): 31_000_00, ("reserve", "appropriation"): -50_000_00,
    }  # fmt: skip
    assert verify() == ()


def test_the_line_is_forty_percent_of_the_quota_itself_not_below(people, somebody):
    reserved(people, quota=40_000_00)
    paid(people, somebody, 1, 19_000)
    paid(people, somebody, 2, 5_000)
    assert not TopUp.objects.exists()
    paid(people, somebody, 3, 1)
    assert TopUp.objects.get().amount == 24_001_00


def test_an_advance_takes_the_money_out_of_the_county_s_budget(people):
    fund = reserved(people, quota=50_000_00, advance=0)
    with pytest.raises(Refused, match="不足以拨付"):
        funds.advance(fund=fund, amount=1, document="拨1", by=people.payer)
    allotted(people, amount=30_000_00, scheme=fund.scheme, year=2022)
    with pytest.raises(Refused, match=r"预算余额 30,000\.00"):
        funds.advance(fund=fund, amount=30_000_01, document="拨1", by=people.payer)
    funds.advance(fund=fund, amount=30_000_00, document="拨1", by=people.payer)
    assert Budget.objects.get().left == 0
    assert balances(people.seat.county) == {("county", "cash"): 0, ("county", "appropriation"): 0}
    with pytest.raises(Refused, match="已经登记过"):
        funds.advance(fund=fund, amount=1, document="拨1", by=people.payer)
    assert verify() == ()


def test_no_more_is_advanced_than_the_quota_and_a_new_quota_allows_it(people):
    fund = reserved(people, quota=20_000_00)
    allotted(people, amount=10_000_00, scheme=fund.scheme, year=2022)
    with pytest.raises(Refused, match="超过核定额度"):
        funds.advance(fund=fund, amount=1, document="拨2", by=people.payer)
    again = funds.set_quota(
        reserve=RESERVE,
        path=fund.path,
        year=2022,
        amount=30_000_00,
        document="民备2",
        by=people.payment_reviewer,
    )
    assert again.pk == fund.pk
    funds.advance(fund=fund, amount=10_000_00, document="拨2", by=people.payer)
    fund.refresh_from_db()
    assert (fund.quota, fund.balance, fund.quotas.count()) == (30_000_00, 30_000_00, 2)


def test_a_quota_keeps_the_grounds_it_was_fixed_on(people, somebody):
    fund = reserved(people, quota=20_000_00)
    assert fund.quotas.get().population >= 1
    paid(people, somebody, 1, 500)
    with clock.frozen(date(2023, 1, 5)):
        later = reserved(people, quota=20_000_00, advance=0)
    assert later.quotas.get().used_before == 500_00


def test_whoever_pays_has_not_approved(people, somebody):
    reserved(people)
    both = staff("clerk", "township_approver", at=people.seat.township)
    facts = payout(1, 100, path=people.seat.village, person=somebody)
    with pytest.raises(Refused, match="不同的两人"):
        funds.pay(reserve=RESERVE, payout=facts, signed_by=both, by=both)
    for by, signed in (
        (people.investigator, people.township_approver),
        (people.clerk, people.investigator),
        (people.county_approver, people.township_approver),
        (people.payer, people.township_approver),
    ):
        with pytest.raises(NotAllowed):
            funds.pay(reserve=RESERVE, payout=facts, signed_by=signed, by=by)
    with pytest.raises(NotFound):
        funds.pay(reserve=RESERVE, payout=facts, signed_by=people.township_approver, by=people.stranger)
    assert not ReservePayment.objects.exists()


def test_one_stage_of_one_case_is_paid_once(people, somebody):
    reserved(people)
    paid(people, somebody, 1, 300)
    with pytest.raises(Refused, match="不能重复支付"):
        paid(people, somebody, 1, 300)
    paid(people, somebody, 1, 300, stage="2")
    assert ReservePayment.objects.count() == 2


def test_one_case_stays_within_its_cap_with_all_its_stages(people, somebody):
    reserved(people, quota=60_000_00)
    paid(people, somebody, 1, 15_000)
    with pytest.raises(Refused, match="超过单件限额"):
        paid(people, somebody, 1, 5_001, stage="2")
    paid(people, somebody, 1, 5_000, stage="2")


def test_more_than_the_balance_is_not_paid(people, somebody):
    fund = reserved(people, quota=10_000_00)
    with pytest.raises(Refused, match=r"余额 10,000\.00 元，不足"):
        paid(people, somebody, 1, 10_001)
    paid(people, somebody, 1, 10_000)
    fund.refresh_from_db()
    assert fund.balance == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"witness": "", "evidence": ()}, "领取凭证照片"),
        ({"method": "wish"}, "支付方式"),
        ({"payee": " "}, "领取人"),
    ],
)
def test_a_payment_names_payee_way_and_proof(people, somebody, more, why):
    reserved(people)
    with pytest.raises(Refused, match=why):
        paid(people, somebody, 1, 100, **more)


def test_without_a_fund_of_the_year_nothing_is_paid(people, somebody):
    with pytest.raises(Refused, match="还没有核定"):
        paid(people, somebody, 1, 100)
    reserved(people)
    with clock.frozen(date(2023, 1, 3)), pytest.raises(Refused, match="2023 年还没有核定"):
        paid(people, somebody, 1, 100)


def test_money_of_one_township_is_not_for_another(people, somebody):
    reserved(people)
    other = place("220122102")
    elsewhere = staff("clerk", at=other)
    approver = staff("township_approver", at=other)
    with pytest.raises(Refused, match="还没有核定"):
        funds.pay(
            reserve=RESERVE,
            payout=payout(1, 100, path=other, person=somebody),
            signed_by=approver,
            by=elsewhere,
        )
    with pytest.raises(NotFound):
        funds.pay(
            reserve=RESERVE, payout=payout(1, 100, path=people.seat.village, person=somebody), signed_by=approver,
            by=elsewhere,
        )  # fmt: skip


def test_what_comes_back_may_be_paid_again_and_never_exceeds_what_was_paid(people, somebody):
    fund = reserved(people, quota=10_000_00)
    payment = paid(people, somebody, 1, 10_000)
    with pytest.raises(Refused, match="最多还可退回"):
        funds.give_back(payment=payment, amount=10_000_01, reason="领取人退回", by=people.clerk)
    funds.give_back(payment=payment, amount=4_000_00, reason="领取人退回", by=people.clerk)
    with pytest.raises(Refused, match="最多还可退回"):
        funds.give_back(payment=payment, amount=6_000_01, reason="领取人退回", by=people.clerk)
    fund.refresh_from_db()
    assert fund.balance == 4_000_00
    assert balances(fund.path)[("reserve", "budget")] == 6_000_00
    assert verify() == ()


def test_the_township_settles_the_month_and_another_approves_it(people, somebody):
    fund = reserved(people)
    for case_id in (1, 2):
        paid(people, somebody, case_id, 100)
    with clock.frozen(date(2022, 7, 12)):
        assert standing(fund).settle_late
        batch = funds.settle(fund=fund, until=date(2022, 6, 30), by=people.clerk)
        assert (batch.count, batch.total) == (2, 200_00)
        with pytest.raises(Refused, match="正在县级审核"):
            funds.settle(fund=fund, until=date(2022, 6, 30), by=people.clerk)
        with pytest.raises(NotAllowed):
            funds.decide_settlement(settlement=batch, approved=True, by=people.clerk)
        with pytest.raises(Refused, match="退回理由"):
            funds.decide_settlement(settlement=batch, approved=False, by=people.payment_reviewer)
        funds.decide_settlement(settlement=batch, approved=False, reason="缺领条", by=people.payment_reviewer)
        again = funds.settle(fund=fund, until=date(2022, 6, 30), by=people.clerk)
        funds.decide_settlement(settlement=again, approved=True, by=people.payment_reviewer)
        with pytest.raises(Refused, match="已核销"):
            funds.decide_settlement(settlement=again, approved=True, by=people.payment_reviewer)
        assert not standing(fund).settle_late
    assert set(ReservePayment.objects.values_list("settlement__state", flat=True)) == {"approved"}


def test_a_settlement_is_late_only_after_the_tenth_a_sunday_here(people, somebody):
    fund = reserved(people)
    paid(people, somebody, 1, 100)
    for day, late in ((date(2022, 6, 30), False), (date(2022, 7, 11), False), (date(2022, 7, 12), True)):
        with clock.frozen(day):
            assert standing(fund).settle_late is late


def test_a_request_is_decided_by_the_county_and_met_by_the_advance(people, somebody):
    fund = reserved(people, quota=10_000_00)
    paid(people, somebody, 1, 7_000)
    request = TopUp.objects.get()
    with pytest.raises(Refused, match="正在办理"):
        funds.request_top_up(fund=fund, amount=1_00, reason="火灾多发", by=people.clerk)
    with pytest.raises(NotAllowed):
        funds.decide_top_up(top_up=request, amount=7_000_00, by=people.payer)
    with pytest.raises(Refused, match="之间"):
        funds.decide_top_up(top_up=request, amount=7_000_01, by=people.payment_reviewer)
    funds.decide_top_up(top_up=request, amount=5_000_00, by=people.payment_reviewer)
    allotted(people, amount=5_000_00, scheme=fund.scheme, year=2022)
    funds.advance(fund=fund, amount=5_000_00, document="补1", by=people.payer)
    request.refresh_from_db()
    fund.refresh_from_db()
    assert (request.state, fund.balance) == ("advanced", 8_000_00)
    funds.request_top_up(fund=fund, amount=2_000_00, reason="火灾多发", by=people.clerk)


def test_at_the_year_s_end_the_rest_goes_back_and_the_fund_is_closed(people, somebody):
    fund = reserved(people, quota=10_000_00)
    paid(people, somebody, 1, 2_500)
    with pytest.raises(Refused, match="12 月起"):
        funds.clear(fund=fund, by=people.payer)
    with clock.frozen(date(2022, 12, 30)):
        with pytest.raises(Refused, match="没有核销"):
            funds.clear(fund=fund, by=people.payer)
        batch = funds.settle(fund=fund, until=date(2022, 12, 30), by=people.clerk)
        funds.decide_settlement(settlement=batch, approved=True, by=people.payment_reviewer)
        with pytest.raises(NotAllowed):
            funds.clear(fund=fund, by=people.clerk)
        fund = funds.clear(fund=fund, by=people.payer)
        assert (fund.state, fund.balance, fund.cleared) == ("closed", 0, 7_500_00)
        assert Budget.objects.get().left == 7_500_00
        assert balances(people.seat.county)[("county", "cash")] == 7_500_00
        with pytest.raises(Refused, match="已清缴"):
            paid(people, somebody, 2, 1)
        with pytest.raises(Refused, match="已清缴"):
            funds.clear(fund=fund, by=people.payer)
    assert verify() == ()


def test_quota_and_advance_are_the_county_s_and_never_one_person_s_duty(people):
    with pytest.raises(NotAllowed):
        reserved_by(people, people.payer)
    with pytest.raises(NotAllowed):
        reserved_by(people, people.clerk)
    with pytest.raises(NotFound):
        reserved_by(people, people.stranger)
    fund = reserved(people, advance=0)
    allotted(people, amount=100_00, scheme=fund.scheme, year=2022)
    for who in (people.payment_reviewer, people.clerk, people.township_approver):
        with pytest.raises(NotAllowed):
            funds.advance(fund=fund, amount=100, document="拨9", by=who)


def reserved_by(people, by):
    return funds.set_quota(
        reserve=RESERVE, path=people.seat.township, year=2022, amount=1_00, document="民备1", by=by
    )


def test_a_fund_is_a_township_s(people):
    with pytest.raises(Refused, match="乡镇"):
        funds.set_quota(
            reserve=RESERVE, path=people.seat.county, year=2022, amount=1_00, document="民备1",
            by=people.payment_reviewer,
        )  # fmt: skip


# --- Round the program ----------------------------------------------------------------------------------


def run(statement):
    """Raw SQL in a transaction of its own, deferred checks included."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


_COPY = (
    "INSERT INTO funds_reservepayment (fund_id, path, case_id, case_number, stage, person_id, payee, method, amount,"
    ' purpose, evidence, witness, officer, officer_name, approver, approver_name, "on", at)'
    " SELECT fund_id, {path}, {case}, case_number, {stage}, person_id, payee, method, {amount}, purpose, evidence,"
    ' witness, officer, officer_name, {approver}, approver_name, "on", at FROM funds_reservepayment LIMIT 1'
)


def copied(*, path="path", case="case_id", stage="'9'", amount="amount", approver="approver", also=""):
    return _COPY.format(path=path, case=case, stage=stage, amount=amount, approver=approver) + also


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funds_reservefund SET paid = advanced + 1",
        "UPDATE funds_reservefund SET paid = paid + 1",
        "UPDATE funds_reservefund SET paid = 0",
        "UPDATE funds_reservefund SET advanced = advanced + 100000",
        "UPDATE funds_reservefund SET returned = 1",
        "UPDATE funds_reservefund SET path = '22/'",
        "UPDATE funds_reservefund SET year = 2021",
        "UPDATE funds_reservefund SET state = 'closed', closed_at = now()",
        "DELETE FROM funds_reservefund",
        "UPDATE funds_reservepayment SET amount = 1",
        "UPDATE funds_reservepayment SET approver = officer",
        "UPDATE funds_reservepayment SET case_id = 9",
        "DELETE FROM funds_reservepayment",
        "UPDATE funds_reservemove SET amount = amount + 1",
        "DELETE FROM funds_reservemove",
        "UPDATE funds_reservequota SET amount = 1",
        copied(),  # a payment more, without its total
        copied(amount="5000000", also="; UPDATE funds_reservefund SET paid = paid + 5000000"),  # overdrawn
        copied(stage="stage", also="; UPDATE funds_reservefund SET paid = paid * 2"),  # twice
        copied(case="0", also="; UPDATE funds_reservefund SET paid = paid * 2"),  # for no case
        copied(approver="officer", also="; UPDATE funds_reservefund SET paid = paid * 2"),  # one signature
        copied(path="'22/2201/220122/220122102/'", also="; UPDATE funds_reservefund SET paid = paid * 2"),
        'INSERT INTO funds_reservemove (fund_id, path, kind, amount, document, payment_id, "on", at, by, by_name)'
        " SELECT fund_id, path, 'back', amount + 1, 'x', id, \"on\", at, 'user:1', 'x' FROM funds_reservepayment;"
        " UPDATE funds_reservefund SET returned = paid + 1",
        "TRUNCATE funds_reservepayment CASCADE",
    ],
)
def test_the_database_refuses_raw_sql(people, somebody, statement):
    reserved(people, quota=20_000_00)
    paid(people, somebody, 1, 1_000)
    with pytest.raises(DatabaseError):
        run(statement)
    assert verify() == ()


def test_what_is_settled_is_not_taken_out_again(people, somebody):
    fund = reserved(people)
    paid(people, somebody, 1, 100)
    batch = funds.settle(fund=fund, until=DAY, by=people.clerk)
    funds.decide_settlement(settlement=batch, approved=True, by=people.payment_reviewer)
    for statement in (
        "UPDATE funds_reservepayment SET settlement_id = NULL",
        "UPDATE funds_settlement SET state = 'submitted', decided_at = NULL",
        "UPDATE funds_settlement SET total = 1",
        "DELETE FROM funds_settlement",
    ):
        with pytest.raises(DatabaseError):
            run(statement)
    assert Settlement.objects.get().state == "approved"


def tampered(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (
            "funds_reservefund",
            "funds_reservepayment",
            "funds_reservemove",
            "ledger_journal",
            "ledger_line",
        ):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE funds_reservefund SET paid = paid - 1", "reserve_totals"),
        ("UPDATE funds_reservefund SET paid = paid - 1", "reserve_differs"),
        ("UPDATE funds_reservepayment SET amount = amount - 1", "reserve_unbooked"),
        ("UPDATE funds_reservepayment SET case_id = 77", "reserve_unbooked"),
        ("DELETE FROM funds_reservepayment", "reserve_unbooked"),
        ("UPDATE funds_reservepayment SET path = '22/2201/220122/220122102/'", "reserve_signatures"),
        ("UPDATE ledger_line SET credit = credit + 1 WHERE credit = 100000", "reserve_differs"),
    ],
)
def test_the_proof_names_what_was_tampered_with(people, somebody, statement, code):
    reserved(people, quota=20_000_00)
    paid(people, somebody, 1, 1_000)
    assert verify() == ()
    tampered(statement)
    assert code in {one.code for one in verify()}


def test_every_step_is_a_journal_with_its_case_and_one_audit_row(people, somebody):
    reserved(people)
    payment = paid(people, somebody, 5, 100)
    journal = Journal.objects.get(kind="reserve_paid")
    assert (journal.case_id, journal.subject, journal.total) == (
        5,
        f"funds.reservepayment:{payment.pk}",
        100_00,
    )
    assert ReserveMove.objects.get().kind == "advance"
    assert ReserveFund.objects.get().paid == 100_00
    assert payment.on == DAY

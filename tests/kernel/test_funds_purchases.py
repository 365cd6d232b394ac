"""Bought services: the cap at signing, delivery with proof, acceptance by another, payment once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import catalogue, clock
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract, Handover, PurchaseYear
from minzheng.kernel.funds.queries import year_of
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Budget, Fund, Journal
from minzheng.kernel.ledger.proof import verify
from tests.factories import cast, staff
from tests.factories.money import terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2022, 6, 1)
PURCHASE = "assistance.purchase"


@pytest.fixture
def people():
    with clock.frozen(DAY):
        yield cast()


def received(people, central, province):
    """Yuan from above for the county's schemes."""
    for fund, scheme, yuan in ((Fund.CENTRAL, "dibao", central), (Fund.PROVINCE, "temporary", province)):
        if not yuan:
            continue
        ledger.allot(
            scheme=f"assistance.{scheme}", path=people.seat.county, fund=fund, year=2022, amount=yuan * 100,
            document=f"财社〔2022〕{fund}", by=people.payment_reviewer,
        )  # fmt: skip


def signed(people, number, yuan, /, **more):
    return funds.sign(
        purchasing=PURCHASE,
        path=people.seat.county,
        terms=terms(number, yuan, **more),
        by=people.county_approver,
    )


def meter(people):
    declared = catalogue.current().purchasing(PURCHASE)
    return year_of(declared, path=people.seat.county, year=2022)


def test_t_sa_14_the_contract_that_would_break_the_cap_is_refused(people):
    received(people, 310_000_000, 92_000_000)
    signed(people, "购1", 7_900_000)
    with pytest.raises(Refused, match=r"共 8,050,000\.00 元，超过上限 8,040,000\.00 元") as refused:
        signed(people, "购2", 150_000)
    assert "amount" in refused.value.errors
    assert PurchaseYear.objects.get().signed == 7_900_000_00
    signed(people, "购2", 140_000)
    assert meter(people).percent == 100
    with pytest.raises(Refused, match="超过上限"):
        signed(people, "购3", 1, unit_price=1)


def test_it_warns_from_eighty_percent_inclusive(people):
    received(people, 310_000_000, 92_000_000)
    signed(people, "购1", 6_431_999)
    assert not meter(people).warns
    signed(people, "购2", 1)
    assert meter(people).warns


def test_money_of_the_county_itself_does_not_count(people):
    ledger.allot(
        scheme="assistance.dibao", path=people.seat.county, fund=Fund.COUNTY, year=2022, amount=10**12,
        document="县财1", by=people.payment_reviewer,
    )  # fmt: skip
    assert meter(people).limit == 0
    with pytest.raises(Refused, match="超过上限"):
        signed(people, "购1", 1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"provider_code": "52220000500000015X"}, "provider_code"),
        ({"service": "karaoke"}, "service"),
        ({"people": 0}, "people"),
        ({"until_on": date(2022, 5, 31)}, "until_on"),
        ({"unit_price": 0}, "unit_price"),
        ({"provider": " "}, "provider"),
        ({"acceptance": ""}, "acceptance"),
    ],
)
def test_a_contract_says_what_it_must_each_gap_beside_its_field(people, more, field):
    received(people, 1_000_000, 0)
    with pytest.raises(Refused) as refused:
        signed(people, "购1", 100, **more)
    assert field in refused.value.errors
    assert not Contract.objects.exists()


def test_a_number_is_signed_once_and_only_by_the_county_s_signer(people):
    received(people, 10_000_000, 0)
    signed(people, "购1", 100)
    with pytest.raises(Refused, match="已经登记过"):
        signed(people, "购1", 100)
    for who in (people.payer, people.purchaser, people.payment_reviewer):
        with pytest.raises(NotAllowed):
            funds.sign(purchasing=PURCHASE, path=people.seat.county, terms=terms("购2", 1), by=who)
    with pytest.raises(NotAllowed):
        funds.sign(purchasing=PURCHASE, path=people.seat.county, terms=terms("购2", 1), by=people.clerk)
    with pytest.raises(NotFound):
        funds.sign(purchasing=PURCHASE, path=people.seat.county, terms=terms("购2", 1), by=people.stranger)


def delivered(people, contract, period="6月", yuan=5_000):
    return funds.deliver(
        contract=contract,
        period=period,
        served=100,
        claimed=yuan * 100,
        record="走访记录100份",
        by=people.purchaser,
    )


def test_delivered_accepted_by_another_and_paid_once_into_the_ledger(people):
    received(people, 10_000_000, 5_000_000)
    row = delivered(people, signed(people, "购1", 20_000))
    with pytest.raises(Refused, match="待验收"):
        funds.pay_for(handover=row, scheme="assistance.dibao", fund=Fund.CENTRAL, by=people.payer)
    with pytest.raises(NotAllowed):
        funds.accept(handover=row, accepted=100, opinion="合格", by=people.purchaser)
    with pytest.raises(Refused, match="之间"):
        funds.accept(handover=row, accepted=5_000_01, opinion="合格", by=people.county_approver)
    funds.accept(handover=row, accepted=4_000_00, opinion="缺20份记录", by=people.county_approver)
    with pytest.raises(Refused, match="列支项目"):
        funds.pay_for(handover=row, scheme="assistance.edge", fund=Fund.CENTRAL, by=people.payer)
    funds.pay_for(handover=row, scheme="assistance.dibao", fund=Fund.CENTRAL, by=people.payer)
    with pytest.raises(Refused, match="已付款"):
        funds.pay_for(handover=row, scheme="assistance.dibao", fund=Fund.CENTRAL, by=people.payer)
    journal = Journal.objects.get(kind="contract")
    assert (journal.total, journal.reference) == (4_000_00, f"contract/paid/{row.pk}")
    assert Budget.objects.get(fund="central").committed == 4_000_00
    assert verify() == ()


def test_whoever_registered_does_not_accept_and_whoever_accepted_does_not_pay(people):
    received(people, 10_000_000, 0)
    all_in_one = staff("purchaser", "county_approver", "payer", at=people.seat.county)
    contract = signed(people, "购1", 20_000)
    row = funds.deliver(
        contract=contract, period="6月", served=1, claimed=100_00, record="记录", by=all_in_one
    )
    with pytest.raises(Refused, match="不能验收本人登记"):
        funds.accept(handover=row, accepted=100, opinion="合格", by=all_in_one)
    funds.accept(handover=row, accepted=100_00, opinion="合格", by=people.county_approver)
    with pytest.raises(Refused, match="不能付款"):
        funds.pay_for(handover=row, scheme="assistance.dibao", fund=Fund.CENTRAL, by=all_in_one)


def test_a_budget_that_is_not_there_pays_nothing(people):
    received(people, 10_000_000, 0)
    row = delivered(people, signed(people, "购1", 20_000))
    funds.accept(handover=row, accepted=5_000_00, opinion="合格", by=people.county_approver)
    with pytest.raises(Refused, match="预算余额"):
        funds.pay_for(handover=row, scheme="assistance.dibao", fund=Fund.COUNTY, by=people.payer)
    row.refresh_from_db()
    assert row.state == "accepted"


def test_no_more_is_delivered_than_the_contract_is_worth(people):
    received(people, 10_000_000, 0)
    contract = signed(people, "购1", 10_000)
    first = delivered(people, contract, yuan=6_000)
    with pytest.raises(Refused, match="剩余金额 4,000"):
        delivered(people, contract, "7月", 4_001)
    with pytest.raises(Refused, match="已经登记过"):
        delivered(people, contract, yuan=1)
    funds.accept(handover=first, accepted=0, opinion="没有到访", by=people.county_approver)
    delivered(people, contract, yuan=10_000)
    assert Handover.objects.filter(state="refused").count() == 1


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funds_contract SET amount = amount + 1",
        "DELETE FROM funds_contract",
        "UPDATE funds_purchaseyear SET signed = 0",
        "UPDATE funds_purchaseyear SET signed = cap + 1",
        "DELETE FROM funds_purchaseyear",
        "UPDATE funds_handover SET claimed = claimed + 1",
        "UPDATE funds_handover SET accepted = 1",
        "UPDATE funds_handover SET state = 'delivered', accepted = NULL, accepted_by = ''",
        "UPDATE funds_handover SET state = 'paid', paid_at = now(), paid_by = accepted_by",
        "UPDATE funds_handover SET accepted_by = registered_by",
        "DELETE FROM funds_handover",
        "TRUNCATE funds_contract CASCADE",
    ],
)
def test_the_database_refuses_raw_sql(people, statement):
    received(people, 10_000_000, 0)
    row = delivered(people, signed(people, "购1", 20_000))
    funds.accept(handover=row, accepted=5_000_00, opinion="合格", by=people.county_approver)
    with pytest.raises(DatabaseError):
        run(statement)
    assert verify() == ()

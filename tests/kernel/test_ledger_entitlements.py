"""Entitlements: intervals close and open, amounts are never edited, nobody is covered twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Covered, Entitlement, Payment
from tests.factories import NEXT_COUNTY, cast, household, person, place
from tests.factories.money import (
    APRIL,
    BASIS,
    GROUP,
    SCHEME,
    a_card,
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


def change(row, people, *, from_month=APRIL.next, amount=50000, **more):
    return actions.change_amount(
        entitlement=row, from_month=from_month, amount=amount, basis=BASIS, reason="收入变化",
        by=people.county_approver, **more,
    )  # fmt: skip


def test_a_change_closes_one_interval_and_opens_the_next(people):
    members = (person(), person(), person())
    old = entitled(people.county_approver, members=members)
    new = change(old, people, members=members[:2])
    old.refresh_from_db()
    assert (old.state, old.until_month, old.amount) == ("superseded", date(2022, 5, 1), 38400)
    assert (new.state, new.from_month, new.amount, new.supersedes) == (
        "current",
        date(2022, 5, 1),
        50000,
        old,
    )
    assert new.covered.count() == 2
    assert set(old.covered.values_list("until_month", flat=True)) == {date(2022, 5, 1)}


def test_gradual_exit_pays_the_grace_months_and_then_stops(people):
    """T-SA-05: over the standard on 20 March with six months of grace, paid April to September."""
    row = entitled(people.county_approver)
    actions.end(entitlement=row, last_month=Month(2022, 9), reason="就业渐退", by=people.county_approver)
    for month in Month(2022, 4).until(Month(2022, 10)):
        with clock.frozen(month.last):
            assert approved(people, month=month).count == 1
    for month in Month(2022, 10).until(Month(2022, 12)):
        with clock.frozen(month.last), pytest.raises(Refused, match="没有需要发放"):
            approved(people, month=month)


def test_an_end_may_be_brought_forward_but_not_put_off(people):
    row = entitled(people.county_approver)
    actions.end(entitlement=row, last_month=Month(2022, 9), reason="渐退", by=people.county_approver)
    actions.end(entitlement=row, last_month=Month(2022, 6), reason="去世", by=people.county_approver)
    with pytest.raises(Refused, match="只能提前"):
        actions.end(entitlement=row, last_month=Month(2022, 8), reason="?", by=people.county_approver)
    row.refresh_from_db()
    assert row.until_month == date(2022, 7, 1)


def test_an_entitlement_that_never_began_pays_nothing(people):
    row = entitled(people.county_approver)
    actions.end(entitlement=row, last_month=APRIL.previous, reason="录入有误", by=people.county_approver)
    with pytest.raises(Refused, match="没有需要发放"):
        drafted(people)
    entitled(people.county_approver, home=row.household, members=(row.payee,))


def test_months_already_approved_are_not_taken_back(people):
    row = entitled(people.county_approver)
    approved(people)
    with pytest.raises(Refused, match="追缴"):
        actions.end(entitlement=row, last_month=APRIL.previous, reason="去世", by=people.county_approver)
    with pytest.raises(Refused, match="追缴"):
        change(row, people, from_month=APRIL)
    change(row, people)


def test_a_household_has_one_entitlement_of_a_scheme_at_a_time(people):
    row = entitled(people.county_approver)
    with pytest.raises(Refused, match="同一项目") as met:
        entitled(people.county_approver, home=row.household, members=(row.payee,))
    assert met.value.code == "entitled_already"
    assert Entitlement.objects.count() == 1


def test_one_person_in_one_dibao_or_tekun_household_in_the_whole_province(people):
    mine = person()
    entitled(people.county_approver, members=(mine, person()))
    elsewhere = place(NEXT_COUNTY.village.split("/")[-2])
    other = household(person(path=elsewhere), path=elsewhere)
    with pytest.raises(Refused) as met:
        actions.entitle(
            scheme="assistance.tekun", path=elsewhere, class_ur="rural", amount=1000, from_month=APRIL.next,
            person=mine, exclusive_group=GROUP, payee=payee_of(mine), basis=BASIS, by=people.stranger,
        )  # fmt: skip
    assert met.value.code == "covered_already"
    assert BASIS.decision_number not in met.value.message
    assert "由其他地方经办" in met.value.message
    assert Entitlement.objects.filter(scheme="assistance.tekun").count() == 0
    assert other.pk


def test_the_next_county_may_take_over_from_the_month_after(people):
    mine = person()
    row = entitled(people.county_approver, members=(mine,))
    actions.end(entitlement=row, last_month=APRIL, reason="迁出", by=people.county_approver)
    elsewhere = place(NEXT_COUNTY.village.split("/")[-2])

    def take_over(month):
        return actions.entitle(
            scheme="assistance.tekun", path=elsewhere, class_ur="rural", amount=1000, from_month=month,
            person=mine, exclusive_group=GROUP, payee=payee_of(mine), basis=BASIS, by=people.stranger,
        )  # fmt: skip

    with pytest.raises(Refused, match="至 2022-04 止"):
        take_over(APRIL)
    assert take_over(APRIL.next).covered.get().person == mine


def test_an_agent_needs_an_agreement_and_the_owner_must_be_known(people):
    mine, agent = person(name="测立秋"), person(name="测代办")
    home = household(mine)

    def grant(payee):
        return actions.entitle(
            scheme=SCHEME, path=home.path, class_ur="rural", amount=1, from_month=APRIL, household=home,
            payee=payee, basis=BASIS, by=people.county_approver,
        )  # fmt: skip

    with pytest.raises(Refused, match="代领协议"):
        grant(actions.Payee(person=agent, account=a_card(), owner=agent.name))
    with pytest.raises(Refused, match="既不是家庭成员"):
        grant(actions.Payee(person=mine, account=a_card(), owner="测他人"))
    with pytest.raises(Refused, match="银行卡号"):
        grant(actions.Payee(person=mine, account="12", owner=mine.name))
    row = grant(actions.Payee(person=agent, account=a_card(), owner=agent.name, agreement="协-1"))
    assert row.agreement == "协-1"


def test_no_amount_no_place_no_grant(people):
    for amount in (0, -1, True):
        with pytest.raises(Refused, match="大于零"):
            entitled(people.county_approver, amount=amount)
    with pytest.raises(NotAllowed):
        entitled(people.stranger)
    with pytest.raises(NotAllowed):
        entitled(people.resident)
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entitlement SET amount = amount + 1",
        "UPDATE ledger_entitlement SET from_month = '2022-01-01'",
        "UPDATE ledger_entitlement SET decision_number = 'x'",
        "UPDATE ledger_entitlement SET until_month = '2022-05-02'",
        "DELETE FROM ledger_covered",
        "DELETE FROM ledger_entitlement",
        "INSERT INTO ledger_covered (path, entitlement_id, person_id, exclusive_group, from_month)"
        " SELECT path, entitlement_id + 1, person_id, exclusive_group, '2023-01-01' FROM ledger_covered",
    ],
)
def test_the_database_refuses_raw_sql_on_entitlements(people, statement):
    entitled(people.county_approver)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entitlement.objects.get().amount == 38400
    assert Covered.objects.count() == 1
    assert not Payment.objects.exists()


def test_an_ended_interval_cannot_be_reopened_in_raw_sql(people):
    row = entitled(people.county_approver)
    actions.end(entitlement=row, last_month=APRIL, reason="去世", by=people.county_approver)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entitlement SET until_month = NULL")

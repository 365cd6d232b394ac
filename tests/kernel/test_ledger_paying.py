"""The office's own account in a bank file: typed by one, confirmed by another, kept with each file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import BankFile, Fund, PayingAccount
from minzheng.kernel.ledger.sending import bank_file
from minzheng.kernel.standards.actions import set_parameter
from tests.factories import cast, user_of
from tests.factories.money import SCHEME, approved, entitled, paid_from

pytestmark = pytest.mark.django_db
DAY = date(2022, 4, 20)


@pytest.fixture
def people():
    with clock.frozen(DAY):
        found = cast()
        set_parameter(
            parameter="ledger.bank_layout", path=found.seat.county, from_on=date(2022, 1, 1), value="pain001",
            unit="code", source="银行协议", confidence="common", by=system("test"),
        )  # fmt: skip
        yield found


def registered(people, **changes):
    words = {"bank": "某银行", "owner": "某县民政局", "number": "2200 0019-00000002"} | changes
    return actions.register_account(
        scheme=SCHEME, path=people.seat.county, fund=Fund.COUNTY, payer=actions.Payer(**words), from_on=DAY,
        by=people.payment_reviewer,
    )  # fmt: skip


def ready(people):
    entitled(people.county_approver)
    return approved(people)


def test_a_file_that_names_the_payer_waits_for_a_confirmed_account(people):
    batch = ready(people)
    registered(people)
    with pytest.raises(Refused, match="尚未登记") as none:
        actions.send(batch=batch, by=people.payer)
    assert none.value.code == "paying_account_missing"
    assert not BankFile.objects.exists()
    actions.confirm_account(account=PayingAccount.objects.get(), by=people.second_payment_reviewer)
    content = actions.send(batch=batch, by=people.payer).content.decode()
    assert "<Dbtr><Nm>某县民政局</Nm></Dbtr><DbtrAcct><Id><Othr><Id>2200001900000002</Id>" in content
    desk, url = Client(), f"/desk/money/{batch.pk}/"
    desk.force_login(user_of(people.payer))
    assert "银行文件 1（报文 XML）" in desk.get(url).content.decode()
    file = desk.get(f"{url}files/1/csv/")
    assert (file.content.decode(), file.headers["Content-Type"]) == (content, "application/xml")
    assert file.headers["Content-Disposition"].endswith('_01.xml"')
    assert "<DbtrAgt><FinInstnId><Nm>某银行</Nm></FinInstnId></DbtrAgt>" in content


def test_a_file_keeps_the_account_it_was_sent_with(people):
    paid_from(people, number="1111111111")
    sent = actions.send(batch=ready(people), by=people.payer)
    with clock.frozen(DAY + timedelta(days=1)):
        paid_from(people, number="2222222222")
        assert bank_file(record=sent.record, by=people.payer).content == sent.content
    assert b"1111111111" in sent.content


def test_the_registrar_does_not_confirm_and_a_decided_one_stays(people):
    account = registered(people)
    with pytest.raises(NotAllowed, match="登记人不能确认"):
        actions.confirm_account(account=account, by=people.payment_reviewer)
    with pytest.raises(Refused, match="等待确认"):
        registered(people)
    actions.confirm_account(account=account, by=people.second_payment_reviewer)
    with pytest.raises(Refused, match="已确认"):
        actions.withdraw_account(account=account, reason="录错", by=people.payment_reviewer)
    again = registered(people, number="3333333333")
    with pytest.raises(Refused, match="同一天"):
        actions.confirm_account(account=again, by=people.second_payment_reviewer)
    with pytest.raises(Refused, match="作废的原因"):
        actions.withdraw_account(account=again, reason=" ", by=people.payment_reviewer)
    actions.withdraw_account(account=again, reason="日期录错", by=people.payment_reviewer)
    assert set(PayingAccount.objects.values_list("number", "state")) == {
        ("2200001900000002", "confirmed"), ("3333333333", "withdrawn"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"number": "12"}, "account_number"), ({"number": "六二二八四八"}, "account_number"),
     ({"bank": " "}, "account_words"), ({"owner": "长" * 101}, "account_words")],
)  # fmt: skip
def test_what_no_contract_says_is_refused(people, changes, code):
    with pytest.raises(Refused) as wrong:
        registered(people, **changes)
    assert wrong.value.code == code
    assert not PayingAccount.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_payingaccount SET number = '999999999'",
        "UPDATE ledger_payingaccount SET state = 'withdrawn'",
        "UPDATE ledger_payingaccount SET decided_by = registered_by",
        "DELETE FROM ledger_payingaccount",
        "TRUNCATE ledger_payingaccount",
    ],
)
def test_the_database_keeps_what_was_confirmed(people, statement):
    paid_from(people)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

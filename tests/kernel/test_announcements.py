"""Payees are told what has arrived and what came back: each payment once, whoever tells and however often."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Instruction
from minzheng.kernel.monthly import tasks
from minzheng.kernel.monthly.announcing import announce, unannounced
from minzheng.kernel.notices.models import Message
from minzheng.kernel.notices.queries import inbox
from minzheng.kernel.notices.telling import tell_all
from tests.factories import cast, resident_of
from tests.factories.money import a_card, answered, approved, entitled

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def test_what_arrived_and_what_came_back_is_told_once(people):
    one, other = (entitled(people.county_approver, amount=n) for n in (123_456, 50_000))
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    assert unannounced() == []
    answered(batch, sent, people, other.account)
    tasks.announce(0)
    tasks.announce(0)
    arrived = inbox(resident_of(one.payee)).get()
    assert (arrived.title, arrived.text.count("1,234.56 元")) == ("2022年4月最低生活保障金已到账", 1)
    assert one.account[-4:] in arrived.text
    assert one.account not in arrived.text
    reader = resident_of(other.payee)
    returned = inbox(reader).get()
    assert "未能到账" in returned.title
    assert "账户已销户" in returned.text
    assert "另一张本人的银行卡" in returned.text
    assert unannounced() == []

    failed = Instruction.objects.get(state="failed")
    actions.repair(
        instruction=failed, account=a_card(), owner=other.account_owner, reason="换卡", by=people.payer
    )
    again = actions.resend(batch=batch, by=people.payment_reviewer)
    answered(batch, again, people)
    tasks.announce(0)
    assert [one.title[-3:] for one in inbox(reader)] == ["已到账", "能到账"]
    assert Message.objects.count() == 3


def test_two_at_once_tell_once_and_nobody_else_may(people):
    entitled(people.county_approver)
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people)
    (journal,) = unannounced()
    assert [announce(journal_id=journal, by=system("monthly")) for _ in range(2)] == [1, 0]
    with pytest.raises(NotAllowed):
        tell_all(select="SELECT 1", facts={}, path="22/", by=people.payer)
    assert Message.objects.count() == 1


def test_what_arrived_long_ago_is_no_news(people):
    entitled(people.county_approver)
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people)
    with clock.frozen(date(2022, 9, 1)):
        assert unannounced() == []


def test_many_are_told_by_as_many_statements_as_one(people, django_assert_num_queries):
    entitled(people.county_approver)
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people)
    with CaptureQueriesContext(connection) as few:
        announce(journal_id=unannounced()[0], by=system("monthly"))
    for n in range(20):
        entitled(people.county_approver, amount=1000 + n)
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people)
    with django_assert_num_queries(len(few)):
        announce(journal_id=unannounced()[0], by=system("monthly"))
    assert Message.objects.count() == 21

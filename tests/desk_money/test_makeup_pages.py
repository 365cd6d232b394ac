"""Make-ups at the desk: entered for months paid too little, carried once, called off while nobody has signed."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Adjustment, Payment
from minzheng.kernel.ledger.proof import verify
from tests.desk_money.money_pages import HOME, deed, enter, sheet, text
from tests.factories import cast
from tests.factories.money import BASIS, approved, drafted, entitled

pytestmark = pytest.mark.django_db
URL, MAY = f"{HOME}makeups/", Month(2022, 5)


@pytest.fixture
def people():
    with clock.frozen(date(2022, 5, 20)):
        yield cast()


def raised(people):
    """Paid 300.00 for April; since then decided at 384.00 from May on."""
    one = entitled(people.county_approver, amount=30000)
    approved(people)
    return actions.change_amount(
        entitlement=one, from_month=MAY, amount=38400, basis=BASIS, reason="复核", by=people.county_approver
    )


def asked(one, **changes):
    usual = {
        "entitlement": one.pk, "first": "2022-04", "last": "2022-04", "amount": "84.00", "from_month": "2022-05",
        "decision": "补〔2022〕1号", "reason": "核定有误",
    }  # fmt: skip
    return usual | changes


def test_a_missed_month_is_made_up_once_and_no_fen_more(client, people):
    one = entitled(people.county_approver, from_month=Month(2022, 3))
    approved(people)
    where = f"{URL}new/?household={one.household.number}"
    enter(client, people.payer)
    assert "2022-03 起" in text(client.get(where))
    march = {"first": "2022-03", "amount": "384.00"}
    above = deed(client, where, "makeup", **asked(one, **march | {"amount": "384.01"}))
    assert (above.status_code, "还少发 384.00" in text(above)) == (400, True)
    assert deed(client, where, "makeup", **asked(one, amount="0.01", first="2022-04")).status_code == 400
    assert (
        deed(client, where, "makeup", **asked(one, from_month="2022-05", decision=" ", **march)).status_code
        == 400
    )
    hidden = sheet(text(client.get(where)), "makeup")
    sent = {**hidden, **{f"makeup-{name}": value for name, value in asked(one, **march).items()}}
    assert {client.post(where, sent).status_code for _ in range(2)} == {302}
    row = Adjustment.objects.get()
    again = deed(client, where, "makeup", **asked(one, **march))
    assert (again.status_code, "已按“补〔2022〕1号”登记" in text(again)) == (400, True)
    other = deed(client, where, "makeup", **asked(one, decision="补〔2022〕2号", **march))
    assert (other.status_code, "还少发 0.00" in text(other)) == (400, True)
    assert one.household.number in text(client.get(URL))
    approved(people, month=MAY)
    assert Payment.objects.get(month=MAY.first).makeup == 38400
    assert "已随 2022-05 批次补发" in text(client.get(f"{URL}{row.pk}/"))
    assert 'id="sheet-off"' not in text(client.get(f"{URL}{row.pk}/"))
    assert verify() == ()


def test_what_a_draft_carries_is_called_off_and_drawn_up_again(client, people):
    one = raised(people)
    enter(client, people.payer)
    where = f"{URL}new/?household={one.household.number}"
    assert deed(client, where, "makeup", **asked(one, last="2022-05", first="2022-05")).status_code == 400
    assert deed(client, where, "makeup", **asked(one, amount="84.01")).status_code == 400
    assert deed(client, where, "makeup", **asked(one)).status_code == 302
    batch, row = drafted(people, month=MAY), Adjustment.objects.get()
    assert (batch.total, Payment.objects.get(batch=batch).makeup) == (46800, 8400)
    url = f"{URL}{row.pk}/"
    assert deed(client, url, "off", reason=" ").status_code == 400
    assert 'id="sheet-off"' not in text(enter(client, people.payment_reviewer).get(url))
    assert deed(enter(client, people.payer), url, "off", reason="登记有误").status_code == 302
    assert ("已撤销" in text(client.get(url)), drafted(people, month=MAY).total) == (True, 38400)


def test_only_payers_enter_one_and_strangers_find_nothing(client, people):
    one = raised(people)
    assert enter(client, people.payment_reviewer).get(f"{URL}new/").status_code == 403
    assert (
        enter(client, people.stranger).get(f"{URL}new/?household={one.household.number}").status_code == 403
    )

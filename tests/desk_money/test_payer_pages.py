"""The paying accounts at the desk: one reviewer types, another confirms, strangers see nothing."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.ledger.models import PayingAccount
from tests.desk_money.money_pages import HOME, deed, enter, text
from tests.factories import NEXT_COUNTY, cast, staff
from tests.factories.money import SCHEME

pytestmark = pytest.mark.django_db
URL = f"{HOME}payers/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def typed(people, **changes):
    return {
        "scheme": SCHEME, "path": people.seat.county, "fund": "county", "bank": "中国农业银行某支行",
        "owner": "某县民政局", "number": "0701 0104 0001 234", "from_on": "2022-05-01",
    } | changes  # fmt: skip


def test_one_types_and_another_confirms(client, people):
    enter(client, people.payment_reviewer)
    assert "还没有登记发放专户" in text(client.get(URL))
    assert deed(client, URL, "register", **typed(people)).status_code == 302
    row = PayingAccount.objects.get()
    own = text(client.get(f"{URL}{row.pk}/"))
    assert "须由另一位资金复核人员" in own
    assert 'id="sheet-confirm"' not in own
    enter(client, people.second_payment_reviewer)
    page = text(client.get(URL))
    assert "070101040001234" in page
    assert "待确认" in page
    assert deed(client, f"{URL}{row.pk}/", "confirm").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.from_on) == ("confirmed", date(2022, 5, 1))
    assert "sheet-" not in text(client.get(f"{URL}{row.pk}/"))


def test_a_wrong_one_is_put_aside_with_a_reason(client, people):
    enter(client, people.payment_reviewer)
    deed(client, URL, "register", **typed(people))
    row = PayingAccount.objects.get()
    assert "sheet-withdraw" in text(deed(client, f"{URL}{row.pk}/", "withdraw", reason=" "))
    row.refresh_from_db()
    assert row.state == "waiting"
    assert deed(client, f"{URL}{row.pk}/", "withdraw", reason="账号录错").status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"


@pytest.mark.parametrize("changes", [{"number": "12"}, {"bank": ""}, {"from_on": "昨天"}, {"path": "22/"}])
def test_wrong_words_stay_on_the_page(client, people, changes):
    enter(client, people.payment_reviewer)
    wrong = deed(client, URL, "register", **typed(people, **changes))
    assert wrong.status_code == 400
    assert "某县民政局" in text(wrong)
    assert not PayingAccount.objects.exists()


def test_the_payer_reads_and_the_next_county_does_not(client, people):
    enter(client, people.payment_reviewer)
    deed(client, URL, "register", **typed(people))
    row = PayingAccount.objects.get()
    enter(client, people.payer)
    assert "070101040001234" in text(client.get(URL))
    assert "sheet-" not in text(client.get(f"{URL}{row.pk}/"))
    enter(client, staff("payment_reviewer", at=NEXT_COUNTY.county, name="外县复核"))
    assert "070101040001234" not in text(client.get(URL))
    assert client.get(f"{URL}{row.pk}/").status_code == 404

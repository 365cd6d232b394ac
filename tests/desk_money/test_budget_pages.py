"""The year's money at the desk: registered by a reviewer, never exceeded, undone by counter-entry."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.errors import Stale
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Batch, Budget, Fund, Journal
from minzheng.kernel.ledger.proof import verify
from tests.desk_money.money_pages import HOME, deed, enter, sheet, text
from tests.factories import NEXT_COUNTY, cast, staff
from tests.factories.money import SCHEME, allotted, approved, drafted, entitled

pytestmark = pytest.mark.django_db
URL = f"{HOME}budgets/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def asked(people, **changes):
    usual = {
        "scheme": SCHEME, "path": people.seat.county, "fund": "county", "year": "2022", "amount": "1000.00",
        "document": "财社〔2022〕7号",
    }  # fmt: skip
    return usual | changes


def test_a_reviewer_registers_what_was_allotted_and_cuts_back(client, people):
    enter(client, people.payment_reviewer)
    assert deed(client, URL, "allot", **asked(people)).status_code == 302
    row = Budget.objects.get()
    assert row.allotted == 100_000
    page = text(client.get(URL))
    assert "1,000.00" in page
    assert deed(client, f"{URL}{row.pk}/", "cut", amount="400", document="财社〔2022〕8号").status_code == 302
    page = text(client.get(f"{URL}{row.pk}/"))
    assert "600.00" in page
    assert "财社〔2022〕7号" in page
    assert verify() == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "0"}, {"amount": "-5"}, {"amount": "1.234"}, {"amount": "很多"}, {"document": "  "},
        {"year": "1999"}, {"scheme": "nothing"}, {"path": "22/"}, {"fund": "gold"},
    ],
)  # fmt: skip
def test_a_wrong_allotment_is_refused_and_stays_on_the_page(client, people, changes):
    enter(client, people.payment_reviewer)
    wrong = deed(client, URL, "allot", **asked(people, **changes))
    assert wrong.status_code == 400
    assert not Budget.objects.exists()


def test_the_same_document_counts_once_and_a_double_click_once(client, people):
    enter(client, people.payment_reviewer)
    hidden = sheet(text(client.get(URL)), "allot")
    sent = {**hidden, **{f"allot-{name}": value for name, value in asked(people).items()}}
    assert {client.post(URL, sent).status_code for _ in range(2)} == {302}
    assert Budget.objects.get().allotted == 100_000
    again = deed(client, URL, "allot", **asked(people))
    assert again.status_code == 400
    assert "已经登记过" in text(again)


def test_only_reviewers_of_the_place_register_and_strangers_find_nothing(client, people):
    row = allotted(people)
    for who in (people.payer, people.provincial_officer):
        enter(client, who)
        assert 'id="sheet-allot"' not in text(client.get(URL))
        assert client.post(URL, {"deed": "allot", "key": "k"}).status_code == 302
        assert 'id="sheet-cut"' not in text(client.get(f"{URL}{row.pk}/"))
    enter(client, staff("payment_reviewer", at=NEXT_COUNTY.county, name="外县复核"))
    assert client.get(f"{URL}{row.pk}/").status_code == 404
    assert client.post(f"{URL}{row.pk}/", {"deed": "cut"}).status_code == 404
    assert f"{URL}{row.pk}/" not in text(client.get(URL))
    wrong = deed(client, URL, "allot", **asked(people, document="9号"))
    assert wrong.status_code == 400
    for who in (people.clerk, people.county_approver, people.resident):
        assert enter(client, who).get(URL).status_code == 403
    assert Budget.objects.get().allotted == row.allotted


def test_the_batch_shows_its_budget_and_is_not_approved_above_it(client, people):
    entitled(people.county_approver, amount=50_000)
    batch = drafted(people)
    url = f"{HOME}{batch.pk}/"
    page = text(enter(client, people.payment_reviewer).get(url))
    assert "还没有登记这一年的预算" in page
    assert deed(client, url, "review", checked="true").status_code == 302
    allotted(people, amount=49_999)
    page = text(enter(client, people.second_payment_reviewer).get(url))
    assert "预算余额不足" in page
    assert "499.99" in page
    refused = deed(client, url, "review", checked="true")
    assert refused.status_code == 400
    assert "不足以批准" in text(refused)
    assert Batch.objects.get().state == Batch.State.FIRST_REVIEWED
    allotted(people, amount=1)
    assert deed(client, url, "review", checked="true").status_code == 302
    assert Budget.objects.get().left == 0


def test_a_draft_is_drawn_up_again_from_another_fund_and_then_it_stays(client, people):
    """A wrong source of money is named again while it is a draft; after a signature nobody changes it."""
    entitled(people.county_approver, amount=50_000)
    batch = drafted(people)
    url, signed = f"{HOME}{batch.pk}/", batch.content_sha
    enter(client, people.payer)
    assert deed(client, url, "redraft", fund="central").status_code == 302
    assert "中央资金" in text(client.get(url))
    with pytest.raises(Stale):
        actions.review(batch=batch, seen=signed, by=people.payment_reviewer)
    batch = drafted(people)
    assert batch.fund == Fund.CENTRAL
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(
            state="first_reviewed", fund="county", first_by="user:1", first_at=clock.now()
        )
    given = asked(people, fund="central", amount="500.00", document="财社〔2022〕中央1号")
    assert deed(enter(client, people.payment_reviewer), URL, "allot", **given).status_code == 302
    for who in (people.payment_reviewer, people.second_payment_reviewer):
        assert deed(enter(client, who), url, "review", checked="true").status_code == 302
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(fund="county")
    assert Budget.objects.get().fund == Fund.CENTRAL
    assert verify() == ()


def test_a_wrong_allotment_is_reversed_and_entered_again(client, people):
    enter(client, people.payment_reviewer)
    deed(client, URL, "allot", **asked(people, amount="10000"))
    wrong = Journal.objects.get()
    url = f"{HOME}journals/{wrong.pk}/"
    assert deed(client, url, "reverse", reason="").status_code == 400
    hidden = sheet(text(client.get(url)), "reverse")
    sent = {**hidden, "reverse-reason": "多录一个零"}
    assert {client.post(url, sent).status_code for _ in range(2)} == {302}
    assert Budget.objects.get().allotted == 0
    assert 'id="sheet-reverse"' not in text(client.get(url))
    assert "多录一个零" in text(client.get(url))
    assert deed(client, URL, "allot", **asked(people)).status_code == 302
    assert Budget.objects.get().allotted == 100_000
    assert verify() == ()


def test_what_was_spent_cannot_be_cut_back_or_reversed_and_batch_vouchers_never(client, people):
    entitled(people.county_approver, amount=50_000)
    approved(people)
    row = Budget.objects.get()
    enter(client, people.payment_reviewer)
    cut = deed(client, f"{URL}{row.pk}/", "cut", amount="0.01", document="财社〔2022〕80号")
    assert cut.status_code == 400
    assert "预算余额只有" in text(cut)
    allotment = Journal.objects.get(kind="allotment")
    refused = deed(client, f"{HOME}journals/{allotment.pk}/", "reverse", reason="录错")
    assert refused.status_code == 400
    obligation = Journal.objects.get(kind="obligation")
    page = text(client.get(f"{HOME}journals/{obligation.pk}/"))
    assert 'id="sheet-reverse"' not in page
    assert "须随批次办理" in page
    assert verify() == ()


def test_nobody_but_a_reviewer_of_the_scheme_reverses(client, people):
    allotted(people)
    journal = Journal.objects.get()
    url = f"{HOME}journals/{journal.pk}/"
    for who in (people.payer, people.provincial_officer):
        assert 'id="sheet-reverse"' not in text(enter(client, who).get(url))
    from minzheng.kernel.errors import NotAllowed

    for who in (people.payer, people.county_approver, people.provincial_officer, people.stranger):
        with pytest.raises(NotAllowed):
            actions.reverse(journal=journal, reason="不该", by=who)
    enter(client, staff("payment_reviewer", at=NEXT_COUNTY.county, name="外县复核"))
    assert client.get(url).status_code == 404
    assert Journal.objects.count() == 1


def test_the_lists_ask_no_more_for_many_budgets(client, people, django_assert_num_queries):
    allotted(people)
    enter(client, people.payment_reviewer)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for year in (2020, 2021, 2023):
        allotted(people, year=year)
    with django_assert_num_queries(len(few)):
        page = text(client.get(URL))
    assert "2023" in page
    assert "没有符合条件" in text(client.get(URL, {"year": "2024"}))

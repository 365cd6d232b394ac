"""The books at the desk: by period, down to the voucher, out as a workbook; and the proof, check by check."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
import python_calamine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Account, Journal
from minzheng.kernel.ledger.proof import examine
from tests.desk_money.money_pages import HOME, body, enter, text
from tests.factories import NEXT_COUNTY, cast, staff
from tests.factories.money import allotted, answered, approved, entitled

pytestmark = pytest.mark.django_db
URL = f"{HOME}statement/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@pytest.fixture
def paid(people):
    """A batch of one that has arrived."""
    entitled(people.county_approver, amount=50_000)
    batch = approved(people)
    answered(batch, actions.send(batch=batch, by=people.payer), people)
    return batch


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "2022年4月账簿"), ({"span": "month", "month": "2022-04"}, "2022年4月账簿"),
        ({"span": "quarter", "month": "2022-05"}, "2022年第2季度账簿"),
        ({"span": "year", "month": "2022-11"}, "2022年账簿"),
        ({"span": "days", "since": "2022-04-20", "to": "2022-04-20"}, "2022-04-20 至 2022-04-20账簿"),
    ],
)  # fmt: skip
def test_the_books_of_a_month_quarter_year_or_from_day_to_day(client, people, paid, asked, words):
    page = text(enter(client, people.payer).get(URL, asked))
    assert words in page
    assert "应付救助金" in page
    assert "500.00" in page
    only = text(client.get(URL, asked | {"kind": "obligation"}))
    assert ("合计（该科目）" in only, "专户存款</a>" in page, "专户存款</a>" in only) == (True, True, False)


@pytest.mark.parametrize(
    "asked",
    [{"span": "days", "since": "2022-04-21", "to": "2022-04-20"}, {"span": "days", "since": "昨天"},
     {"month": "2022-13"},
     {"span": "days", "since": "0001-01-01", "to": "9999-12-31"}],
)  # fmt: skip
def test_a_wrong_period_is_told(client, people, paid, asked):
    assert enter(client, people.payer).get(URL, asked).status_code == 400


def test_another_period_carries_the_balance_forward(client, people, paid):
    enter(client, people.payer)
    assert "这个期间没有账目" in text(client.get(URL, {"month": "2022-03"}))
    later = text(client.get(URL, {"month": "2022-05"}))
    assert "救助支出" in later
    assert "500.00" in later


def test_from_the_statement_to_the_account_to_the_voucher_to_the_batch(client, people, paid):
    enter(client, people.payer)
    of = Account.objects.get(kind="transit")
    assert f"{HOME}accounts/{of.pk}/?span=month&amp;month=2022-04" in text(client.get(URL))
    page = text(client.get(f"{HOME}accounts/{of.pk}/", {"span": "month", "month": "2022-04"}))
    order = Journal.objects.get(kind="order")
    assert f"{HOME}journals/{order.pk}/" in page
    voucher = text(client.get(f"{HOME}journals/{order.pk}/"))
    assert order.reference in voucher
    assert f"{HOME}{paid.pk}/" in voucher
    assert "在途资金" in voucher
    assert people.payer.name in voucher


def test_entries_are_paged_and_ask_no_more_for_many(client, people, django_assert_num_queries):
    allotted(people, amount=100)
    of = Account.objects.get(kind="cash")
    url = f"{HOME}accounts/{of.pk}/"
    enter(client, people.payer)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(35):
        allotted(people, amount=100)
    with django_assert_num_queries(len(few)):
        page = text(client.get(url))
    assert 'rel="next"' in page
    assert "36.00" in page


def test_strangers_find_no_account_and_no_voucher(client, people, paid):
    urls = [f"{HOME}accounts/{Account.objects.first().pk}/", f"{HOME}journals/{Journal.objects.first().pk}/"]
    enter(client, staff("payer", "payment_reviewer", at=NEXT_COUNTY.county, name="外县"))
    assert [client.get(one).status_code for one in urls] == [404, 404]
    assert "500.00" not in text(client.get(URL))
    for who in (people.clerk, people.county_approver, people.resident):
        enter(client, who)
        assert {client.get(one).status_code for one in (URL, *urls)} == {403}
        assert client.post(f"{URL}workbook/").status_code == 403
    enter(client, people.provincial_officer)
    assert [client.get(one).status_code for one in urls] == [200, 200]


def test_the_books_go_out_as_a_workbook(client, people, paid):
    enter(client, people.payer)
    got = client.post(f"{URL}workbook/?span=month&month=2022-04")
    book = python_calamine.load_workbook(io.BytesIO(body(got)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][0] == "科目"
    assert any(row[0] == "应付救助金" and row[5] == 500 for row in rows)
    assert rows[-1][4:8] == [0, rows[-1][5], rows[-1][5], 0]


def tamper():
    """Somebody goes round the database: a payment grows after its approval."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_payment DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_payment SET regular = regular + 1, amount = amount + 1")
        cursor.execute("ALTER TABLE ledger_payment ENABLE TRIGGER USER")


def test_the_proof_shows_every_check_and_names_what_is_wrong(client, people, paid):
    enter(client, people.payer)
    good = text(client.post(f"{HOME}proof/"))
    checks = list(examine())
    assert all(one.proves in good for one in checks)
    assert good.count("一致</span>") >= len(checks)
    tamper()
    bad = text(client.post(f"{HOME}proof/"))
    assert "批次明细与审批时的内容摘要不一致" in bad
    assert paid.number in bad
    assert "处不一致" in bad
    stranger = enter(client, staff("payer", at=NEXT_COUNTY.county, name="外县经办"))
    elsewhere = text(stranger.post(f"{HOME}proof/"))
    assert paid.number not in elsewhere
    assert "其他地区另有不一致" in elsewhere


def ran(*words):
    out = io.StringIO()
    code = 0
    try:
        call_command("ledger", "verify", *words, stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_the_command_proves_the_ledger_and_ends_with_one_where_it_is_wrong(people, paid):
    code, said = ran()
    assert code == 0
    assert "核验通过" in said
    assert all(one.proves in said for one in examine())
    tamper()
    code, said = ran()
    assert code == 1
    assert f"批次明细与审批时的内容摘要不一致：{paid.number}" in said
    code, said = ran("--json")
    told = json.loads(said)
    assert (code, told["ok"]) == (1, False)
    wrong = {one["code"] for one in told["checks"] if one["subjects"]}
    assert {"content_altered", "batch_total", "order_differs"} <= wrong
    code, said = ran("--json", "--no-contents")
    assert code == 1
    assert "content_altered" not in said

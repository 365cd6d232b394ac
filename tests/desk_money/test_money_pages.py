"""The money pages of the desk, through HTTP: a month from draft to close, and every hand that may not."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.ledger import actions, bank, queries
from minzheng.kernel.ledger.models import Batch, Instruction, ReturnRow
from tests.factories import NEXT_COUNTY, cast, staff, user_of
from tests.factories.money import (
    APRIL,
    PAYER,
    REVIEWER,
    SCHEME,
    a_card,
    allotted,
    answered,
    approved,
    drafted,
    entitled,
)
from tests.factories.people import household, person

pytestmark = pytest.mark.django_db
HOME = "/desk/money/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@pytest.fixture
def three(people):
    return [entitled(people.county_approver, amount=amount) for amount in (38400, 100, 163800)]


def enter(client, who):
    client.force_login(user_of(who))
    return client


def text(response):
    return response.content.decode()


def sheet(page, code):
    """The hidden fields of one sheet of the page."""
    found = re.search(rf'<form[^>]*id="sheet-{code}".*?</form>', page, re.S)
    assert found is not None, f"no sheet {code}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))


def deed(client, url, code, **fields):
    """Open the page, send the sheet."""
    hidden = sheet(text(client.get(url)), code)
    hidden.pop("csrfmiddlewaretoken", None)
    return client.post(url, {**hidden, **{f"{code}-{name}": value for name, value in fields.items()}})


def answer_of(batch, closed=frozenset()):
    from minzheng.kernel.ledger.sending import bank_file

    record = batch.files.order_by("-number").first()
    content = bank_file(record=record, by=answer_of.by).content
    return SimpleUploadedFile("回单.csv", bank.run_local_bank(content, closed=closed))


def read_back(client, url, batch, by, closed=frozenset()):
    answer_of.by = by
    hidden = sheet(text(client.get(url)), "returns")
    return client.post(url, {"deed": "returns", "key": hidden["key"], "file": answer_of(batch, closed)})


def test_a_month_goes_from_draft_to_close_by_four_hands(client, people, three):
    allotted(people)
    enter(client, people.payer)
    fields = {"scheme": SCHEME, "path": people.seat.county, "month": "2022-04", "fund": "county"}
    made = deed(client, f"{HOME}new/", "draft", **fields)
    batch = Batch.objects.get()
    url = f"{HOME}{batch.pk}/"
    assert (made.status_code, made.headers["Location"]) == (302, url)
    assert "等待" in text(client.get(url)) or "按最新待遇重新编制" in text(client.get(url))

    for who in (people.payment_reviewer, people.second_payment_reviewer):
        assert deed(enter(client, who), url, "review", checked="true").status_code == 302
    assert deed(enter(client, people.payer), url, "send").status_code == 302
    file = client.get(f"{url}files/1/csv/")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert three[0].account in file.content.decode("utf-8-sig")
    assert client.get(f"{url}files/1/xlsx/").content[:2] == b"PK"

    batch.refresh_from_db()
    assert read_back(client, url, batch, people.payer, frozenset({three[1].account})).status_code == 302
    page = text(client.get(url))
    assert "账户已销户" in page
    failed = Instruction.objects.get(state="failed")
    repair = f"{url}repair/{failed.pk}/"
    assert repair in page
    card = a_card()
    done = deed(client, repair, "repair", account=card, owner=three[1].account_owner, reason="原卡销户")
    assert done.status_code == 302
    assert client.get(repair).status_code == 404
    assert deed(enter(client, people.payment_reviewer), url, "resend").status_code == 302
    enter(client, people.payer)
    assert read_back(client, url, batch, people.payer).status_code == 302
    assert deed(client, url, "reconcile").status_code == 302
    assert "差额为 0" in text(client.get(url))
    assert deed(client, url, "close").status_code == 302
    batch.refresh_from_db()
    assert batch.state == Batch.State.CLOSED
    proof = text(client.post(f"{HOME}proof/"))
    assert "没有不一致" in proof
    statement = text(client.get(f"{HOME}statement/", {"month": "2022-04"}))
    assert "2,023.00" in statement


def test_pages_show_masked_accounts_only(client, people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    answered(batch, sent, people, three[1].account)
    enter(client, people.payer)
    page = text(client.get(f"{HOME}{batch.pk}/"))
    repair = text(client.get(f"{HOME}{batch.pk}/repair/{Instruction.objects.get(state='failed').pk}/"))
    for one in three:
        assert one.account not in page + repair
        assert one.account[-4:] in page
    assert Entry.objects.filter(verb="ledger.read_batch", actor=people.payer.id).exists()


def test_strangers_find_nothing_and_wrong_roles_are_refused(client, people, three):
    batch = drafted(people)
    urls = [f"{HOME}{batch.pk}/", f"{HOME}{batch.pk}/files/1/csv/", f"{HOME}{batch.pk}/repair/1/"]
    abroad = staff("payer", "payment_reviewer", at=NEXT_COUNTY.county, name="外县经办")
    enter(client, abroad)
    assert str(batch.total) not in text(client.get(HOME))
    assert f"{HOME}{batch.pk}/" not in text(client.get(HOME))
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert client.post(urls[0], {"deed": "review"}).status_code == 404
    for who in (people.county_approver, people.clerk, people.resident):
        enter(client, who)
        pages = [HOME, f"{HOME}new/", f"{HOME}statement/", f"{HOME}proof/", *urls]
        assert {client.get(url).status_code for url in pages} == {403}
    enter(client, people.payment_reviewer)
    assert client.get(f"{HOME}new/").status_code == 403
    assert client.get(urls[2]).status_code == 403
    enter(client, people.provincial_officer)
    assert client.get(urls[0]).status_code == 200
    assert "等待资金复核人员初核" in text(client.get(urls[0]))


def test_the_payer_sees_no_review_and_the_first_reviewer_no_second(client, people, three):
    url = f"{HOME}{drafted(people).pk}/"
    assert 'id="sheet-review"' not in text(enter(client, people.payer).get(url))
    hidden = sheet(text(enter(client, people.payment_reviewer).get(url)), "review")
    assert deed(client, url, "review", checked="true").status_code == 302
    assert 'id="sheet-review"' not in text(client.get(url))
    client.post(url, {**hidden, "key": "again", "review-checked": "true"})
    assert Batch.objects.get().state == Batch.State.FIRST_REVIEWED


def test_a_review_without_the_tick_or_of_another_content_is_refused(client, people, three):
    batch = drafted(people)
    url = f"{HOME}{batch.pk}/"
    enter(client, people.payment_reviewer)
    assert deed(client, url, "review").status_code == 400
    hidden = sheet(text(client.get(url)), "review")
    entitled(people.county_approver, amount=500)
    drafted(people)
    stale = client.post(url, {**hidden, "review-checked": "true"})
    assert stale.status_code == 409
    assert Batch.objects.get().state == Batch.State.DRAFT
    assert deed(client, url, "back", reason="").status_code == 400
    assert deed(client, url, "back", reason="金额有误").status_code == 302


def test_sending_twice_with_one_key_sends_once(client, people, three):
    batch = approved(people)
    url = f"{HOME}{batch.pk}/"
    hidden = sheet(text(enter(client, people.payer).get(url)), "send")
    assert {client.post(url, hidden).status_code for _ in range(2)} == {302}
    assert batch.files.count() == 1
    assert Entry.objects.filter(verb="ledger.send", outcome="done").count() == 1


def test_a_wrong_file_from_the_bank_is_told_and_nothing_is_read(client, people, three):
    batch = approved(people)
    actions.send(batch=batch, by=people.payer)
    url = f"{HOME}{batch.pk}/"
    enter(client, people.payer)
    for content in (b"\xff\xfe\x00", "姓名,钱\n甲,1\n".encode(), b"PK\x03\x04nonsense", b""):
        wrong = client.post(
            url, {"deed": "returns", "key": "k1", "file": SimpleUploadedFile("x.csv", content)}
        )
        assert wrong.status_code == 400
    assert client.post(url, {"deed": "returns", "key": "k1"}).status_code == 400
    assert ReturnRow.objects.count() == 0


def test_an_answer_may_come_as_a_workbook(client, people, three):
    import io

    import xlsxwriter

    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, bank.ANSWER_HEADER)
        lines = sent.content.decode("utf-8-sig").splitlines()[1:]
        for at, line in enumerate(lines, start=1):
            _, reference, _, _, amount = line.split(",")
            page.write_row(at, 0, [reference, "成功", float(amount), ""])
    enter(client, people.payer)
    file = SimpleUploadedFile("回单.xlsx", out.getvalue())
    done = client.post(f"{HOME}{batch.pk}/", {"deed": "returns", "key": "k", "file": file})
    assert done.status_code == 302
    assert queries.batch_progress(batch, by=people.payer).paid == 3


def test_a_wrong_account_stays_on_the_page_with_what_was_typed(client, people, three):
    batch = approved(people)
    sent = actions.send(batch=batch, by=people.payer)
    answered(batch, sent, people, three[0].account)
    url = f"{HOME}{batch.pk}/repair/{Instruction.objects.get(state='failed').pk}/"
    enter(client, people.payer)
    wrong = deed(client, url, "repair", account="123", owner="<b>甲</b>", reason="换卡")
    assert wrong.status_code == 400
    assert "至 19 位" in text(wrong)
    assert "<b>甲</b>" not in text(wrong)
    assert "换卡" in text(wrong)
    assert deed(client, url, "repair", account=a_card(), owner="路人", reason="换卡").status_code == 400


def test_the_demonstration_bank_is_offered_only_in_a_demonstration(client, people, three, settings):
    batch = approved(people)
    actions.send(batch=batch, by=people.payer)
    url = f"{HOME}{batch.pk}/"
    enter(client, people.payer)
    assert "演示银行回单" not in text(client.get(url))
    settings.MINZHENG_DEMO = True
    assert deed(client, url, "stub", answer="one").status_code == 302
    progress = queries.batch_progress(batch, by=people.payer)
    assert (progress.paid, progress.failed) == (2, 1)


def test_shared_accounts_and_changes_are_pointed_out(client, people, three):
    drafted(people)
    card = a_card()
    other = entitled(people.county_approver, amount=700, account=card)
    entitled(people.county_approver, amount=800, account=card)
    batch = drafted(people)
    page = text(enter(client, people.payer).get(f"{HOME}{batch.pk}/"))
    assert "2 户（人）共用" in page
    assert other.payee.name in page
    assert card not in page
    assert "新增" in page


def test_whoever_another_county_drafted_first_is_named(client, people, three):
    family = household(person(path=NEXT_COUNTY.village), path=NEXT_COUNTY.village)
    members = tuple(one.person for one in family.memberships.all())
    there = staff("payer", "payment_reviewer", at=NEXT_COUNTY.county)
    first = entitled(there, home=family, members=members)
    actions.draft_batch(
        scheme=SCHEME, path=NEXT_COUNTY.county, month=APRIL, prepared_by=PAYER, reviewed_by=REVIEWER, by=there
    )
    actions.end(entitlement=first, last_month=APRIL.previous, reason="迁出", by=there)
    family.path = people.seat.village
    family.save()
    entitled(people.county_approver, home=family, members=members)
    batch = drafted(people)
    assert batch.count == len(three)
    page = text(enter(client, people.payer).get(f"{HOME}{batch.pk}/"))
    assert "本月已由其他县（市、区）编入批次" in page
    assert members[0].name in page


def test_the_page_of_a_batch_asks_no_more_for_many_payments(client, people, three, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    batch = drafted(people)
    enter(client, people.payer)
    client.get(f"{HOME}{batch.pk}/")  # the first page after signing in also looks at the session
    with CaptureQueriesContext(connection) as few:
        client.get(f"{HOME}{batch.pk}/")
    for n in range(40):
        entitled(people.county_approver, amount=1000 + n)
    drafted(people)
    with django_assert_num_queries(len(few)):
        page = text(client.get(f"{HOME}{batch.pk}/"))
    onward = re.search(r'rel="next" href="([^"]+)#payments"', page)
    assert onward is not None
    rest = text(client.get(f"{HOME}{batch.pk}/{onward[1]}"))
    assert rest.count('data-label="领取人"') == 13
    assert clock.Month.of(batch.month) == APRIL

"""What is taken away of a batch: the roster, masked as the reader may see it, and what may hang in the village."""

from __future__ import annotations

import io
from datetime import date

import pytest
import python_calamine
from pypdf import PdfReader

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.queries import by_check_code
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import rostering
from minzheng.kernel.ledger.models import Entitlement, Payment
from minzheng.kernel.people.masks import mask_bank_account, mask_name
from minzheng.kernel.people.models import Person
from tests.desk_money.money_pages import HOME, body, enter, text
from tests.factories import NEXT_COUNTY, cast, household, person, staff
from tests.factories.money import approved, drafted, entitled
from tests.factories.pdf_text import pdf_text as text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@pytest.fixture
def three(people):
    homes = []
    for name, amount in (("王小明", 50_000), ("李四", 60_000), ("欧阳娜娜", 70_000)):
        who = person(name=name)
        other = person()
        homes.append(
            entitled(people.county_approver, amount=amount, home=household(who, other), members=(who, other))
        )
    # A name that a spreadsheet would reckon with.
    Person.objects.filter(pk=homes[1].payee_id).update(name="=1+1")
    Entitlement.objects.filter(pk=homes[1].pk).update(account_owner="=1+1")
    return homes


def take(client, batch, kind, **fields):
    return client.post(f"{HOME}{batch.pk}/rosters/", {"as": kind, "key": "k", **fields})


def rows(got):
    book = python_calamine.load_workbook(io.BytesIO(body(got)))
    return book.get_sheet_by_index(0).to_python()


def test_the_roster_as_a_workbook_is_text_without_formulas_and_masks_accounts(client, people, three):
    batch = approved(people)
    enter(client, people.payer)
    assert "发放花名册 PDF" in text(client.get(f"{HOME}{batch.pk}/"))
    found = rows(take(client, batch, "roster_xlsx"))[2:]
    assert {row[1] for row in found} == {"王小明", "=1+1", "欧阳娜娜"}
    assert {row[8] for row in found} == {500, 600, 700}
    assert {row[4] for row in found} == {2}
    assert {row[9] for row in found} == {mask_bank_account(one.account) for one in three}
    assert Entry.objects.filter(verb="desk.workbook", actor=people.payer.id).exists()


def test_whoever_only_supervises_sees_masked_names(client, people, three):
    batch = approved(people)
    enter(client, people.provincial_officer)
    found = rows(take(client, batch, "roster_xlsx"))[2:]
    assert {row[1] for row in found} == {mask_name(n) for n in ("王小明", "=1+1", "欧阳娜娜")}
    page = text_of(body(take(client, batch, "roster_pdf")))
    assert "王小明" not in page


def test_the_roster_as_a_letter_is_numbered_signed_and_verifiable(client, people, three):
    batch = approved(people)
    enter(client, people.payer)
    got = take(client, batch, "roster_pdf")
    content = body(got)
    assert content[:5] == b"%PDF-"
    made = Document.objects.get(letter="payment_roster")
    page = text_of(content)
    for words in (made.number, "王小明", batch.content_sha, "1,800.00", people.payer.name,
                  people.payment_reviewer.name, people.second_payment_reviewer.name, "盖章"):  # fmt: skip
        assert words in page, words
    assert not any(one.account in page for one in three)
    assert by_check_code(made.check_code).in_force
    body(take(client, batch, "roster_pdf", key="another"))
    assert Document.objects.filter(letter="payment_roster").count() == 1


def test_the_public_extract_shows_masked_names_persons_and_amounts_only(client, people, three):
    batch = approved(people)
    enter(client, people.payer)
    found = rows(take(client, batch, "public_xlsx"))[2:]
    assert {tuple(row[1:4]) for row in found} == {
        ("王*明", 2, 500), ("欧阳**", 2, 700), (mask_name("=1+1"), 2, 600),
    }  # fmt: skip
    page = text_of(body(take(client, batch, "public_pdf")))
    assert "王*明" in page
    assert "监督电话" in page
    for one in three:
        assert one.account[-4:] not in page
        assert one.payee.name not in page


def test_nothing_is_published_before_approval_or_of_a_scheme_that_is_not(client, people, three, monkeypatch):
    batch = drafted(people)
    enter(client, people.payer)
    assert "公示名单 PDF" not in text(client.get(f"{HOME}{batch.pk}/"))
    for kind in ("public_pdf", "public_xlsx"):
        assert take(client, batch, kind).status_code == 302
        assert "复核批准以后才能公示" in text(client.get(f"{HOME}{batch.pk}/"))
    assert not Document.objects.filter(letter="payment_publicity").exists()
    batch = approved(people)
    declared = catalogue.current().schemes[batch.scheme]
    object.__setattr__(declared.item, "published", False)
    try:
        with pytest.raises(Refused, match="不公示"):
            list(rostering.villages(batch, by=people.payer))
        assert "不公示" in text(client.get(f"{HOME}{batch.pk}/"))
    finally:
        object.__setattr__(declared.item, "published", True)


def test_a_township_alone_is_printed_and_a_place_elsewhere_is_not(client, people, three):
    batch = approved(people)
    enter(client, people.payer)
    assert len(rows(take(client, batch, "roster_xlsx", under=people.seat.township))) == 5
    assert take(client, batch, "roster_xlsx", under=NEXT_COUNTY.county).status_code == 404
    assert take(client, batch, "everything").status_code == 404
    assert client.get(f"{HOME}{batch.pk}/rosters/").status_code == 405


def test_strangers_take_nothing(client, people, three):
    batch = approved(people)
    enter(client, staff("payer", "payment_reviewer", at=NEXT_COUNTY.county, name="外县"))
    assert {
        take(client, batch, kind).status_code for kind in ("roster_pdf", "roster_xlsx", "public_pdf")
    } == {404}
    for who in (people.clerk, people.county_approver, people.resident):
        assert take(enter(client, who), batch, "roster_xlsx").status_code == 403
    assert not Document.objects.filter(letter__startswith="payment_").exists()


def test_a_thousand_lines_are_set_on_as_many_pages_as_they_need(people, three):
    batch = approved(people)
    one = next(rostering.lines(batch, by=people.payer))
    from minzheng.kernel.documents.letters import build
    from minzheng.kernel.documents.typeset import Frame, pdf
    from minzheng.kernel.ledger.roster_shapes import ROSTER

    line = {
        "name": one.name, "place": "某村", "members": 2, "regular": 50_000, "makeup": 0, "withheld": 0,
        "amount": 50_000, "account": one.account,
    }  # fmt: skip
    data = {
        "office": "某县民政局", "scheme": "低保", "place": "某县", "month": "2022年4月", "batch": "b", "fund": "县级",
        "count": 1000, "total": 1, "sha": "0" * 64, "lines": [line] * 1000,
    }  # fmt: skip
    frame = Frame("1号", "花名册", clock.now(), "ABCDEFGHJKMN", "http://127.0.0.1/verify/x", {})
    made = pdf(ROSTER, build(ROSTER.shape, data, name="花名册"), frame)
    assert len(PdfReader(io.BytesIO(made)).pages) > 20


def test_a_place_too_large_for_one_letter_is_told(client, people, three, monkeypatch):
    monkeypatch.setattr(rostering, "MOST_LINES", 2)
    batch = approved(people)
    enter(client, people.payer)
    assert take(client, batch, "roster_pdf").status_code == 302
    assert "请按乡镇分别出具" in text(client.get(f"{HOME}{batch.pk}/"))
    assert Payment.objects.count() == 3

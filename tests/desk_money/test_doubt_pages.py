"""Doubts at the desk: a work list, one answer each by a reviewer with words, and the draft that follows."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Batch, Doubt, Payment
from minzheng.kernel.people.models import Person
from tests.desk_money.money_pages import HOME, deed, enter, sheet, text
from tests.factories import NEXT_COUNTY, cast, person, staff
from tests.factories.money import APRIL, SCHEME, a_card, drafted, entitled

pytestmark = pytest.mark.django_db
URL = f"{HOME}doubts/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def dead(people, *, amount=700):
    who = person()
    one = entitled(people.county_approver, amount=amount, members=(who, person()))
    Person.objects.filter(pk=one.payee_id).update(died_on=date(2022, 3, 2))
    return one


@pytest.fixture
def doubted(people):
    """One who is paid, one payee who has died, and the draft that found it."""
    entitled(people.county_approver, amount=500)
    one = dead(people)
    return one, drafted(people)


def hold():
    return Doubt.objects.get(code="payee_dead")


def test_a_reviewer_answers_and_the_payer_drafts_again(client, people, doubted):
    _, batch = doubted
    url = f"{HOME}{batch.pk}/"
    page = text(enter(client, people.payment_reviewer).get(url))
    assert "领取人已故" in page
    assert "缓发未核实" in page
    assert f"{URL}{hold().pk}/" in page
    done = deed(client, f"{URL}{hold().pk}/", "answer", answer="pay", words="电话核实，本人健在")
    assert done.status_code == 302
    assert done.headers["Location"].startswith(url)
    assert "须由经办重新编制" in text(client.get(url))
    shown = text(client.get(f"{URL}{hold().pk}/"))
    assert "电话核实，本人健在" in shown
    assert 'id="sheet-answer"' not in shown
    assert deed(enter(client, people.payer), url, "redraft").status_code == 302
    batch.refresh_from_db()
    assert batch.count == 2


def test_skip_keeps_it_out(client, people, doubted):
    one, _ = doubted
    enter(client, people.payment_reviewer)
    deed(client, f"{URL}{hold().pk}/", "answer", answer="skip", words="已注销户口")
    drafted(people)
    assert not Payment.objects.filter(entitlement=one).exists()


def test_where_every_payment_is_held_the_draft_waits_empty_for_the_answers(client, people):
    """One beneficiary of a scheme, and a doubt: nobody could answer it if the draft were refused."""
    one, other = dead(people), dead(people, amount=900)
    made = deed(
        enter(client, people.payer), f"{HOME}new/", "draft", scheme=SCHEME, path=people.seat.county, month="2022-04",
        fund="county",
    )  # fmt: skip
    batch = Batch.objects.get()
    url = f"{HOME}{batch.pk}/"
    assert (made.headers["Location"], batch.count) == (url, 0)
    page = text(enter(client, people.payment_reviewer).get(url))
    assert ("领取人已故" in page, 'id="sheet-review"' in page) == (True, False)
    with pytest.raises(Refused, match="缓发的疑点"):
        actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    for held in Doubt.objects.filter(code="payee_dead"):
        actions.answer_doubt(doubt=held, answer="skip", words="已注销户口", by=people.payment_reviewer)
    drafted(people)
    with clock.frozen(date(2022, 5, 9)):
        closed = actions.close_month(
            scheme=SCHEME, path=people.seat.county, month=APRIL, by=people.payment_reviewer
        )
    assert (closed.count, closed.total) == (0, 0)
    assert not Payment.objects.filter(entitlement__in=[one, other]).exists()


@pytest.mark.parametrize(
    "fields", [{"answer": "pay", "words": " "}, {"answer": "", "words": "x"}, {"answer": "all", "words": "x"}]
)
def test_an_answer_without_words_or_choice_is_refused(client, people, doubted, fields):
    enter(client, people.payment_reviewer)
    assert deed(client, f"{URL}{hold().pk}/", "answer", **fields).status_code == 400
    assert hold().answer == ""


def test_two_clicks_answer_once_and_the_second_reviewer_finds_it_answered(client, people, doubted):
    url = f"{URL}{hold().pk}/"
    hidden = sheet(text(enter(client, people.payment_reviewer).get(url)), "answer")
    other = sheet(text(enter(client, people.second_payment_reviewer).get(url)), "answer")
    enter(client, people.payment_reviewer)
    sent = {**hidden, "answer-answer": "pay", "answer-words": "核实"}
    assert {client.post(url, sent).status_code for _ in range(2)} == {302}
    enter(client, people.second_payment_reviewer)
    client.post(url, {**other, "answer-answer": "skip", "answer-words": "不发"})
    assert (hold().answer, hold().answered_by) == ("pay", people.payment_reviewer.id)


def test_a_warning_stops_nothing_and_says_so(client, people):
    card = a_card()
    entitled(people.county_approver, amount=700, account=card)
    entitled(people.county_approver, amount=800, account=card)
    batch = drafted(people)
    assert batch.count == 2
    warned = Doubt.objects.filter(code="shared_account").first()
    page = text(enter(client, people.payment_reviewer).get(f"{URL}{warned.pk}/"))
    assert "本月不发" not in page
    with pytest.raises(Refused, match="不影响本月发放"):
        actions.answer_doubt(doubt=warned, answer="skip", words="停", by=people.payment_reviewer)
    assert card not in page
    assert deed(client, f"{URL}{warned.pk}/", "answer", answer="pay", words="父子同住").status_code == 302


def test_others_read_or_find_nothing_and_answer_nothing(client, people, doubted):
    url = f"{URL}{hold().pk}/"
    for who in (people.payer, people.provincial_officer):
        page = enter(client, who).get(url)
        assert page.status_code == 200
        assert 'id="sheet-answer"' not in text(page)
        client.post(url, {"deed": "answer", "key": "k", "answer-answer": "pay", "answer-words": "x"})
        assert hold().answer == ""
    enter(client, staff("payer", "payment_reviewer", at=NEXT_COUNTY.county, name="外县"))
    assert client.get(url).status_code == 404
    assert url not in text(client.get(URL))
    for who in (people.clerk, people.county_approver, people.resident):
        assert {enter(client, who).get(one).status_code for one in (URL, url)} == {403}


def test_the_work_list_begins_with_open_holds_and_asks_no_more_for_many(
    client, people, doubted, django_assert_num_queries
):
    enter(client, people.payment_reviewer)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        assert "领取人已故" in text(client.get(URL))
    for n in range(25):
        dead(people, amount=1000 + n)
    drafted(people)
    with django_assert_num_queries(len(few)):
        page = text(client.get(URL))
    assert 'rel="next"' in page
    assert "没有这样的疑点" in text(client.get(URL, {"month": "2021-01"}))
    assert "没有这样的疑点" in text(client.get(URL, {"state": "answered", "weight": ""}))

"""The whole month at the desk: begun, watched, carried on where it stopped, closed when nothing is left."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, ClosedMonth, MonthlyRun, Payment, RunPart
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.monthly import actions, tasks
from minzheng.kernel.people.models import Person
from tests.desk_money.money_pages import HOME, deed, enter, sheet, text
from tests.factories import NEXT_COUNTY, cast, person, staff
from tests.factories.money import APRIL, SCHEME, answered, approved, drafted, entitled

pytestmark = pytest.mark.django_db
RUNS, MONTHS = f"{HOME}runs/", f"{HOME}months/"


@pytest.fixture
def people():
    with clock.frozen(date(2022, 5, 20)):
        yield cast()


@pytest.fixture
def asked(monkeypatch):
    """The runs that the workers were asked to carry on."""
    given = []
    monkeypatch.setattr(tasks, "begin", given.append)
    return given


def started(client, people):
    enter(client, people.payer)
    return deed(client, RUNS, "start", month="2022-04", path=people.seat.county)


def test_a_payer_begins_the_month_watches_it_and_finds_its_batches(client, people, asked):
    entitled(people.county_approver, amount=500)
    assert "还没有月度发放" in text(enter(client, people.payer).get(RUNS))
    done = started(client, people)
    run = MonthlyRun.objects.get()
    url = f"{RUNS}{run.pk}/"
    assert (done.status_code, done.headers["Location"], asked) == (302, url, [run.pk])
    page = text(client.get(url))
    assert f'hx-get="{url}progress/"' in page
    assert "等待后台程序开始" in page
    bar = client.get(f"{url}progress/")
    assert "HX-Refresh" not in bar.headers
    assert "0 / 1 户（人）" in text(bar)
    actions.carry_on(run.pk)
    assert client.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    page = text(client.get(url))
    assert "已完成" in page
    assert f"{HOME}{Batch.objects.get().pk}/" in page
    assert "hx-get" not in page


def test_two_clicks_begin_one_run(client, people, asked):
    entitled(people.county_approver)
    enter(client, people.payer)
    hidden = sheet(text(client.get(RUNS)), "start")
    sent = {**hidden, "start-month": "2022-04", "start-path": people.seat.county}
    assert {client.post(RUNS, sent).status_code for _ in range(2)} == {302}
    assert MonthlyRun.objects.count() == 1


def test_what_stopped_is_carried_on_and_what_failed_is_tried_again_by_one_click(client, people, asked):
    entitled(people.county_approver)
    started(client, people)
    run = MonthlyRun.objects.get()
    url = f"{RUNS}{run.pk}/"
    MonthlyRun.objects.filter(pk=run.pk).update(state="running", started_at=clock.now())
    assert deed(client, url, "go_on").status_code == 302
    assert asked == [run.pk, run.pk]
    batch = drafted(people)
    ledger.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    actions.carry_on(run.pk)
    page = text(client.get(url))
    assert RunPart.objects.get().state == "failed"
    assert "已初核" in page
    ledger.send_back(batch=batch, reason="重编", by=people.payment_reviewer)
    assert deed(client, url, "retry").status_code == 302
    assert asked == [run.pk] * 3
    actions.carry_on(run.pk)
    assert RunPart.objects.get().state == "done"
    assert Payment.objects.count() == 1


def test_a_run_is_begun_by_payers_only_and_strangers_find_none(client, people, asked):
    entitled(people.county_approver)
    started(client, people)
    url = f"{RUNS}{MonthlyRun.objects.get().pk}/"
    for who in (people.payment_reviewer, people.provincial_officer):
        enter(client, who)
        assert 'id="sheet-start"' not in text(client.get(RUNS))
        page = text(client.get(url))
        assert 'id="sheet-go_on"' not in page
        client.post(url, {"deed": "go_on", "key": "k"})
        client.post(RUNS, {"deed": "start", "key": "k"})
    assert len(asked) == 1
    enter(client, staff("payer", at=NEXT_COUNTY.county, name="外县经办"))
    assert {client.get(one).status_code for one in (url, f"{url}progress/")} == {404}
    assert url not in text(client.get(RUNS))
    assert deed(client, RUNS, "start", month="2022-04", path=people.seat.county).status_code == 400
    for who in (people.clerk, people.county_approver, people.resident):
        assert {enter(client, who).get(one).status_code for one in (RUNS, url, f"{url}progress/")} == {403}


@pytest.mark.parametrize("fields", [{"month": "2022-09"}, {"month": "x"}, {"path": "22/"}, {"path": ""}])
def test_a_wrong_month_or_place_is_refused(client, people, asked, fields):
    entitled(people.county_approver)
    enter(client, people.payer)
    usual = {"month": "2022-04", "path": people.seat.county}
    assert deed(client, RUNS, "start", **(usual | fields)).status_code == 400
    assert asked == []


def test_a_month_without_anyone_to_pay_is_told(client, people, asked):
    wrong = started(client, people)
    assert wrong.status_code == 400
    assert "没有需要发放的待遇" in text(wrong)


def paid(people):
    batch = approved(people)
    sent = ledger.send(batch=batch, by=people.payer)
    answered(batch, sent, people)
    ledger.reconcile(batch=batch, by=people.payer)
    return ledger.close(batch=batch, by=people.payer)


def address(people, month="2022-04"):
    return f"{MONTHS}close/?scheme={SCHEME}&path={people.seat.county}&month={month}"


def test_what_stands_in_the_way_is_listed_and_then_the_month_is_closed_for_good(client, people):
    entitled(people.county_approver, amount=500)
    gone = entitled(people.county_approver, amount=700, members=(person(), person()))
    Person.objects.filter(pk=gone.payee_id).update(died_on=date(2022, 3, 2))
    url = address(people)
    page = text(enter(client, people.payment_reviewer).get(url))
    assert "还没有批次" in page
    assert "2 户（人）应发未发" in page
    batch = drafted(people)
    page = text(client.get(url))
    assert "1 条缓发的疑点" in page
    assert f"{HOME}{batch.pk}/" in page
    assert 'id="sheet-close_month"' not in page
    ledger.answer_doubt(doubt=gone_doubt(), answer="skip", words="已注销", by=people.payment_reviewer)
    paid(people)
    assert "可以关账" in text(client.get(MONTHS))
    hidden = sheet(text(client.get(url)), "close_month")
    assert {client.post(url, hidden).status_code for _ in range(2)} == {302}
    assert ClosedMonth.objects.count() == 1
    assert "已关账" in text(client.get(url))
    assert "本月已冻结" in text(client.get(HOME))
    assert "已关账冻结" in text(client.get(f"{HOME}{batch.pk}/"))
    late = entitled(people.county_approver, amount=900)
    enter(client, people.payer)
    fields = {"scheme": SCHEME, "path": people.seat.county, "month": "2022-04", "fund": "county"}
    refused = deed(client, f"{HOME}new/", "draft", **fields)
    assert refused.status_code == 400
    assert "已于 2022-05-20 关账" in text(refused)
    assert not Payment.objects.filter(entitlement=late).exists()
    assert verify() == ()


def gone_doubt():
    from minzheng.kernel.ledger.models import Doubt

    return Doubt.objects.get(code="payee_dead")


def test_the_current_month_is_not_closed_and_only_a_reviewer_closes(client, people):
    entitled(people.county_approver, amount=500)
    paid(people)
    for who in (people.payer, people.provincial_officer):
        page = enter(client, who).get(address(people))
        assert page.status_code == 200
        assert 'id="sheet-close_month"' not in text(page)
        client.post(address(people), {"deed": "close_month", "key": "k"})
    assert not ClosedMonth.objects.exists()
    enter(client, people.payment_reviewer)
    assert "还没有结束" in text(client.get(address(people, "2022-05")))
    enter(client, staff("payment_reviewer", at=NEXT_COUNTY.county, name="外县复核"))
    assert client.get(address(people)).status_code == 404
    assert client.post(address(people), {"deed": "close_month"}).status_code == 404
    for query in ("", "?scheme=x&path=y", f"?scheme={SCHEME}&path=&month=2022-04"):
        assert enter(client, people.payment_reviewer).get(f"{MONTHS}close/{query}").status_code == 404
    assert client.get(f"{address(people, 'never')}").status_code == 400
    for who in (people.clerk, people.county_approver, people.resident):
        assert {enter(client, who).get(one).status_code for one in (MONTHS, address(people))} == {403}


def test_the_page_of_a_run_asks_no_more_for_many_parts(client, people, asked, django_assert_num_queries):
    entitled(people.county_approver)
    started(client, people)
    run = MonthlyRun.objects.get()
    url = f"{RUNS}{run.pk}/"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    RunPart.objects.bulk_create(
        RunPart(run=run, path=people.seat.county, scheme=f"x.{n}", entitled=n) for n in range(20)
    )
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_the_comparison_looks_at_the_regular_amount_and_shows_what_is_added_once(client, people):
    first = entitled(people.county_approver, amount=500, from_month=APRIL)
    entitled(people.county_approver, amount=600, from_month=APRIL)
    paid(people)
    owed = ledger.Owed(first.pk, Month(2022, 3), APRIL, 300)
    basis = ledger.Basis(decision_number="演示〔2022〕9号", rule_set="t", trace_sha="", case_id=None)
    ledger.make_up(
        rows=[owed], from_month=APRIL.next, basis=basis, reason="3月漏发", place=people.seat.county,
        by=people.county_approver,
    )  # fmt: skip
    entitled(people.county_approver, amount=100, from_month=APRIL.next)
    batch = drafted(people, month=APRIL.next)
    from minzheng.kernel.ledger.comparing import compare_with_last_month

    found = compare_with_last_month(batch, by=people.payer)
    assert (found.new, found.changed, found.ended, found.unchanged) == (1, 0, 0, 2)
    assert (found.made_up, found.makeup_total, found.held_back) == (1, 300, 0)
    page = text(enter(client, people.payer).get(f"{HOME}{batch.pk}/"))
    assert "补发：3月漏发" in page
    assert "待遇不变" in page

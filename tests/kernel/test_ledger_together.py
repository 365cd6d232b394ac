"""Two at once, in real transactions: two drafts, two reviewers, an end during an approval, two grants."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Batch, Covered, Entitlement, Journal, MonthlyRun, Payment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.monthly import actions as monthly
from tests.factories import cast, household, person, staff
from tests.factories.money import APRIL, PAYER, REVIEWER, SCHEME, allotted, drafted, entitled

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2022, 4, 20)


def together(*deeds: Callable[[], object]) -> list[object]:
    """What each deed gives or raises when all start at the same moment, each on a connection of its own."""
    outcomes: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(at: int, deed: Callable[[], object]) -> None:
        try:
            with clock.frozen(DAY):
                connection.ensure_connection()
                gate.wait()
                outcomes[at] = deed()
        except MinzhengError as error:
            outcomes[at] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, deed)) for at, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.fixture
def people():
    with clock.frozen(DAY):
        yield cast()


@pytest.fixture
def rows(people):
    return [entitled(people.county_approver, amount=100 + at) for at in range(20)]


def test_two_who_draft_at_once_get_one_batch(people, rows):
    other = staff("payer", at=people.seat.county)

    def draft(by):
        return lambda: actions.draft_batch(
            scheme=SCHEME,
            path=people.seat.county,
            month=APRIL,
            prepared_by=PAYER,
            reviewed_by=REVIEWER,
            by=by,
        )

    outcomes = together(draft(people.payer), draft(other))
    assert {batch.pk for batch in outcomes} == {Batch.objects.get().pk}
    assert Payment.objects.count() == 20
    assert verify() == ()


def test_a_township_and_its_county_at_once_pay_each_household_once(people, rows):
    town = people.seat.township

    def draft(path):
        return lambda: actions.draft_batch(
            scheme=SCHEME, path=path, month=APRIL, prepared_by=PAYER, reviewed_by=REVIEWER, by=people.payer
        )

    outcomes = together(draft(people.seat.county), draft(town))
    assert Payment.objects.count() == 20
    assert sum(isinstance(outcome, Batch) for outcome in outcomes) == 1
    assert "nothing_to_pay" in outcomes


def test_two_months_begun_at_once_are_one_and_two_workers_pay_each_household_once(people, rows):
    other = staff("payer", at=people.seat.county)

    def begin(by):
        return lambda: monthly.start_run(path=people.seat.county, month=APRIL, by=by)

    begun = together(begin(people.payer), begin(other), begin(people.payer))
    [run] = MonthlyRun.objects.all()
    assert {one.pk for one in begun} == {run.pk}
    together(*[lambda: monthly.carry_on(run.pk)] * 3)
    run.refresh_from_db()
    assert run.state == "prepared"
    assert (Batch.objects.count(), run.parts.count(), Payment.objects.count()) == (1, 1, 20)
    assert verify() == ()


def test_the_month_of_a_county_and_of_the_province_at_once_pay_each_household_once(people, rows):
    def whole(path, by):
        return lambda: monthly.carry_on(monthly.start_run(path=path, month=APRIL, by=by).pk)

    together(whole(people.seat.county, people.payer), whole("22/", system("monthly")))
    assert {run.path: run.state for run in MonthlyRun.objects.all()} == {
        people.seat.county: "prepared",
        "22/": "prepared",
    }
    assert Payment.objects.count() == 20
    assert verify() == ()


def test_two_reviewers_who_click_at_once_make_one_approval(people, rows):
    batch = drafted(people)
    allotted(people)

    def review(by):
        return lambda: actions.review(batch=batch, seen=batch.content_sha, by=by)

    together(review(people.payment_reviewer), review(people.second_payment_reviewer))
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPROVED
    assert batch.first_by != batch.second_by
    [owed] = Journal.objects.filter(kind=Journal.Kind.OBLIGATION)
    assert owed.total == batch.total
    assert verify() == ()


def test_one_reviewer_who_clicks_twice_is_still_one(people, rows):
    batch = drafted(people)
    allotted(people)
    review = lambda: actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)  # noqa: E731
    outcomes = together(review, review)
    assert "reviewer_reviewed_it" in outcomes
    batch.refresh_from_db()
    assert batch.state == Batch.State.FIRST_REVIEWED


def test_a_batch_sent_by_two_clicks_goes_out_once(people, rows):
    batch = drafted(people)
    allotted(people)
    for by in (people.payment_reviewer, people.second_payment_reviewer):
        actions.review(batch=batch, seen=batch.content_sha, by=by)
    send = lambda: actions.send(batch=batch, by=people.payer)  # noqa: E731
    outcomes = together(send, send)
    assert "batch_state" in outcomes
    assert batch.files.count() == 1
    assert verify() == ()


def test_an_end_and_an_approval_at_once_do_not_both_win(people, rows):
    batch = drafted(people)
    allotted(people)
    actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    outcomes = together(
        lambda: actions.review(batch=batch, seen=batch.content_sha, by=people.second_payment_reviewer),
        lambda: actions.end(
            entitlement=rows[3], last_month=APRIL.previous, reason="去世", by=people.county_approver
        ),
    )
    codes = {"draft_outdated", "months_already_approved"}
    assert len(codes & {x for x in outcomes if isinstance(x, str)}) == 1
    assert verify() == ()


def test_two_households_granted_at_once_do_not_cover_one_person_twice(people):
    mine, head = person(), person()
    one, other = household(mine), household(head)
    by = people.county_approver
    outcomes = together(
        lambda: entitled(by, home=one, members=(mine,)),
        lambda: entitled(by, home=other, members=(head, mine)),
    )
    assert "covered_already" in outcomes
    assert Entitlement.objects.count() == 1
    assert Covered.objects.filter(person=mine).count() == 1

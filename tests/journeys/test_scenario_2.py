"""Scenario 2 through the doors, one account for each actor, and its proof."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.queries import timeline
from minzheng.kernel.funds.models import ReservePayment, Settlement
from minzheng.kernel.indicators import queries as indicators
from minzheng.kernel.ledger import proof
from minzheng.kernel.ledger.models import Batch
from minzheng.kernel.ledger.settling import figures
from minzheng.kernel.subsidies.models import MeasureTask
from minzheng.kernel.subsidies.queries import arrival
from tests.factories.departments import Departments
from tests.factories.places import NEXT_COUNTY
from tests.journeys.pages import Reader
from tests.journeys.scenario_2 import DAYS, HOMES, LIVING, PRICE, STEPS, Play, play_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

PAGE_OF_ONE = re.compile(r"/\d+/")


@pytest.fixture
def play(departments: Departments, settings: Any) -> Play:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    made = play_for(departments)
    made.stage.door = Reader
    return made


def test_scenario_2_help_first_papers_later_and_an_emergency_level(play: Play) -> None:
    for step in STEPS:
        step(play)
    _decided_and_paid_within_the_hour(play)
    _the_fund_holds_its_quota(play)
    _the_papers_were_overdue_pressed_for_and_completed(play)
    _both_subsidies_are_paid_in_full_and_in_time(play)
    _thousands_are_one_deed(play)
    _the_province_is_the_sum_of_its_counties(play)
    _nobody_else_opens_any_page_of_it(play)


def _decided_and_paid_within_the_hour(play: Play) -> None:
    """From the call to the money, by the stamps of the steps; four officers, no two signatures by one hand."""
    steps = {one.step: one for one in Task.objects.filter(case=play.case)}
    told = play.case.submitted_at
    assert told is not None
    assert told.date() == DAYS["fire"]
    for step in ("accept", "assess", "decide", "pay"):
        done = steps[step].done_at
        assert done is not None
        assert timedelta(0) < done - told < timedelta(hours=1), step
    payment = ReservePayment.objects.get()
    assert (payment.amount, payment.method, payment.on) == (2_000_00, "goods", DAYS["fire"])
    assert (payment.officer, payment.approver) == (
        play.stage.who.clerk.id,
        play.stage.who.township_approver.id,
    )
    assert [one.label for one in timeline(play.case)].count("备用金支付：完成") == 1


def _the_fund_holds_its_quota(play: Play) -> None:
    """Filled up to the quota again, its one payment settled, and nothing in the books that does not agree."""
    fund = play.fund
    assert fund.balance == fund.quota == 2_500_00
    assert (fund.advanced, fund.paid, fund.returned) == (4_500_00, 2_000_00, 0)
    assert Settlement.objects.get().state == Settlement.State.APPROVED
    assert proof.verify() == ()


def _the_papers_were_overdue_pressed_for_and_completed(play: Play) -> None:
    papers = Task.objects.get(case=play.case, step="papers")
    assert papers.due_on is not None
    assert papers.done_at is not None
    assert (papers.due_on < papers.done_at.date(), papers.urged_times, papers.state) == (True, 1, "done")
    story = [one.label for one in timeline(play.case)]
    assert story.index("催办：补齐手续") < story.index("补齐手续：手续齐全，困难已缓解")
    assert play.case.state == Case.State.GRANTED
    assert play.case.closed_at is not None
    refused = Entry.objects.filter(outcome=Entry.Outcome.REFUSED, case_id=play.case.pk)
    assert ("casework.take", play.stage.who.clerk.id) in set(refused.values_list("verb", "actor"))


def _both_subsidies_are_paid_in_full_and_in_time(play: Play) -> None:
    """Every fen of a list reached the payees, and before its last day."""
    for subsidy, scheme in (("assistance.living", LIVING), ("assistance.price", PRICE)):
        one, batch = play.listing(subsidy), play.batch(scheme)
        found = figures(batch)
        assert (one.persons, one.beneficiaries, one.left_out) == (2 * HOMES, HOMES, 0)
        assert batch.state == Batch.State.CLOSED
        assert (found.difference, found.paid, found.bank_paid) == (0, one.total, one.total), subsidy
        arrived = arrival(one, play.stage.who.payer)
        assert (arrived.full, arrived.timely) == (True, True)
        page = play.stage.enter(play.stage.who.payer)
        page.go(f"/desk/subsidies/{one.pk}/")
        assert "足额、按期到账" in page.words
    price = play.listing("assistance.price")
    assert price.due_on is not None
    assert DAYS["price"] <= price.due_on
    living = MeasureTask.objects.get(measure__code="living_subsidy", path=play.stage.who.seat.county)
    assert living.done_at is not None
    assert living.done_at.date() <= living.due_on
    # The county beside it has done nothing yet, and the province sees it.
    assert not MeasureTask.objects.filter(path=NEXT_COUNTY.county).exclude(done_at=None).exists()


def _thousands_are_one_deed(play: Play) -> None:
    """No deed on three thousand persons asks the database more often than one on a few would."""
    assert len(play.spent) == 15
    for name, (statements, seconds) in play.spent.items():
        assert statements < 100, (name, statements)
        assert seconds < 30, (name, seconds)


def _the_province_is_the_sum_of_its_counties(play: Play) -> None:
    by, month = play.stage.who.provincial_officer, clock.Month(2026, 3)
    for indicator, here, counties in (
        ("assistance.temporary_grants", 1, 1), ("assistance.temporary_amount", 2_000_00, 1),
        ("assistance.dibao_households", HOMES, 3), ("assistance.dibao_persons", 2 * HOMES, 3),
    ):  # fmt: skip
        found = {
            one.path: one.numerator for one in indicators.by_county(indicator, month, by) if one.numerator
        }
        assert (found[play.stage.who.seat.county], len(found)) == (here, counties), indicator
        assert indicators.total(indicator, month, by).numerator == sum(found.values())


def _nobody_else_opens_any_page_of_it(play: Play) -> None:
    """An officer of every part outside the prefecture, a resident, and whoever has not signed in."""
    pages = [one for one in play.stage.opened if PAGE_OF_ONE.search(one) and one not in play.elsewhere]
    assert len(pages) >= 20
    stranger, neighbour = play.stage.enter(play.outsider), play.stage.enter(play.stage.who.resident)
    nobody = play.stage.enter(None)
    for page in pages:
        assert stranger.status_of(page) == 404, page
        assert neighbour.status_of(page) in (403, 404), page
        assert nobody.status_of(page) == 302, page

"""What a dibao decision brings about, reconsidered, stopped and faded out; and how it is counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.actions import end_exits
from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.casework import appealing
from minzheng.kernel.casework.models import Appeal
from minzheng.kernel.errors import Refused
from minzheng.kernel.indicators.actions import count_month
from minzheng.kernel.indicators.models import Snapshot
from minzheng.kernel.ledger.models import Entitlement
from tests.factories.afterwards import KEPT, earns, reconsidered, refused, reviewed
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]


# --- What a decision brings about --------------------------------------------------------------------


def test_a_grant_reconsidered_changes_the_one_allowance_and_opens_no_second(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        walk.until_confirmed()
    with clock.frozen(date(2026, 1, 16)):
        walk.serve()
    with clock.frozen(date(2026, 2, 3)):
        reconsidered(walk, walk.case.decisions.get(), "changed")
        earns(walk, 1_200)
        walk.confirm("grant")
    assert Standing.objects.filter(household=walk.family).count() == 1
    amounts = Entitlement.objects.filter(household=walk.family).order_by("from_month")
    assert [(row.state, row.from_month) for row in amounts] == [
        ("superseded", date(2026, 2, 1)), ("current", date(2026, 3, 1)),
    ]  # fmt: skip
    assert amounts[1].amount < amounts[0].amount


def test_a_grant_reconsidered_and_then_refused_is_paid_no_longer(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        walk.until_confirmed()
    with clock.frozen(date(2026, 2, 3)):
        reconsidered(walk, walk.case.decisions.get(), "revoked")
        earns(walk, 90_000)
        walk.confirm("refuse", reason="收入超过标准")
    assert Entitlement.objects.get(household=walk.family).until_month == date(2026, 3, 1)
    standing = Standing.objects.filter(household=walk.family, low_income_class="L2").get()
    assert (standing.state, standing.ended_on) == ("ended", date(2026, 3, 1))


@pytest.mark.parametrize(("why", "resumes"), [("job", date(2026, 4, 1)), ("income", date(2026, 4, 1))])
def test_a_stop_reconsidered_is_taken_up_again_without_a_month_paid_twice(
    walk: Walk, why: str, resumes: date
) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = reviewed(walk, origin, why=why)
        review.confirm("refuse", reason="收入超过标准")
        reconsidered(review, review.case.decisions.get())
        review.case.members.filter(person=walk.applicant).update(answers=KEPT)
        review.confirm("grant")
    standing = Standing.objects.get(household=walk.family)
    assert (standing.state, standing.ended_on) == ("current", None)
    rows = list(Entitlement.objects.filter(household=walk.family).order_by("id"))
    assert [(row.from_month, row.until_month) for row in rows] == [
        (date(2026, 2, 1), resumes), (resumes, None),
    ]  # fmt: skip


def test_only_income_from_a_job_fades_out_and_property_ends_at_once(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = reviewed(walk, origin, houses="9")
        review.confirm("refuse", reason="房产超标")
    assert Entitlement.objects.get(household=walk.family).until_month == date(2026, 4, 1)
    assert Standing.objects.get(household=walk.family).state == "ended"


def test_a_household_that_has_faded_out_leaves_the_register_and_may_come_back(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = reviewed(walk, origin)
        review.confirm("refuse", reason="就业")
        review.serve()
    with clock.frozen(date(2026, 9, 30)):
        assert end_exits(on=clock.today(), by=system("nightly")) == 0
    with clock.frozen(date(2026, 10, 1)):
        assert end_exits(on=clock.today(), by=system("nightly")) == 1
        assert end_exits(on=clock.today(), by=system("nightly")) == 0
    assert Standing.objects.get(household=walk.family).state == "ended"


def test_a_household_that_loses_the_job_while_fading_out_is_granted_anew(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        reviewed(walk, origin).confirm("refuse", reason="就业")
    again = Walk(walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "rural"})
    with clock.frozen(date(2026, 6, 2)):
        again.until_confirmed()
    rows = Entitlement.objects.filter(household=walk.family).order_by("id")
    assert [(row.from_month, row.until_month) for row in rows] == [
        (date(2026, 2, 1), date(2026, 7, 1)), (date(2026, 7, 1), None),
    ]  # fmt: skip


# --- Figures -----------------------------------------------------------------------------------------


def test_a_county_in_which_nothing_is_left_is_counted_as_nothing(walk: Walk) -> None:
    month = clock.Month(2026, 3)
    last = walk.until_posted()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
        count_month(month, by=system("nightly"))
        Standing.objects.update(state="ended", ended_on=clock.today(), end_reason="迁出")
        count_month(month, by=system("nightly"))
    counted = Snapshot.objects.get(indicator="assistance.dibao_households", month=month.first)
    assert counted.numerator == 0


def test_a_decision_taken_anew_is_not_counted_as_a_second_application(walk: Walk) -> None:
    decision = refused(walk)
    reconsidered(walk, decision)
    walk.confirm("refuse", reason="仍超过标准")
    count_month(clock.Month(2026, 3), by=system("nightly"))
    counted = Snapshot.objects.get(indicator="assistance.dibao_on_time", month=date(2026, 3, 1))
    assert counted.denominator == 1


def test_an_appeal_is_decided_once(walk: Walk) -> None:
    reconsidered(walk, refused(walk))
    appeal = Appeal.objects.get()
    with pytest.raises(Refused, match="先受理"):
        appealing.decide_appeal(appeal.pk, result="revoked", opinion="再决定", by=walk.who.reviewer)
    assert walk.case.tasks.filter(step="confirm", state="open").count() == 1

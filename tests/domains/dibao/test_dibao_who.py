"""Who applies for dibao and who is counted: once for a household, by whoever may, and nobody who has died."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minzheng.kernel import clock
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import warnings
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.ledger.models import Covered
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.visits import actions as visits
from tests.factories.afterwards import refused
from tests.factories.cast import resident_of
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


# --- Who applies -------------------------------------------------------------------------------------


def test_husband_and_wife_do_not_apply_for_the_same_household_twice(walk: Walk) -> None:
    walk.apply()
    wife = walk.family.memberships.last().person
    second = Walk(walk.who, walk.departments, wife, walk.family, form={"class_ur": "rural"})
    second.draft()
    with pytest.raises(Refused, match="另一件正在办理"):
        drafting.submit(second.case.pk, by=walk.who.coordinator)


def test_a_review_is_the_offices_and_not_the_familys_to_write_or_take_back(walk: Walk) -> None:
    origin = walk.until_confirmed()
    resident = resident_of(walk.applicant)
    begin = {
        "applicant": walk.applicant, "household": walk.family, "path": walk.family.path, "channel": "online",
        "origin": origin,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        drafting.start_draft("assistance.dibao_review", by=resident, **begin)
    case = drafting.start_draft("assistance.dibao_review", by=walk.who.clerk, **begin)
    with pytest.raises(NotFound):
        drafting.withdraw(case.pk, reason="不想复核", by=resident)
    with pytest.raises(NotFound):
        drafting.save_draft(case.pk, {"change": "没有变化"}, by=resident)


def test_nobody_begins_on_another_familys_answers_or_lead_or_for_the_dead(walk: Walk) -> None:
    walk.apply()
    other = person(path=walk.who.seat.village)
    home = household(other, path=walk.who.seat.village)
    begin = {"applicant": other, "path": other.path, "channel": "agent", "by": walk.who.coordinator}
    with pytest.raises(Refused, match="不是这位申请人"):
        drafting.start_draft("assistance.dibao", household=home, origin=walk.case, **begin)
    lead = visits.raise_lead(
        walk.family, domain="assistance", source="report", text="困难", by=walk.who.coordinator
    )
    with pytest.raises(Refused, match="不是这户"):
        drafting.start_draft("assistance.dibao", household=home, lead_id=lead.pk, **begin)
    other.died_on = DAY
    other.save()
    with pytest.raises(Refused, match="去世"):
        drafting.start_draft("assistance.dibao", household=home, **begin)


def test_a_lead_closed_meanwhile_does_not_hold_up_the_application(walk: Walk) -> None:
    lead = visits.raise_lead(
        walk.family, domain="assistance", source="report", text="困难", by=walk.who.coordinator
    )
    walk.draft()
    Case.objects.filter(pk=walk.case.pk).update(lead_id=lead.pk)
    visits.close_lead(lead.pk, reason="已另行帮扶", by=walk.who.coordinator)
    drafting.submit(walk.case.pk, by=resident_of(walk.applicant))
    lead.refresh_from_db()
    assert (lead.state, lead.case_id) == ("closed", None)


def test_an_applicant_already_under_way_for_the_edge_is_refused_dibao_all_the_same(walk: Walk) -> None:
    edge = Walk(
        walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "rural"},
        service="assistance.edge",
    )  # fmt: skip
    edge.apply()
    refused(walk)
    assert not walk.case.follow_ons.exists()
    assert edge.fresh().state == Case.State.SUBMITTED


# --- Who is counted ----------------------------------------------------------------------------------


def test_only_those_the_law_counts_are_posted_paid_and_covered(walk: Walk) -> None:
    son = person(path=walk.who.seat.village, name="测小雪", birth=date(1995, 1, 1))
    walk.family.memberships.create(person=son, relation="20", from_on=date(2020, 1, 1))
    walk.answers = {son.pk: {"lives_together": "no", "work_capacity": "full"}}
    walk.until_confirmed()
    notice = Posting.objects.get(case_id=walk.case.pk)
    decision = walk.case.decisions.get()
    assert (notice.content["members"], decision.payload["members"]) == (2, 2)
    assert son.pk not in decision.payload["persons"]
    assert not Covered.objects.filter(person=son).exists()


def test_whoever_dies_while_the_case_runs_is_counted_no_more(walk: Walk) -> None:
    last = walk.until_posted()
    wife = walk.family.memberships.last().person
    wife.died_on = DAY
    wife.save()
    assert any("测寒露" in text and "去世" in text for text in warnings(walk.case))
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
    assert walk.case.decisions.get().payload["persons"] == [walk.applicant.pk]


def test_nothing_is_granted_to_the_dead(walk: Walk) -> None:
    last = walk.until_posted()
    walk.applicant.died_on = DAY
    walk.applicant.save()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(Refused, match="去世"):
            walk.confirm()

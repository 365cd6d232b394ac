"""A refused dibao becomes the assessment of a low-income edge household, without new papers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.exchange.models import Consent, Query
from minzheng.kernel.ledger.models import Entitlement
from tests.factories.cast import actor, cast, office, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


@pytest.fixture
def walk(departments: Departments) -> Walk:
    who = cast()
    earner = person(path=who.seat.village, name="测立夏", birth=date(1975, 2, 11))
    family = household(earner, person(path=who.seat.village, sex="2"), path=who.seat.village)
    answers = {earner.pk: {"work_capacity": "full", "business": "10000"}}
    return Walk(who, departments, earner, family, form={"class_ur": "rural"}, answers=answers)


def _refused(walk: Walk) -> Case:
    walk.until_verified()
    walk.assess("oppose")
    return walk.confirm("refuse", reason="人均收入高于低保标准")


def test_a_refused_dibao_goes_on_as_edge_with_what_is_already_known(walk: Walk) -> None:
    origin = _refused(walk)
    consents, questions = Consent.objects.count(), Query.objects.count()
    edge = origin.follow_ons.get()
    assert (edge.service, edge.state) == ("assistance.edge", Case.State.OPEN)
    carried = dict(edge.tasks.values_list("step", "state"))
    assert carried == {"accept": "carried", "investigate": "carried", "verify": "carried", "assess": "open"}
    walk.case = edge
    walk.assess()
    walk.panel()
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        granted = walk.confirm()
    standing = Standing.objects.get(household=walk.family)
    assert (standing.low_income_class, standing.amount) == ("L3", 0)
    assert standing.review_due == date(2027, 3, 11)
    assert granted.decisions.get().determination["scheme"] == "edge"
    assert not Entitlement.objects.filter(household=walk.family).exists()
    assert (Consent.objects.count(), Query.objects.count()) == (consents, questions)


def test_whoever_investigated_the_dibao_may_not_decide_the_edge(walk: Walk) -> None:
    origin = _refused(walk)
    walk.case = origin.follow_ons.get()
    walk.assess()
    walk.panel()
    last = walk.post()
    user = user_of(walk.who.investigator)
    county = walk.who.seat.county
    Posting.objects.create(
        user=user, office=office(county), role="assistance.county_approver", from_on=date(2020, 1, 1)
    )
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(NotAllowed, match="不同的人"):
            walk.do("confirm", "grant", actor(user))


def test_an_edge_household_that_becomes_poorer_moves_to_dibao(walk: Walk) -> None:
    origin = _refused(walk)
    walk.case = origin.follow_ons.get()
    walk.assess()
    walk.panel()
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
    again = Walk(walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "rural"})
    with clock.frozen(date(2026, 6, 2)):
        again.until_confirmed()
    classes = dict(Standing.objects.filter(household=walk.family).values_list("low_income_class", "state"))
    assert classes == {"L3": "ended", "L2": "current"}

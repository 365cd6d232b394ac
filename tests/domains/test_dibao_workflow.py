"""Dibao through the whole workflow: what each actor may do, in which order, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import drafting, posting
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger.models import Entitlement
from tests.factories.cast import Cast, cast
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _a_working_tuesday() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def walk(departments: Departments) -> Walk:
    who = cast()
    applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
    wife = person(path=who.seat.village, name="测寒露", birth=date(1970, 10, 8), sex="2")
    family = household(applicant, wife, path=who.seat.village, class_ur="rural")
    return Walk(who, departments, applicant, family, form={"class_ur": "rural"})


def test_a_household_without_income_is_confirmed_and_paid_from_the_next_month(walk: Walk) -> None:
    case = walk.until_confirmed()
    assert case.state == Case.State.GRANTED
    decision = Decision.objects.get(case=case)
    assert decision.payload["amount"] == 72867
    entitlement = Entitlement.objects.get(case_id=case.pk)
    assert entitlement.amount == decision.payload["amount"]
    assert entitlement.from_month == date(2026, 4, 1)
    standing = Standing.objects.get(household=walk.family)
    assert (standing.low_income_class, standing.members) == ("L2", 2)

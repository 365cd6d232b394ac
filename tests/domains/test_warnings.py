"""Warnings name what to look at twice; each is provoked here, and none stops the case."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel.casework.queries import warnings
from minzheng.kernel.errors import Refused
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.money import entitled
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]


@pytest.fixture
def walk(departments: Departments) -> Walk:
    who = cast()
    applicant = person(path=who.seat.village, birth=date(1970, 3, 5))
    return Walk(who, departments, applicant, household(applicant, path=who.seat.village))


def test_an_ordinary_case_gives_no_warning(walk: Walk) -> None:
    walk.apply()
    assert warnings(walk.case) == []


def test_an_account_that_already_serves_another_household_is_named(walk: Walk) -> None:
    walk.apply()
    other = entitled(walk.who.county_approver)
    walk.case.sealed["payee_account"] = other.account
    walk.case.save()
    assert any("银行账号" in text for text in warnings(walk.case))


def test_a_coming_age_is_named_sixty_days_ahead(walk: Walk) -> None:
    child = person(path=walk.who.seat.village, birth=date(2010, 5, 1))
    walk.family.memberships.create(person=child, relation="20", from_on=date(2020, 1, 1))
    walk.apply()
    assert [text for text in warnings(walk.case) if "16周岁" in text] == [
        f"{child.name}将于2026年05月01日年满16周岁，请届时复核。"
    ]


def test_one_person_applying_out_of_a_family_is_named(walk: Walk) -> None:
    walk.family.memberships.create(
        person=person(path=walk.who.seat.village), relation="10", from_on=date(2020, 1, 1)
    )
    walk.draft()
    walk.case.members.exclude(person=walk.applicant).delete()
    assert any("单人户" in text for text in warnings(walk.case))


def test_a_telephone_of_more_than_three_households_is_named(walk: Walk) -> None:
    for _ in range(3):
        household(person(path=walk.who.seat.village, phone="13800000000"), path=walk.who.seat.village)
    walk.apply()
    assert any("另外 3 户" in text for text in warnings(walk.case))


def test_insured_though_declared_without_work_is_named(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    walk.investigate()
    records = {walk.applicant.pk: {"tax_social": {"base": 300_000, "months": 6, "taxed": 0, "fund": 0}}}
    with pytest.raises(Refused, match="没有认定"):
        walk.verify(records)
    assert any("社会保险" in text for text in warnings(walk.case))

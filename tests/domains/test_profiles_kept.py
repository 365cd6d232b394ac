"""A decision leaves behind what it rested on, and the law over all profiles says what it said of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

from minzheng.domains.assistance.models import PROFILES, HouseholdProfile, PersonProfile
from minzheng.domains.assistance.queries import facts_of_case
from minzheng.domains.assistance.rules import dibao, means
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.profiles.queries import facts_kept
from minzheng.kernel.profiles.reading import read
from tests.factories.departments import Departments
from tests.factories.walk import Walk, walk_of_two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)
RULES = (dibao.dibao_eligible, dibao.dibao_amount, means.counts)


@pytest.fixture
def walk(departments: Departments) -> Walk:
    walk = walk_of_two(departments, form={"class_ur": "rural", "deposits": "1200"})
    walk.answers = {walk.applicant.pk: {"work_capacity": "full", "business": "3000"}}
    return walk


def in_columns(on: date) -> dict[str, Any]:
    (batch,) = read(PROFILES, rules=RULES)
    found = BulkEngine(PROFILES.entity, RULES).decide(batch.table, catalogue.current().parameters(), on=on)
    return {rule.name: [found[rule][at] for at in range(len(found[rule]))] for rule in RULES}


def test_what_was_granted_on_is_kept_and_decides_the_same_in_columns(walk: Walk) -> None:
    case = walk.until_confirmed()
    decision = case.decisions.get()
    profile = HouseholdProfile.objects.get(household=walk.family)
    assert (profile.case_id, profile.as_of, profile.path) == (case.pk, decision.on, walk.family.path)
    assert profile.source == f"{decision.number} 决定所依据的情况"
    assert (profile.class_ur, profile.housing) == ("rural", "own")
    rows = PersonProfile.objects.filter(profile=profile).order_by("position")
    persons = [one.person_id for one in case.members.order_by("id")]
    assert [(row.position, row.person_id) for row in rows] == list(enumerate(persons))
    assert [row.business for row in rows] == [300000, 0]
    decided = in_columns(decision.on)
    assert decided["dibao_eligible"] == [True]
    assert decided["dibao_amount"] == [decision.payload["amount"]]
    assert decided["counts"] == [True, True]
    entry = Entry.objects.get(verb="casework.take", case_id=case.pk, label__startswith="审核确认")
    assert {"verb": "profiles.keep"} in entry.parts


def test_a_refusal_and_the_edge_that_follows_each_leave_their_facts(walk: Walk) -> None:
    walk.answers = {walk.applicant.pk: {"work_capacity": "full", "business": "10000"}}
    walk.until_verified()
    walk.assess("oppose")
    refused = walk.confirm("refuse", reason="人均收入高于低保标准")
    assert HouseholdProfile.objects.get().case_id == refused.pk
    assert in_columns(DAY)["dibao_eligible"] == [False]
    walk.case = edge = refused.follow_ons.get()
    walk.assess()
    walk.panel()
    with clock.frozen(walk.post() + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
        assert HouseholdProfile.objects.get().case_id == edge.pk
        assert HouseholdProfile.objects.get().as_of == clock.today()
    past = [(event.case_id, event.as_of) for event in history()]
    assert past == [(refused.pk, DAY)]


def history() -> list[Any]:
    """The past states of household profiles, as the database kept them."""
    return list(apps.get_model("assistance", "HouseholdProfileEvent").objects.order_by("pgh_id"))


def test_a_family_that_is_no_household_yet_is_refused_without_a_profile(walk: Walk) -> None:
    walk.answers = {walk.applicant.pk: {"work_capacity": "full", "business": "10000"}}
    walk.until_verified()
    walk.assess("oppose")
    Case.objects.filter(pk=walk.case.pk).update(household=None)
    walk.confirm("refuse", reason="人均收入高于低保标准")
    assert not HouseholdProfile.objects.exists()


def test_the_facts_kept_are_those_that_were_decided_on(walk: Walk) -> None:
    case = walk.until_confirmed()
    kept = facts_kept(PROFILES, walk.family.pk)
    assert kept is not None
    facts = facts_of_case(case)
    assert kept.household == {name: one for name, one in facts.household.items() if one is not None}
    assert list(kept.persons) == [
        {name: one for name, one in row.items() if one is not None} for row in facts.persons
    ]

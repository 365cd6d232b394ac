"""The made-up province: everyone has a believable profile, and the law agrees with the old books."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.db import IntegrityError

from minzheng.domains.assistance import demo
from minzheng.domains.assistance.models import PROFILES, HouseholdProfile, PersonProfile, Standing
from minzheng.domains.assistance.rules import dibao, edge
from minzheng.kernel import catalogue
from minzheng.kernel.areas import loading
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.people import population
from minzheng.kernel.people.models import Household, Membership, Person
from minzheng.kernel.profiles.reading import read

pytestmark = pytest.mark.django_db
RULES = (dibao.dibao_eligible, edge.edge_eligible)
HOUSEHOLDS = 3000


@pytest.fixture(autouse=True)
def _province(db: None) -> None:
    loading.load()
    population.populate(households=HOUSEHOLDS, sinks=demo.SINKS, tables=demo.TABLES)


def test_every_household_has_a_profile_of_its_own_persons_and_place() -> None:
    assert HouseholdProfile.objects.count() == Household.objects.count() == HOUSEHOLDS
    assert PersonProfile.objects.count() == Person.objects.count()
    elsewhere = [
        profile.pk for profile in HouseholdProfile.objects.select_related("household")
        if (profile.path, profile.class_ur) != (profile.household.path, profile.household.class_ur)
    ]  # fmt: skip
    assert elsewhere == []
    home = dict(Membership.objects.values_list("person_id", "household_id"))
    for row in PersonProfile.objects.select_related("person"):
        assert home[row.person_id] == row.profile_id
        assert row.person is not None
        assert (row.birth, row.disability_grade) == (row.person.birth, row.person.disability_grade or 0)
    heads = PersonProfile.objects.filter(position=0)
    assert set(heads.values_list("relation", flat=True)) == {"self"}


def test_the_law_agrees_with_the_old_books_and_leaves_some_questions_open() -> None:
    parameters = catalogue.current().parameters()
    engine = BulkEngine(PROFILES.entity, RULES)
    on_dibao = list(Standing.objects.values_list("household_id", flat=True))
    open_, edge_ = 0, 0
    for batch in read(PROFILES, rules=RULES, parameters=parameters):
        decided = engine.decide(batch.table, parameters, on=date(2026, 3, 3))
        met, known = decided[RULES[0]].values, decided[RULES[0]].known
        paid = np.isin(batch.households, on_dibao)
        assert paid.any()
        assert met[paid].all()
        assert known[paid].all()
        open_ += int((~known).sum())
        edge_ += int((decided[RULES[1]].values & decided[RULES[1]].known).sum())
    assert 0 < open_ < HOUSEHOLDS // 20
    assert 0 < edge_ < HOUSEHOLDS // 10
    assert Standing.objects.count() == len(on_dibao) > 0


def test_the_keys_that_were_set_aside_stand_again() -> None:
    profile = HouseholdProfile.objects.first()
    assert profile is not None
    with pytest.raises(IntegrityError, match="assistance_personprofile_order"):
        PersonProfile.objects.create(profile=profile, position=0)

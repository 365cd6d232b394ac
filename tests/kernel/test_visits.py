"""Signs of one household's need meet in one lead; a visit is the coordinator's; a lead ends with a reason."""

from __future__ import annotations

import pytest

from minzheng.kernel.casework import drafting
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.visits import actions, queries
from minzheng.kernel.visits.models import Lead
from tests.factories.cast import Cast, cast
from tests.factories.people import household, person

pytestmark = pytest.mark.django_db
NEED = {"need": "illness", "seen": "户主住院，家里没有收入", "urgent": "no"}


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def home(who: Cast) -> Household:
    return household(person(path=who.seat.village), path=who.seat.village)


def test_a_data_match_and_a_visit_meet_in_one_lead(who: Cast, home: Household) -> None:
    matched = actions.raise_lead(
        home, domain="assistance", source="match", text="自付医疗费较高", by=who.coordinator
    )
    visit = actions.record("assistance.patrol", household=home, answers=NEED, by=who.coordinator)
    assert visit.lead_id == matched.pk
    assert list(matched.signs.order_by("id").values_list("source", flat=True)) == ["match", "visit"]
    assert [lead.pk for lead in queries.open_leads(who.coordinator)] == [matched.pk]


def test_a_visit_that_finds_no_need_raises_no_lead(who: Cast, home: Household) -> None:
    visit = actions.record(
        "assistance.patrol", household=home, answers={**NEED, "need": "none"}, by=who.coordinator
    )
    assert visit.lead is None


def test_the_visit_is_the_coordinators_and_the_household_is_in_her_village(
    who: Cast, home: Household
) -> None:
    with pytest.raises(NotAllowed, match="协理员"):
        actions.record("assistance.patrol", household=home, answers=NEED, by=who.clerk)
    for outsider in (who.stranger, who.resident):
        with pytest.raises(NotFound):
            actions.record("assistance.patrol", household=home, answers=NEED, by=outsider)
        with pytest.raises(NotFound):
            actions.raise_lead(home, domain="assistance", source="report", text="有困难", by=outsider)


def test_a_lead_ends_with_an_application_or_a_reason(who: Cast, home: Household) -> None:
    lead = actions.raise_lead(home, domain="assistance", source="report", text="邻居反映", by=who.coordinator)
    with pytest.raises(Refused, match="原因"):
        actions.close_lead(lead.pk, reason=" ", by=who.coordinator)
    with pytest.raises(NotFound):
        actions.close_lead(lead.pk, reason="无需救助", by=who.stranger)
    assert actions.close_lead(lead.pk, reason="家中已有人就业", by=who.coordinator).state == Lead.State.CLOSED
    with pytest.raises(Refused, match="已经了结"):
        actions.close_lead(lead.pk, reason="再次了结", by=who.coordinator)


def test_a_new_sign_after_the_end_opens_a_new_lead(who: Cast, home: Household) -> None:
    first = actions.raise_lead(home, domain="assistance", source="match", text="一", by=who.coordinator)
    actions.close_lead(first.pk, reason="核实无困难", by=who.coordinator)
    second = actions.raise_lead(home, domain="assistance", source="match", text="二", by=who.coordinator)
    assert second.pk != first.pk


def test_an_application_from_a_lead_answers_it(who: Cast, home: Household) -> None:
    lead = actions.raise_lead(home, domain="assistance", source="report", text="邻居反映", by=who.coordinator)
    applicant: Person = home.memberships.get().person
    case = drafting.start_draft(
        "assistance.dibao", applicant=applicant, household=home, path=home.path, channel="agent", by=who.coordinator,
        lead_id=lead.pk,
    )  # fmt: skip
    lead.refresh_from_db()
    assert (lead.state, case.lead_id) == (Lead.State.OPEN, lead.pk)

"""Whatever happens in two families in whatever order: told twice it is as told once, and undone as if never told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.events import actions
from minzheng.kernel.events.models import FollowUp, LifeEvent, Report
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Household, Membership, Person
from tests.factories import cast, person, staff
from tests.factories.cast import Cast
from tests.factories.events import carried_out, on_dibao, on_tekun, tell
from tests.factories.places import NEXT_COUNTY, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
TODAY, SINCE = date(2026, 4, 10), Month(2026, 1)
SOURCES = {
    "death": ("police", "funeral"), "prison": ("justice",), "detox": ("detox",), "hukou_move": ("police",),
    "marriage": ("registry",), "disability_new": ("disability",), "vehicle": ("traffic",), "job_loss": ("labour",),
}  # fmt: skip
Telling = tuple[str, int, int, int]
TELLINGS = st.tuples(
    st.sampled_from(sorted(SOURCES)), st.integers(0, 2), st.integers(0, 40), st.integers(0, 1)
)


def _tell(people: list[Person], telling: Telling, reference: str) -> LifeEvent | None:
    """One office's word, carried out as far as nothing contradicts it; a refusal changes nothing."""
    kind, whom, days, source = telling
    detail: dict[str, Any] = {}
    if kind == "hukou_move":
        detail = {"to_path": NEXT_COUNTY.village, "whole_household": True}
    elif kind == "disability_new":
        detail = {"category": "4", "grade": "2"}
    sources = SOURCES[kind]
    try:
        with transaction.atomic():
            found = tell(
                people[whom], kind, TODAY - timedelta(days=days), source=sources[source % len(sources)],
                reference=reference, **detail,
            )  # fmt: skip
    except MinzhengError:
        return None
    return carried_out(found)


def _state() -> dict[str, Any]:
    """All that events change: files, families, the register, what is drawn in which month, what humans are asked."""
    return {
        "persons": list(
            Person.objects.order_by("id").values_list("id", "died_on", "disability_grade", "path", "hukou_path")
        ),
        "homes": list(Household.objects.order_by("id").values_list("id", "path")),
        "members": sorted(
            Membership.objects.filter(until_on=None).values_list("household_id", "person_id", "counted")
        ),
        "register": sorted(
            Standing.objects.exclude(state="ended").values_list("household_id", "low_income_class", "state", "path")
        ),
        "drawn": _drawn(),
        "asked": sorted(
            FollowUp.objects.filter(state="open").values_list("label", "household_id", "effect__event_id")
        ),
    }  # fmt: skip


def _drawn() -> set[tuple[Any, ...]]:
    """Scheme, who, month, amount and place: however many intervals it is written in, and none twice."""
    found: list[tuple[Any, ...]] = []
    for one in Entitlement.objects.all():
        until = Month.of(one.until_month) if one.until_month else Month(2026, 9)
        months = Month.of(one.from_month).until(until)
        found += [(one.scheme, one.household_id, one.person_id, str(m), one.amount, one.path) for m in months]
    assert len(found) == len(set(found))
    return set(found)


def _families(who: Cast) -> list[Person]:
    place(NEXT_COUNTY.village.split("/")[-2])
    couple = (
        person(path=who.seat.village, birth=date(1960, 3, 5)),
        person(path=who.seat.village, birth=date(1962, 3, 5), sex="2"),
    )
    on_dibao(who, *couple, from_month=SINCE)
    alone = on_tekun(who, from_month=SINCE)
    assert alone.person is not None
    return [*couple, alone.person]


@dataclass(frozen=True)
class Town:
    """Two families and whoever decides on their events, here and where they may move to."""

    people: list[Person]
    decider: Actor


@pytest.fixture
def town() -> Town:
    with clock.frozen(TODAY):
        who = cast()
        people = _families(who)
        both = (who.seat.county, NEXT_COUNTY.county)
        return Town(people, staff("county_approver", "county_approver", at=both, name="两县审批"))


UNHURRIED = settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def _told(people: list[Person], tellings: list[Telling]) -> tuple[dict[str, Any], int, int]:
    """What stands when all of it has been told and every event was carried out once more."""
    for at, one in enumerate(tellings):
        _tell(people, one, f"R{at}")
    for pk in list(LifeEvent.objects.order_by("id").values_list("id", flat=True)):
        actions.fan_out(pk)
    return _state(), LifeEvent.objects.count(), Report.objects.count()


@UNHURRIED
@given(tellings=st.lists(TELLINGS, min_size=1, max_size=3))
def test_a_sequence_told_twice_is_as_told_once(town: Town, tellings: list[Telling]) -> None:
    with clock.frozen(TODAY), transaction.atomic():
        once, twice = _told(town.people, tellings), _told(town.people, tellings)
        assert once == twice
        event(f"{once[1]} events of {len(tellings)}")
        transaction.set_rollback(True)


@UNHURRIED
@given(tellings=st.lists(TELLINGS, max_size=2), wrong=TELLINGS)
def test_a_wrong_event_withdrawn_leaves_all_as_if_it_had_never_been_told(
    town: Town, tellings: list[Telling], wrong: Telling
) -> None:
    with clock.frozen(TODAY), transaction.atomic():
        for at, one in enumerate(tellings):
            _tell(town.people, one, f"R{at}")
        before, events = _state(), LifeEvent.objects.count()
        found = _tell(town.people, wrong, "wrong")
        try:
            # Another report of what is known already, or one that a human must look at, has done nothing.
            assume(found is not None and LifeEvent.objects.count() == events + 1)
            assert found is not None
            changed = _state() != before
            with transaction.atomic():
                actions.withdraw(event=found, reason="同名他人", by=town.decider)
            actions.fan_out(found.pk)
            after = _state()
            event(f"{wrong[0]}: {'changed' if changed else 'nothing'}")
            assert after == before
        finally:
            transaction.set_rollback(True)

"""Life events withdrawn: undone, dropped or put before a human; and who may do what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.events import actions, queries, tasks
from minzheng.kernel.events.models import FollowUp
from minzheng.kernel.people.queries import members
from tests.factories import NEXT_COUNTY, household, person, staff
from tests.factories.events import carried_out, log, tell
from tests.factories.toy_reactions import DAY, Toy, vehicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


# --- Withdrawn ----------------------------------------------------------------------------------------------


def test_a_withdrawn_event_is_undone_and_what_cannot_be_is_put_before_a_human(people: Any, toy: Toy) -> None:
    event = carried_out(vehicle(person(path=people.seat.village)))
    assert FollowUp.objects.get().state == "open"
    event = actions.withdraw(event=event, reason="同名他人", by=people.county_approver)
    carried_out(event)
    carried_out(event)
    assert (log(event)["events.toy"], log(event)["events.ask"]) == ("undone", "by_hand")
    assert [one["number"] for one in toy.undone] == [event.number]
    asked = {one.label: (one.state, one.words) for one in FollowUp.objects.all()}
    assert asked["看一看"] == ("dropped", "事件已撤销或更正：同名他人")
    assert asked["人工恢复：请人看"][0] == "open"
    with pytest.raises(Stale):
        actions.withdraw(event=event, reason="再撤", by=people.county_approver)


def test_what_had_not_been_carried_out_is_dropped(people: Any, toy: Toy) -> None:
    event = vehicle(person(path=people.seat.village))
    actions.withdraw(event=event, reason="同名他人", by=people.county_approver)
    carried_out(event)
    assert set(log(event).values()) == {"dropped"}
    assert toy.acted == []


def test_a_failed_counter_action_is_tried_again(people: Any, toy: Toy) -> None:
    event = carried_out(vehicle(person(path=people.seat.village)))
    actions.withdraw(event=event, reason="同名他人", by=people.county_approver)
    toy.fails = [Refused("busy", "忙")]
    carried_out(event)
    one = event.effects.get(reaction="events.toy")
    assert (one.state, one.error) == ("done", "忙")
    with clock.frozen(date(2026, 3, 11)):
        tasks.resume.func(0)
    one.refresh_from_db()
    assert (one.state, one.error) == ("undone", "")


def test_a_withdrawn_death_gives_the_household_its_member_back(people: Any) -> None:
    who, wife = person(path=people.seat.village), person(path=people.seat.village, sex="2")
    home = household(who, wife, path=people.seat.village)
    event = carried_out(tell(who, "death", DAY))
    assert [one.person for one in members(home)] == [wife]
    actions.withdraw(event=event, reason="误报", by=people.county_approver)
    carried_out(event)
    who.refresh_from_db()
    assert who.died_on is None
    assert {one.person for one in members(home)} == {who, wife}
    again = tell(who, "death", date(2026, 3, 8))
    assert (again.pk != event.pk, again.state) == (True, "held")
    assert "已被撤销" in again.hold_reason


def test_prison_takes_a_member_out_of_the_count_and_back(people: Any) -> None:
    who = person(path=people.seat.village)
    home = household(who, person(path=people.seat.village, sex="2"), path=people.seat.village)
    event = carried_out(tell(who, "prison", DAY, source="justice"))
    own = next(one for one in members(home) if one.person == who)
    assert (own.counted, own.not_counted_reason, own.from_on) == (False, "prison", DAY)
    assert next(one for one in members(home, on=date(2026, 3, 1)) if one.person == who).counted
    actions.withdraw(event=event, reason="同名他人", by=people.county_approver)
    carried_out(event)
    assert [one.counted for one in members(home)] == [True, True]


def test_whoever_comes_back_counts_again_if_being_away_was_why_not(people: Any) -> None:
    who, clergy = person(path=people.seat.village), person(path=people.seat.village, sex="2")
    home = household(who, clergy, path=people.seat.village)
    home.memberships.filter(person=clergy).update(counted=False, not_counted_reason="clergy")
    carried_out(tell(who, "prison", date(2026, 1, 5), source="justice"))
    back = carried_out(tell(who, "release", DAY, source="justice"))
    own = next(one for one in members(home) if one.person == who)
    assert (own.counted, own.not_counted_reason, own.from_on) == (True, "", DAY)
    assert not next(one for one in members(home, on=date(2026, 2, 1)) if one.person == who).counted
    other = carried_out(tell(clergy, "release", DAY, source="village", by=people.clerk))
    other = actions.decide(event=other, report=other.reports.get(), reason="属实", by=people.county_approver)
    assert log(carried_out(other))["events.count_again"] == "nothing"
    actions.withdraw(event=back, reason="同名他人", by=people.county_approver)
    carried_out(back)
    assert [one.counted for one in members(home)] == [False, False]


def test_a_certificate_is_entered_and_taken_out_again(people: Any) -> None:
    who = person(path=people.seat.village, disability_category=4, disability_grade=3)
    event = tell(who, "disability_regraded", DAY, source="disability", category=4, grade=2)
    carried_out(event)
    who.refresh_from_db()
    assert (who.disability_category, who.disability_grade) == (4, 2)
    actions.withdraw(event=event, reason="录入有误", by=people.county_approver)
    carried_out(event)
    who.refresh_from_db()
    assert (who.disability_category, who.disability_grade) == (4, 3)


# --- Who may -------------------------------------------------------------------------------------------------


def test_each_duty_is_its_role_s_and_strangers_find_nothing(people: Any) -> None:
    who = person(path=people.seat.village)
    with pytest.raises(NotAllowed):
        tell(who, "death", DAY, source="village", by=people.payer)
    with pytest.raises(NotFound):
        tell(who, "death", DAY, source="village", by=people.stranger)
    event = tell(who, "death", DAY, source="village", by=people.clerk)
    with pytest.raises(NotAllowed):
        actions.decide(event=event, report=event.reports.get(), reason="属实", by=people.clerk)
    with pytest.raises(NotFound):
        actions.decide(event=event, report=event.reports.get(), reason="属实", by=people.stranger)
    with pytest.raises(NotAllowed):
        actions.withdraw(event=event, reason="不实", by=people.coordinator)
    with pytest.raises(NotFound):
        queries.event_of(event.pk, people.stranger)
    assert queries.event_of(event.pk, people.county_approver) == event
    assert not queries.events(people.resident).exists()


def test_the_county_moved_to_sees_the_event_too(people: Any) -> None:
    there = staff("county_approver", at=NEXT_COUNTY.county)
    event = tell(person(path=people.seat.village), "hukou_move", DAY, to_path=NEXT_COUNTY.village)
    assert queries.event_of(event.pk, there) == event


def test_reports_and_effects_are_kept_whatever_is_tried(people: Any, toy: Toy) -> None:
    event = carried_out(vehicle(person(path=people.seat.village)))
    for statement in (
        "UPDATE events_report SET day = '2026-01-01'", "DELETE FROM events_report", "DELETE FROM events_effect",
        "DELETE FROM events_lifeevent",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert event.reports.count() == 1


def test_a_clerk_finishes_what_was_asked(people: Any, toy: Toy) -> None:
    carried_out(vehicle(person(path=people.seat.village)))
    one = FollowUp.objects.get()
    with pytest.raises(NotAllowed):
        actions.finish(follow_up=one, words="看过", by=people.payer)
    with pytest.raises(NotFound):
        actions.finish(follow_up=one, words="看过", by=people.stranger)
    with pytest.raises(Refused):
        actions.finish(follow_up=one, words=" ", by=people.clerk)
    with pytest.raises(Refused, match="没有对应的办理事项"):
        actions.begin(follow_up=one, by=people.clerk)
    done = actions.finish(follow_up=one, words="车是借用的", by=people.clerk)
    assert (done.state, done.closed_by_name) == ("done", "王受理")
    with pytest.raises(Stale):
        actions.finish(follow_up=one, words="再来", by=people.clerk)


def test_every_kind_is_said_in_chinese_and_every_source_reports_something() -> None:
    used = {source for kind in declare.EVENT_KINDS.values() for source in kind.sources}
    assert used == set(declare.EVENT_SOURCES)
    assert system("events").covers("22/")

"""Life events: however many report it, one event; nothing before a contradiction is decided; nothing done twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.declare import Reaction
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.events import actions, tasks
from minzheng.kernel.events.models import Effect, FollowUp, LifeEvent, Report
from minzheng.kernel.people.models import Membership
from tests.factories import NEXT_COUNTY, household, person
from tests.factories.events import carried_out, log, tell
from tests.factories.toy_reactions import DAY, Toy, vehicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


# --- Reports meet in one event ---------------------------------------------------------------------------


def test_a_death_reported_by_three_sources_is_one_event(people: Any) -> None:
    who = person(path=people.seat.village)
    found = {tell(who, "death", DAY, source=source).pk for source in ("police", "health", "funeral")}
    assert len(found) == 1
    event = LifeEvent.objects.get()
    assert (event.state, event.day, event.reports.count()) == ("confirmed", DAY, 3)
    carried_out(event)
    event.refresh_from_db()
    who.refresh_from_db()
    assert (event.state, who.died_on) == ("carried_out", DAY)


def test_the_same_reference_twice_does_nothing_twice(people: Any) -> None:
    who = person(path=people.seat.village)
    first = tell(who, "death", DAY, reference="GA-1")
    carried_out(first)
    jobs = ProcrastinateJob.objects.count()
    assert tell(who, "death", DAY, reference="GA-1").pk == first.pk
    carried_out(first)
    assert (Report.objects.count(), ProcrastinateJob.objects.count()) == (1, jobs)
    assert Entry.objects.filter(verb="events.react").count() == Effect.objects.count()
    with pytest.raises(Refused, match="更正须用新的来源编号"):
        tell(who, "death", date(2026, 3, 3), reference="GA-1")


def test_the_same_kind_much_later_is_another_event(people: Any, toy: Toy) -> None:
    who = person(path=people.seat.village)
    near = vehicle(who, date(2026, 1, 5)), vehicle(who, date(2026, 1, 5), reference="again")
    assert near[0].pk == near[1].pk
    assert vehicle(who, date(2026, 2, 20)).pk != near[0].pk


@pytest.mark.parametrize(
    ("kind", "source", "day", "code"),
    [
        ("death", "police", date(2026, 3, 11), "event_in_future"),
        ("death", "police", date(1960, 1, 1), "event_before_birth"),
        ("death", "land", DAY, "event_source"),
        ("hukou_move", "police", DAY, "to_path_missing"),
        ("age", "clock", DAY, "detail_missing"),
        ("party", "police", DAY, "event_kind_unknown"),
        ("disability_new", "disability", DAY, "detail_wrong"),
    ],
)
def test_what_cannot_be_is_refused(people: Any, kind: str, source: str, day: date, code: str) -> None:
    with pytest.raises((Refused, NotFound)) as met:
        tell(person(path=people.seat.village), kind, day, source=source, category="9")
    assert met.value.code == code
    assert not LifeEvent.objects.exists()


def test_equal_is_equal_whichever_door_it_came_by(people: Any) -> None:
    """A code as a number or as text, a yes as text; what does not belong to the kind is not kept."""
    who = person(path=people.seat.village)
    tell(who, "disability_new", DAY, source="disability", category=4, grade=2, diagnosis="脑梗死")
    event = tell(who, "disability_new", DAY, source="disability", category="4", grade="2")
    assert (event.state, event.detail) == ("confirmed", {"category": "4", "grade": "2"})
    moved = tell(who, "hukou_move", DAY, to_path=NEXT_COUNTY.village, whole_household="true")
    assert moved.detail["whole_household"] is True


# --- A contradiction waits for a human -------------------------------------------------------------------


def test_conflicting_dates_hold_the_event_and_nothing_is_carried_out(people: Any) -> None:
    """Village and hospital differ before anything took effect."""
    who = person(path=people.seat.village)
    event = tell(who, "death", DAY, source="village", by=people.coordinator)
    assert event.state == "reported"
    event = tell(who, "death", date(2026, 3, 4), source="health")
    assert event.state == "held"
    assert "村（社区）报2026-03-02、医院和疾控报2026-03-04" in event.hold_reason
    carried_out(event)
    who.refresh_from_db()
    assert (who.died_on, Effect.objects.count()) == (None, 0)
    right = event.reports.get(source="health")
    with pytest.raises(Refused, match="理由"):
        actions.decide(event=event, report=right, reason=" ", by=people.county_approver)
    with pytest.raises(Stale):
        actions.decide(event=event, report=right, reason="查证", by=people.county_approver, version=1)
    decided = actions.decide(event=event, report=right, reason="见死亡医学证明", by=people.county_approver)
    assert (decided.state, decided.day, decided.decided_by_name) == ("confirmed", date(2026, 3, 4), "赵审批")
    carried_out(decided)
    who.refresh_from_db()
    assert who.died_on == date(2026, 3, 4)


def test_a_village_report_takes_effect_when_the_county_has_looked(people: Any) -> None:
    who = person(path=people.seat.village)
    event = tell(who, "death", DAY, source="village", by=people.coordinator)
    assert (event.state, event.effects.count()) == ("reported", 0)
    event = actions.decide(event=event, report=event.reports.get(), reason="属实", by=people.county_approver)
    assert event.state == "confirmed"


def test_a_differing_report_after_the_fact_is_seen_and_a_new_day_is_carried_out_anew(people: Any) -> None:
    who = person(path=people.seat.village)
    home = household(who, person(path=people.seat.village), path=people.seat.village)
    event = carried_out(tell(who, "death", DAY))
    event = tell(who, "death", date(2026, 3, 5), source="health")
    assert (event.state, event.disputed) == ("carried_out", "医院和疾控报为2026-03-05")
    later = event.reports.get(source="health")
    event = actions.decide(event=event, report=later, reason="见死亡医学证明", by=people.county_approver)
    assert (event.round, event.disputed, event.number) == (2, "", f"事件〔2026〕{event.pk}号之2")
    carried_out(event)
    who.refresh_from_db()
    assert who.died_on == date(2026, 3, 5)
    states = event.effects.filter(reaction="events.die").order_by("round").values_list("round", "state")
    assert list(states) == [(1, "undone"), (2, "done")]
    left = Membership.objects.get(household=home, person=who)
    assert left.until_on == date(2026, 3, 6)


def test_a_differing_report_may_be_put_aside(people: Any) -> None:
    who = person(path=people.seat.village)
    event = carried_out(tell(who, "death", DAY))
    first = event.reports.get()
    with pytest.raises(Stale):
        actions.decide(event=event, report=first, reason="无误", by=people.county_approver)
    event = tell(who, "death", date(2026, 3, 5), source="health")
    event = actions.decide(event=event, report=first, reason="医院笔误", by=people.county_approver)
    assert (event.state, event.disputed, event.round, event.day) == ("carried_out", "", 1, DAY)


def test_what_the_file_says_otherwise_holds_the_event(people: Any) -> None:
    who = person(path=people.seat.village, died_on=date(2026, 3, 1))
    assert tell(who, "death", DAY).state == "held"
    assert tell(who, "marriage", DAY, source="registry").hold_reason.endswith("事件发生在其后")


# --- The fan-out -------------------------------------------------------------------------------------------


def test_every_reaction_is_on_the_log_with_what_it_did_or_why_not(people: Any, toy: Toy) -> None:
    who = person(path=people.seat.village)
    event = vehicle(who)
    assert log(event)["events.toy"] == "waiting"
    event = carried_out(event)
    assert log(event) == {"events.toy": "done", "events.ask": "done", "assistance.review": "nothing"}
    one = event.effects.get(reaction="events.toy")
    assert (one.words, one.rows, one.attempts) == ("记下一笔。", [f"people.person:{who.pk}"], 1)
    assert event.effects.get(reaction="assistance.review").words == "此人及其家庭没有在保，不需要复核。"
    assert event.state == "carried_out"
    assert Entry.objects.filter(verb="events.react", actor="system:events").count() == 3


def test_replaying_an_event_does_nothing_twice(people: Any, toy: Toy) -> None:
    event = vehicle(person(path=people.seat.village))
    for _ in range(3):
        carried_out(event)
    tasks.carry_out.func(event.pk)
    tasks.resume.func(0)
    assert toy.acted == [event.pk]
    assert FollowUp.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Effect.objects.create(event=event, reaction="events.toy", round=1)


@pytest.mark.parametrize("fault", [Refused("busy", "批次正在复核，请稍后再试。"), KeyError("gone")])
def test_a_failed_reaction_is_seen_stops_no_other_and_is_tried_again(
    people: Any, toy: Toy, fault: Exception
) -> None:
    who = person(path=people.seat.village)
    toy.fails = [fault]
    event = carried_out(vehicle(who))
    assert (event.state, log(event)["events.toy"], log(event)["events.ask"]) == (
        "confirmed",
        "failed",
        "done",
    )
    one = event.effects.get(reaction="events.toy")
    assert one.error == (
        "批次正在复核，请稍后再试。"
        if isinstance(fault, Refused)
        else "程序错误（KeyError），请报告平台管理员。"
    )
    who.refresh_from_db()
    assert who.ethnic == "01"
    tasks.resume.func(0)
    assert log(event)["events.toy"] == "failed"
    with clock.frozen(date(2026, 3, 11)):
        tasks.resume.func(0)
    event.refresh_from_db()
    assert (event.state, log(event)["events.toy"], toy.acted) == ("carried_out", "done", [event.pk])


def test_a_human_has_it_tried_again(people: Any, toy: Toy) -> None:
    toy.fails = [Refused("busy", "忙") for _ in range(9)]
    event = vehicle(person(path=people.seat.village))
    for _ in range(8):
        carried_out(event)
    one = event.effects.get(reaction="events.toy")
    assert (one.attempts, one.retry_at) == (6, None)
    toy.fails = []
    with pytest.raises(NotAllowed):
        actions.retry(effect=one, by=people.clerk)
    actions.retry(effect=one, by=people.county_approver)
    assert carried_out(event).state == "carried_out"


def test_a_worker_killed_between_two_reactions_leaves_the_rest_on_the_log(
    people: Any, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stops the process is no exception that anybody catches: the rest is taken up by the next run."""

    class Killed(BaseException):
        pass

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    event = vehicle(person(path=people.seat.village))
    with monkeypatch.context() as at:
        at.setattr("minzheng.kernel.events.reactions.OWN", (Reaction("toy", "记一笔", ("vehicle",), kill),))
        with pytest.raises(Killed):
            carried_out(event)
    assert log(event) == {"events.toy": "waiting", "events.ask": "waiting", "assistance.review": "waiting"}
    tasks.resume.func(0)
    event.refresh_from_db()
    assert (event.state, toy.acted) == ("carried_out", [event.pk])


def test_only_the_platform_carries_out(people: Any, toy: Toy) -> None:
    from minzheng.kernel.events import fanning

    event = vehicle(person(path=people.seat.village))
    one = event.effects.first()
    with pytest.raises(NotAllowed):
        fanning._react(effect_id=one.pk, by=people.county_approver)

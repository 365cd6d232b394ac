"""Life events: however many report it, one event; nothing before a contradiction is decided; nothing done twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.declare import Ask, Happened, Reacted, Reaction
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.events import actions, queries, tasks
from minzheng.kernel.events.models import Effect, FollowUp, LifeEvent, Report
from minzheng.kernel.people.models import Membership, Person
from minzheng.kernel.people.queries import members
from tests.factories import NEXT_COUNTY, cast, household, person, staff
from tests.factories.events import carried_out, log, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
TODAY, DAY = date(2026, 3, 10), date(2026, 3, 2)


class Toy:
    """A domain's part that keeps count of what it did, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.acted: list[int] = []
        self.undone: list[Mapping[str, Any]] = []
        self.fails: list[Exception] = []

    def act(self, happened: Happened, *, by: Actor) -> Reacted:
        if self.fails:
            Person.objects.filter(pk=happened.person.pk).update(ethnic="99")
            raise self.fails.pop()
        self.acted.append(happened.event)
        return Reacted("记下一笔。", (happened.person,), {"number": happened.number})

    def undo(self, happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
        if self.fails:
            raise self.fails.pop()
        self.undone.append(kept)
        return Reacted("已划去。")


@pytest.fixture
def people() -> Iterator[Any]:
    with clock.frozen(TODAY):
        yield cast()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Two reactions to a vehicle: one with a counter-action, one that only touches and asks."""
    made = Toy()

    def ask(happened: Happened, *, by: Actor) -> Reacted:
        asked = Ask(
            label="看一看",
            text="看一看车",
            path=happened.person.path,
            due_on=TODAY,
            person_id=happened.person.pk,
        )
        return Reacted("请人去看。", (happened.person,), {}, (asked,))

    own = (
        Reaction("toy", "记一笔", ("vehicle",), made.act, made.undo),
        Reaction("ask", "请人看", ("vehicle",), ask),
    )
    monkeypatch.setattr("minzheng.kernel.events.reactions.OWN", own)
    return made


def vehicle(who: Person, day: date = DAY, **more: Any) -> LifeEvent:
    return tell(who, "vehicle", day, source="traffic", **more)


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

"""Home visits from listing to the month's rate: risk, days due, records that count, searches, extra rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from minzheng.domains.eldercare import rules
from minzheng.domains.eldercare.steps import VISITS
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.indicators import computing
from minzheng.kernel.indicators.queries import total
from minzheng.kernel.notices.models import OfficeNotice
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits import checking, contacting, doubting, escalating, managing, planning
from minzheng.kernel.visits.contacting import Said
from minzheng.kernel.visits.models import Contact, ContactCheck, Escalation, ExtraRound, Reached, Watched
from minzheng.kernel.visits.round_queries import late_by_place, overdue
from tests.factories.cast import staff
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = pytest.mark.django_db
CODE = "eldercare.visits"
WELL = {item.code: "ok" for item in VISITS.seen}
NIGHT = system("visits")


@dataclass(frozen=True)
class Team:
    """Who goes round in one village, and a stranger."""

    visitor: Actor
    clerk: Actor
    county: Actor
    stranger: Actor


@pytest.fixture
def team() -> Team:
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    own = {"domain": "eldercare"}
    return Team(
        visitor=staff("visitor", at=NONGAN.village, name="方巡访", **own),
        clerk=staff("clerk", at=NONGAN.township, name="江经办", **own),
        county=staff("county_officer", at=NONGAN.county, name="顾县科", **own),
        stranger=staff("visitor", "clerk", "county_officer", at=(
            NEXT_COUNTY.village, NEXT_COUNTY.township, NEXT_COUNTY.county), name="邻县人", **own),
    )  # fmt: skip


def plan() -> dict[str, int]:
    """The night's planning of the county."""
    return planning.replan(rounds=CODE, path=NONGAN.county, by=NIGHT)


def ledger(of: Person) -> Watched:
    """The person's ledger as it stands."""
    return Watched.objects.get(person=of, until_on=None)


def met(method: str = "home", **more: object) -> Said:
    """Somebody was met and is well."""
    return Said(**{"method": method, "met": True, "seen": WELL, **more})  # type: ignore[arg-type]


def test_a_county_is_planned_from_what_is_known_of_its_people(team: Team) -> None:
    with clock.frozen(date(2026, 3, 2)):
        alone = person(birth=date(1944, 5, 1), name="独老人")
        pair = [person(birth=date(1950, 1, 1)), person(birth=date(1952, 1, 1), sex="2")]
        kept = [person(birth=date(1955, 1, 1)), person(birth=date(1985, 1, 1))]
        severe = [person(birth=date(1962, 1, 1), disability_category=4, disability_grade=1), person()]
        young = person(birth=date(1964, 2, 2))
        for members in ([alone], pair, kept, severe, [young, person()]):
            household(*members)
        counts = plan()
        assert (counts["listed"], counts["left"]) == (5, 0)
        found = {one.person_id: (one.risk, one.groups) for one in Watched.objects.all()}
        assert found == {
            alone.pk: ("red", ["alone"]), pair[0].pk: ("yellow", ["empty_nest"]),
            pair[1].pk: ("yellow", ["empty_nest"]), kept[0].pk: ("green", []), severe[0].pk: ("orange", ["severe"]),
        }  # fmt: skip
        # First seen within ten working days of listing; planning twice changes nothing.
        assert ledger(alone).next_due_on == date(2026, 3, 16)
        assert plan() == {"changed": 0, "listed": 0, "left": 0, "uncounted": 0, "due": 0}
        managing.state_groups(watched=ledger(kept[0]), groups=["left_behind"], by=team.clerk)
        Person.objects.filter(pk=pair[0].pk).update(died_on=date(2026, 3, 1))
        assert plan()["left"] == 1
        assert ledger(kept[0]).risk == "yellow"
        assert ledger(pair[1]).risk == "orange"  # left alone
        gone = Watched.objects.get(person=pair[0])
        assert (gone.end_reason, gone.next_due_on) == ("去世", None)
        with pytest.raises(NotFound):
            planning.replan(rounds=CODE, path=NONGAN.county, by=team.stranger)
        with pytest.raises(NotAllowed):
            planning.replan(
                rounds=CODE, path=NONGAN.county, by=staff("payer", at=NONGAN.county, domain="eldercare")
            )


def test_the_days_due_are_those_of_the_worked_case(team: Team) -> None:
    """T-EC-15: a red elder last rung on 10 March and visited on the 5th is rung on the 11th and visited on the 12th."""
    old = person(birth=date(1940, 1, 1))
    household(old)
    with clock.frozen(date(2026, 3, 5)):
        plan()
        contacting.record_contact(watched=ledger(old), said=met(), by=team.visitor)
    with clock.frozen(date(2026, 3, 10)):
        contacting.record_contact(watched=ledger(old), said=met("phone"), by=team.visitor)
        one = ledger(old)
        assert (one.phone_due_on, one.visit_due_on) == (date(2026, 3, 11), date(2026, 3, 12))
        law = rules.next_contacts(
            one.risk, catalogue.current().parameters(), path=one.path, last_phone=date(2026, 3, 10),
            last_visit=date(2026, 3, 5),
        )  # fmt: skip
        assert law == {"phone": one.phone_due_on, "visit": one.visit_due_on}
        assert not overdue(team.clerk)
    with clock.frozen(date(2026, 3, 12)):
        assert [each.pk for each in overdue(team.county)] == [one.pk]
        (place_,) = [each for each in late_by_place(team.county, NONGAN.county) if each.overdue]
        assert (place_.path, place_.watched, place_.overdue) == (NONGAN.township, 1, 1)
        with pytest.raises(NotAllowed):
            overdue(staff("payer", at=NONGAN.county, domain="eldercare"))


def test_a_visit_far_from_home_counts_only_with_a_reason_and_what_was_seen_is_complete(team: Team) -> None:
    old = person(birth=date(1945, 1, 1))
    household(old)
    with clock.frozen(date(2026, 3, 5)):
        plan()
        here = {"lat": "44.400000", "lon": "125.100000"}
        first = contacting.record_contact(watched=ledger(old), said=met(**here), by=team.visitor)
        assert (first.metres, first.valid) == (0, True)
        far = {"lat": "44.420000", "lon": "125.100000"}
        away = contacting.record_contact(watched=ledger(old), said=met(**far), by=team.visitor)
        assert (away.metres, away.valid) == (2224, False)
        why = contacting.record_contact(
            watched=ledger(old), said=met(**far, far_reason="在女儿家见面"), by=team.visitor
        )
        assert why.valid
        tries: tuple[Said, ...] = (
            met(seen={}), met(seen={**WELL, "mood": "act"}), met(method="drone"), met(lat="91", lon="1"),
            met(abuse=True), met(at=datetime(2026, 3, 1, tzinfo=UTC)), met(at=datetime(2026, 3, 9, tzinfo=UTC)),
        )  # fmt: skip
        for said in tries:
            with pytest.raises(Refused):
                contacting.record_contact(watched=ledger(old), said=said, by=team.visitor)
        with pytest.raises(NotAllowed):
            contacting.record_contact(watched=ledger(old), said=met(), by=team.county)
        with pytest.raises(NotFound):
            contacting.record_contact(watched=ledger(old), said=met(), by=team.stranger)
        # Written down without a network: the days count from when it was.
        before = contacting.record_contact(
            watched=ledger(old),
            said=met(at=clock.now() - timedelta(hours=30)),
            by=team.visitor,
            key="phone-1",
        )
        again = contacting.record_contact(
            watched=ledger(old),
            said=met(at=clock.now() - timedelta(hours=30)),
            by=team.visitor,
            key="phone-1",
        )
        assert again.pk == before.pk
        assert ledger(old).last_visit_on == date(2026, 3, 5)


def test_two_missed_tries_call_the_chain_and_each_has_a_clock(team: Team) -> None:
    old = person(birth=date(1938, 1, 1))
    household(old)
    missed = Said(method="home", met=False)
    with clock.frozen(datetime(2026, 3, 5, 9, tzinfo=clock.SHANGHAI)):
        plan()
        contacting.record_contact(watched=ledger(old), said=missed, by=team.visitor)
        assert not Escalation.objects.exists()
        # Due again on the next day, however long the interval.
        assert ledger(old).next_due_on == date(2026, 3, 6)
        contacting.record_contact(watched=ledger(old), said=missed, by=team.visitor)
        search = Escalation.objects.get()
        assert (search.rung, ledger(old).missed) == ("village", 2)
        assert OfficeNotice.objects.get().path == NONGAN.village
        contacting.record_contact(watched=ledger(old), said=missed, by=team.visitor)
        assert Escalation.objects.count() == 1
        assert escalating.pass_up(by=NIGHT) == 0
    with clock.frozen(datetime(2026, 3, 5, 14, tzinfo=clock.SHANGHAI)):
        assert escalating.pass_up(by=NIGHT) == 1
        search.refresh_from_db()
        assert (search.rung, search.due_at) == ("door", datetime(2026, 3, 5, 22, tzinfo=clock.SHANGHAI))
        # Whoever's turn it is has been told.
        assert set(OfficeNotice.objects.values_list("path", flat=True)) == {NONGAN.village, NONGAN.township}
        with pytest.raises(NotAllowed):
            escalating.answer_escalation(escalation=search, found=True, words="见到", by=team.visitor)
        with pytest.raises(NotAllowed):
            escalating.pass_up(by=team.county)
        with pytest.raises(Refused):
            escalating.answer_escalation(escalation=search, found=True, words=" ", by=team.clerk)
        escalating.answer_escalation(escalation=search, found=False, words="敲门无人应", by=team.clerk)
        search.refresh_from_db()
        assert (search.rung, [one["rung"] for one in search.log]) == ("county", ["village", "door"])
        escalating.answer_escalation(escalation=search, found=True, words="在医院，平安", by=team.county)
        search.refresh_from_db()
        assert (search.state, ledger(old).missed) == ("closed", 0)
        with pytest.raises(Stale):
            escalating.answer_escalation(escalation=search, found=True, words="见到", by=team.clerk)
        for _ in range(2):
            contacting.record_contact(watched=ledger(old), said=missed, by=team.visitor)
        contacting.record_contact(watched=ledger(old), said=met("phone"), by=team.visitor)
        assert not Escalation.objects.filter(state="open").exists()


def test_one_try_that_nobody_repeats_a_late_evening_and_an_ended_ledger(team: Team) -> None:
    """Handbook 02 §7.2: two tries in 24 hours, for red at the door on the same day; nobody is sought who is known to be
    away, and whoever refused is asked again after a year (§16)."""
    old, other = person(birth=date(1938, 1, 1)), person(birth=date(1950, 1, 1))
    household(old)
    household(other, person())
    missed = Said(method="phone", met=False)
    with clock.frozen(datetime(2026, 3, 5, 21, 30, tzinfo=clock.SHANGHAI)):
        plan()
        for _ in range(2):
            contacting.record_contact(watched=ledger(old), said=missed, by=team.visitor)
        search = Escalation.objects.get()
        assert (search.rung, search.due_at) == ("door", datetime(2026, 3, 6, 0, tzinfo=clock.SHANGHAI))
        contacting.record_contact(watched=ledger(other), said=missed, by=team.visitor)
        contacting.record_contact(
            watched=ledger(other), said=met("phone", abuse=True, words="身上有伤"), by=team.visitor
        )
        told = OfficeNotice.objects.filter(topic__startswith="abuse")
        assert set(told.values_list("path", flat=True)) == {NONGAN.township, NONGAN.county}
        # Written down on the way and handed in afterwards: somebody has been met since.
        early = Said(method="home", met=False, at=clock.now() - timedelta(hours=3))
        contacting.record_contact(watched=ledger(other), said=early, by=team.visitor)
        assert ledger(other).missed == 0
        contacting.record_contact(watched=ledger(other), said=missed, by=team.visitor)
    with clock.frozen(datetime(2026, 3, 6, 22, tzinfo=clock.SHANGHAI)):
        assert escalating.pass_up(by=NIGHT) == 2
        assert set(Escalation.objects.values_list("watched__person", "rung")) == {
            (old.pk, "county"), (other.pk, "village"),
        }  # fmt: skip
        Person.objects.filter(pk=old.pk).update(died_on=date(2026, 3, 6))
        plan()
        managing.leave(watched=ledger(other), away="refused", since=date(2026, 3, 6), by=team.clerk)
        assert not Escalation.objects.filter(state="open").exists()
        assert plan()["listed"] == 0
    with clock.frozen(date(2027, 3, 6)):
        assert plan()["listed"] == 1


def test_a_door_is_found_anew_and_a_county_is_shown_what_to_look_at_twice(team: Team) -> None:
    many = [person(birth=date(1950, 1, n + 1), phone="13900000000") for n in range(4)]
    for one in many:
        household(one, person())
    here = {"lat": "44.400000", "lon": "125.100000"}
    with clock.frozen(date(2026, 3, 5)):
        plan()
        contacting.record_contact(watched=ledger(many[0]), said=met(**here), by=team.visitor)
        with pytest.raises(NotAllowed):
            managing.forget_door(watched=ledger(many[0]), words="不准", by=team.visitor)
        managing.forget_door(watched=ledger(many[0]), words="第一次在村委会定位", by=team.clerk)
        assert ledger(many[0]).lat is None
        declared = catalogue.current().rounds[CODE]
        (phone,) = doubting.same_phones(declared, NONGAN.county)
        assert (phone.people, phone.path) == (4, NONGAN.village)  # W2
        assert doubting.hurried(declared, NONGAN.county) == []
        for _ in range(40):
            contacting.record_contact(watched=ledger(many[1]), said=met(), by=team.visitor)
        (fast,) = doubting.hurried(declared, NONGAN.county)
        assert (fast.name, fast.calls) == ("方巡访", 41)  # W3
        assert doubting.hurried(declared, NEXT_COUNTY.county) == []


def test_extreme_cold_brings_visits_forward_and_a_warm_forecast_does_not(team: Team) -> None:
    old, other = person(birth=date(1940, 1, 1)), person(birth=date(1955, 6, 1))
    household(old)
    household(other, person())
    with clock.frozen(date(2026, 1, 10)):
        plan()
        for one in (old, other):
            contacting.record_contact(watched=ledger(one), said=met(), by=team.visitor)
        days = {
            "rounds": CODE, "path": NONGAN.county, "call": "cold", "risks": ["red", "orange"],
            "from_on": date(2026, 1, 11), "until_on": date(2026, 1, 14), "words": "省气象台预报",
        }  # fmt: skip
        with pytest.raises(Refused):
            managing.call_extra(**days, figure=-20, by=team.county)
        with pytest.raises(NotFound):
            managing.call_extra(**days, figure=-28, by=team.clerk)
        managing.call_extra(**days, figure=-28, by=team.county)
        with pytest.raises(Refused):
            managing.call_extra(**days, figure=-28, by=team.county)
        storm = managing.call_extra(**days | {"call": "storm"}, by=team.county)
        with pytest.raises(Refused):
            managing.lift_extra(extra=storm, words=" ", by=team.county)
    with clock.frozen(date(2026, 1, 11)):
        plan()
        assert (ledger(old).visit_due_on, ledger(other).visit_due_on) == (
            date(2026, 1, 11),
            date(2027, 1, 10),
        )
        managing.lift_extra(extra=storm, words="降雪提前结束", by=team.county)
        assert ledger(old).visit_due_on == date(2026, 1, 11)  # the cold goes on
        managing.lift_extra(extra=ExtraRound.objects.get(call="cold"), words="误报", by=team.county)
        assert ledger(old).visit_due_on == date(2026, 1, 17)
        with pytest.raises(Stale):
            managing.lift_extra(extra=storm, words="再结束", by=team.county)
    with clock.frozen(date(2026, 1, 15)):
        plan()
        assert ledger(old).visit_due_on == date(2026, 1, 17)


def test_the_rate_of_the_month_leaves_out_whoever_moved_into_an_institution(team: Team) -> None:
    """T-EC-16 in small: 26 listed, one moves away, of the 25 left 24 are reached: 96 %."""
    with clock.frozen(date(2026, 3, 2)):
        every = [person(birth=date(1950, 1, 1)) for _ in range(26)]
        for one in every:
            household(one, person())
        plan()
        # Last month's first entries do not matter: contacts make the month.
        for one in every[:25]:
            contacting.record_contact(watched=ledger(one), said=met("phone"), by=team.visitor)
        moved = managing.leave(
            watched=ledger(every[0]), away="institution", since=date(2026, 3, 2), by=team.clerk
        )
        assert Reached.objects.filter(counted=True).count() == 24
        assert plan()["listed"] == 0
        with pytest.raises(Refused):
            contacting.record_contact(watched=moved, said=met(), by=team.visitor)
    march = {"rounds": CODE, "path": NONGAN.county, "month": Month(2026, 3), "by": team.county}
    with clock.frozen(date(2026, 3, 31)), pytest.raises(Refused, match="还没有结束"):
        checking.draw_checks(**march)
    with clock.frozen(date(2026, 4, 1)):
        assert checking.draw_checks(**march, seed="s") == 2
        with pytest.raises(Refused, match="不能重抽"):
            checking.draw_checks(**march)
        pool = list(Contact.objects.order_by("id").values_list("pk", flat=True))
        drawn = set(ContactCheck.objects.values_list("contact_id", flat=True))
        assert drawn == set(checking.drawn(pool, "s", 5))
        computing.compute(by=system("indicators"))
        rate = total("eldercare.visit_rate", Month(2026, 3), NIGHT)
        assert (rate.numerator, rate.denominator, rate.percent) == (24, 25, "96.0%")
        check = ContactCheck.objects.exclude(contact__watched=moved).first()
        assert check is not None
        checking.answer_check(check=check, result="denied", words="本人说没有人来过", by=team.county)
        assert Reached.objects.filter(counted=True).count() == 23
    with clock.frozen(date(2026, 4, 2)):
        managing.back(watched=moved, by=team.clerk)
        assert plan()["listed"] == 1

"""What social assistance does when something happens: ended, claimed, asked, moved; and everything back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from minzheng.domains.assistance.actions import end_for_the_dead
from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.events import actions, tasks
from minzheng.kernel.events.milestones import reach_ages
from minzheng.kernel.events.models import FollowUp
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement, Payment, Recovery
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.people.models import Person
from tests.factories import NEXT_COUNTY, cast, person, staff
from tests.factories.events import DIBAO, TEKUN, carried_out, log, on_dibao, on_tekun, paid, pay, tell
from tests.factories.money import drafted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
JANUARY = Month(2026, 1)
FEBRUARY, MARCH, APRIL, MAY, JUNE = (JANUARY + n for n in range(1, 6))


@pytest.fixture
def people() -> Iterator[Any]:
    """The tenth of April."""
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def _withdraw(event: Any, people: Any) -> None:
    actions.withdraw(event=event, reason="同名他人，误报", by=people.county_approver)
    carried_out(event)


# --- Death of a tekun person ----------------------------------------------------------------------------------


def test_a_tekun_person_is_paid_for_the_month_of_death_and_not_after(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY, MARCH)
    event = carried_out(tell(row.person, "death", date(2026, 4, 3)))
    assert log(event) == {
        "events.die": "done", "assistance.end_tekun": "done", "assistance.end_household": "nothing",
        "assistance.funeral_sum": "done", "assistance.recount_death": "nothing", "eldercare.free_bed": "nothing",
        "eldercare.home_bed": "nothing", "eldercare.allowances": "nothing",
    }  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.until_month) == ("ended", MAY.first)
    assert row.end_reason.startswith(event.number)
    assert not Recovery.objects.exists()
    pay(people, TEKUN, APRIL)
    assert paid(row) == {str(month): (100000, 0) for month in (JANUARY, FEBRUARY, MARCH, APRIL)}
    standing = Standing.objects.get()
    assert (standing.state, standing.ended_on) == ("ended", MAY.first)
    assert verify() == ()


def test_months_paid_after_the_death_are_claimed(people: Any) -> None:
    """T: died in January, learned of in April."""
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY, MARCH)
    event = carried_out(tell(row.person, "death", date(2026, 1, 20)))
    claim = Recovery.objects.get()
    assert (claim.amount, claim.for_from, claim.for_until) == (200000, FEBRUARY.first, APRIL.first)
    assert (claim.decision_number, claim.path.startswith(people.seat.county)) == (event.number, True)
    words = event.effects.get(reaction="assistance.end_tekun").words
    assert words == "发放至2026-03止；台账于2026-04-01终止；2026-02至2026-03多发2,000.00 元，已立项追缴。"
    assert verify() == ()
    carried_out(event)
    assert Recovery.objects.count() == 1


def test_three_reports_at_once_end_and_claim_once(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY, MARCH)
    for source in ("police", "health", "funeral"):
        carried_out(tell(row.person, "death", date(2026, 2, 20), source=source))
    assert (Recovery.objects.count(), Recovery.objects.get().amount) == (1, 100000)
    assert Entitlement.objects.count() == 1


def test_what_a_human_has_claimed_already_is_not_claimed_again(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY, MARCH)
    ledger.claim(
        owed=ledger.Owed(row.pk, FEBRUARY, MARCH, 100000), reason="家属报告去世", by=people.payer,
        basis=ledger.Basis(decision_number="追缴1号", rule_set="x", trace_sha="0" * 64),
    )  # fmt: skip
    event = carried_out(tell(row.person, "death", date(2026, 1, 20)))
    assert log(event)["assistance.end_tekun"] == "done"
    assert sorted(Recovery.objects.values_list("amount", flat=True)) == [100000, 100000]
    assert verify() == ()


def test_a_withdrawn_death_brings_everything_back_and_the_missed_months_are_made_up(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY)
    event = carried_out(tell(row.person, "death", date(2026, 1, 20)))
    assert Recovery.objects.get().amount == 100000
    with clock.frozen(date(2026, 5, 12)):
        other = on_tekun(people, from_month=MARCH)
        pay(people, TEKUN, MARCH, APRIL)
        _withdraw(event, people)
        assert set(log(event).values()) == {"undone", "nothing"}
        claim = Recovery.objects.get()
        assert (claim.state, claim.waived) == ("waived", 100000)
        standing = Standing.objects.get(applicant=row.person)
        assert (standing.state, standing.ended_on, standing.end_reason) == ("current", None, "")
        now = Entitlement.objects.get(person=row.person, state="current")
        assert (now.from_month, now.until_month, now.amount, now.account) == (
            MAY.first,
            None,
            100000,
            row.account,
        )
        assert now.covered.get().person == row.person
        pay(people, TEKUN, MAY)
    assert paid(row) == {"2026-01": (100000, 0), "2026-02": (100000, 0), "2026-05": (100000, 200000)}
    assert paid(other) == {str(month): (100000, 0) for month in (MARCH, APRIL, MAY)}
    assert Person.objects.get(pk=row.person_id).died_on is None
    assert verify() == ()


def test_what_came_back_of_a_wrong_claim_is_made_up(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY)
    event = carried_out(tell(row.person, "death", date(2026, 1, 20)))
    ledger.repay(recovery=Recovery.objects.get(), amount=30000, receipt="缴1", by=people.payer)
    _withdraw(event, people)
    assert Recovery.objects.get().waived == 70000
    pay(people, TEKUN, APRIL)
    assert paid(row)["2026-04"] == (100000, 100000 + 30000)
    assert verify() == ()


def test_a_day_that_turns_out_otherwise_is_carried_out_anew(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY, MARCH)
    carried_out(tell(row.person, "death", date(2026, 1, 20)))
    event = tell(row.person, "death", date(2026, 3, 20), source="health")
    right = event.reports.get(source="health")
    event = actions.decide(event=event, report=right, reason="见死亡医学证明", by=people.county_approver)
    carried_out(event)
    assert list(Recovery.objects.values_list("state", "amount", "waived")) == [("waived", 200000, 200000)]
    last = Entitlement.objects.filter(person=row.person).order_by("-id").first()
    assert last is not None
    assert (last.state, last.from_month, last.until_month) == ("ended", APRIL.first, APRIL.first)
    assert paid(row) == {str(month): (100000, 0) for month in (JANUARY, FEBRUARY, MARCH)}
    assert verify() == ()


def test_the_nightly_ending_leaves_deaths_with_an_event_to_the_event(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    tell(row.person, "death", date(2026, 3, 3))
    Person.objects.filter(pk=row.person_id).update(died_on=date(2026, 3, 3))
    assert end_for_the_dead(on=clock.today(), by=system("nightly")) == 0


# --- Dibao --------------------------------------------------------------------------------------------------


def test_a_member_s_death_asks_for_a_recount_within_three_months(people: Any) -> None:
    row = on_dibao(people, from_month=JANUARY)
    dead = row.covered.exclude(person=row.payee).get().person
    event = carried_out(tell(dead, "death", date(2026, 4, 2)))
    assert log(event)["assistance.end_household"] == "nothing"
    row.refresh_from_db()
    assert (row.state, row.amount) == ("current", 60000)
    one = FollowUp.objects.get()
    assert (one.label, one.service, one.due_on) == (
        "低保家庭重新核算", "assistance.dibao_review", date(2026, 7, 2),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.begin(follow_up=one, by=people.county_approver)
    case = actions.begin(follow_up=one, by=people.clerk)
    assert (case.service, case.applicant, case.household) == (
        "assistance.dibao_review",
        row.payee,
        row.household,
    )
    assert [one.person for one in case.members.all()] == [row.payee]
    one.refresh_from_db()
    assert (one.state, one.case_id) == ("begun", case.pk)


def test_a_recount_that_has_begun_is_put_before_a_human_when_the_death_is_withdrawn(people: Any) -> None:
    row = on_dibao(people, from_month=JANUARY)
    event = carried_out(tell(row.covered.exclude(person=row.payee).get().person, "death", date(2026, 4, 2)))
    case = actions.begin(follow_up=FollowUp.objects.get(), by=people.clerk)
    _withdraw(event, people)
    assert log(event)["assistance.recount_death"] == "by_hand"
    look = FollowUp.objects.get(state="open")
    assert look.label == "核对：低保家庭重新核算"
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_the_death_of_everyone_ends_the_household(people: Any) -> None:
    row = on_dibao(people, from_month=JANUARY)
    pay(people, DIBAO, JANUARY, FEBRUARY, MARCH)
    first, second = (one.person for one in row.covered.order_by("id"))
    carried_out(tell(first, "death", date(2026, 1, 5)))
    event = carried_out(tell(second, "death", date(2026, 2, 5)))
    assert log(event)["assistance.end_household"] == "done"
    row.refresh_from_db()
    assert (row.state, row.until_month) == ("ended", APRIL.first)
    assert Recovery.objects.get().amount == 60000
    assert Standing.objects.get().state == "ended"
    _withdraw(event, people)
    assert Entitlement.objects.get(household=row.household, state="current").covered.count() == 2
    assert Standing.objects.get().state == "current"
    assert Recovery.objects.get().state == "waived"


def test_prison_ends_tekun_and_takes_a_member_out_of_dibao(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    event = carried_out(tell(row.person, "prison", date(2026, 4, 2), source="justice"))
    assert log(event)["assistance.end_tekun"] == "done"
    row.refresh_from_db()
    assert row.until_month == MAY.first
    dibao = on_dibao(people, from_month=JANUARY)
    event = carried_out(tell(dibao.payee, "prison", date(2026, 4, 2), source="justice"))
    assert (log(event)["events.count"], log(event)["assistance.recount"]) == ("done", "done")
    assert FollowUp.objects.get().label == "低保家庭重新核算"


def test_missing_and_confined_persons_keep_their_tekun(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    event = carried_out(tell(row.person, "detox", date(2026, 4, 2), source="detox"))
    assert "assistance.end_tekun" not in log(event)
    row.refresh_from_db()
    assert (row.state, FollowUp.objects.get().service) == ("current", "assistance.tekun_review")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("marriage", "registry"), ("divorce", "court"), ("disability_new", "disability"), ("employment", "labour"),
        ("vehicle", "traffic"), ("property", "land"), ("company", "market"),
    ],
)  # fmt: skip
def test_whatever_changes_asks_for_a_review_of_whoever_is_on_the_register(
    people: Any, kind: str, source: str
) -> None:
    row = on_dibao(people, from_month=JANUARY)
    carried_out(tell(row.payee, kind, date(2026, 4, 2), source=source))
    one = FollowUp.objects.get()
    assert (one.service, one.household) == ("assistance.dibao_review", row.household)
    assert one.due_on > date(2026, 4, 10)
    carried_out(tell(person(path=people.seat.village), kind, date(2026, 4, 2), source=source))
    assert FollowUp.objects.count() == 1


# --- Moving between counties ------------------------------------------------------------------------------


def _pay_there(people: Any, *months: Month, scheme: str = DIBAO) -> None:
    there = NEXT_COUNTY.county
    payer, *reviewers = (staff(role, at=there) for role in ("payer", "payment_reviewer", "payment_reviewer"))
    for month in months:
        with clock.frozen(max(month.first, min(month.last, clock.today()))):
            batch = ledger.draft_batch(
                scheme=scheme, path=there, month=month, prepared_by="assistance.payer",
                reviewed_by="assistance.payment_reviewer", by=payer,
            )  # fmt: skip
            ledger.allot(
                scheme=scheme, path=there, fund=batch.fund, year=2026, amount=batch.total,
                document=f"财社{month}", by=reviewers[0],
            )  # fmt: skip
            for by in reviewers:
                batch = ledger.review(batch=batch, seen=batch.content_sha, by=by)


def test_a_move_between_counties_loses_no_month_and_pays_none_twice(people: Any) -> None:
    row = on_dibao(people, from_month=JANUARY)
    pay(people, DIBAO, JANUARY, FEBRUARY)
    drafted(people, month=MARCH)  # the old county's draft lies open: its month stays its own
    asked_for = drafting.start_draft(
        "assistance.temporary", applicant=row.payee, household=row.household, path=row.path, channel="window",
        by=people.clerk,
    )  # fmt: skip
    Case.objects.filter(pk=asked_for.pk).update(state="submitted")
    moved = {"to_path": NEXT_COUNTY.village, "whole_household": True}
    event = carried_out(tell(row.payee, "hukou_move", date(2026, 2, 14), **moved))
    assert {log(event)[f"events.{code}"] for code in ("move", "move_money")} == {"done"}
    new = Entitlement.objects.get(household=row.household, state="current")
    assert (new.from_month, new.path, new.amount) == (APRIL.first, NEXT_COUNTY.village, 60000)
    row.refresh_from_db()
    assert (row.state, row.until_month) == ("superseded", APRIL.first)
    assert {one.path for one in Person.objects.filter(pk__in=new.covered.values("person_id"))} == {new.path}
    standing = Standing.objects.get()
    assert standing.path == NEXT_COUNTY.village
    look = FollowUp.objects.get(path=row.path)  # what was asked for at the old place is looked at there
    assert "家庭已迁出，核对在办件" in look.label
    one = FollowUp.objects.get(path=NEXT_COUNTY.village)
    assert (one.label, one.path, one.due_on) == ("低保迁移后重新确认", NEXT_COUNTY.village, date(2026, 5, 11))
    pay(people, DIBAO, MARCH)
    _pay_there(people, APRIL)
    with clock.frozen(date(2026, 5, 20)):
        _pay_there(people, MAY)
    where = dict(Payment.objects.filter(household=row.household).values_list("month", "batch__path"))
    here, there = people.seat.county, NEXT_COUNTY.county
    assert [where[month.first] for month in (JANUARY, FEBRUARY, MARCH, APRIL, MAY)] == [here] * 3 + [
        there
    ] * 2
    assert set(paid(row).values()) == {(60000, 0)}
    assert verify() == ()
    case = actions.begin(follow_up=one, by=people.stranger)
    assert case.path == NEXT_COUNTY.village


def test_a_withdrawn_move_is_moved_back_without_a_gap(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY)
    event = carried_out(tell(row.person, "hukou_move", date(2026, 2, 14), to_path=NEXT_COUNTY.village))
    _pay_there(people, MARCH, scheme=TEKUN)
    _withdraw(event, people)
    now = Entitlement.objects.get(person=row.person, state="current")
    assert (now.path, now.from_month, Standing.objects.get().path) == (row.path, APRIL.first, row.path)
    assert Person.objects.get(pk=row.person_id).path == row.path
    pay(people, TEKUN, APRIL)
    assert paid(row) == {str(month): (100000, 0) for month in (JANUARY, FEBRUARY, MARCH, APRIL)}
    assert verify() == ()


def test_what_is_still_to_be_made_up_keeps_the_money_back_until_it_is_paid(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    pay(people, TEKUN, JANUARY, FEBRUARY)
    basis = ledger.Basis(decision_number="提标1号", rule_set="x", trace_sha="0" * 64)
    owed = [ledger.Owed(row.pk, JANUARY, FEBRUARY, 700)]
    ledger.make_up(
        rows=owed, from_month=MARCH, basis=basis, reason="提标", place=row.path, by=people.county_approver
    )
    event = carried_out(tell(row.person, "hukou_move", date(2026, 3, 14), to_path=NEXT_COUNTY.village))
    assert (event.state, log(event)["events.move"], log(event)["events.move_money"]) == (
        "confirmed",
        "done",
        "failed",
    )
    pay(people, TEKUN, MARCH)
    assert carried_out(event).state == "carried_out"
    now = Entitlement.objects.get(person=row.person, state="current")
    assert (now.path, now.from_month) == (NEXT_COUNTY.village, APRIL.first)
    assert paid(row)["2026-03"] == (100000, 700)


def test_one_who_moves_alone_leaves_the_household_s_money_where_it_is(people: Any) -> None:
    row = on_dibao(people, from_month=JANUARY)
    event = carried_out(tell(row.payee, "hukou_move", date(2026, 4, 2), to_path=NEXT_COUNTY.village))
    assert log(event)["events.move_money"] == "nothing"
    who = Person.objects.get(pk=row.payee_id)
    assert (who.path, who.hukou_path) == (row.path, NEXT_COUNTY.village)
    row.refresh_from_db()
    assert (row.state, FollowUp.objects.get().label) == ("current", "低保家庭重新核算")


# --- Ages -----------------------------------------------------------------------------------------------------


def test_ages_are_listed_sixty_days_ahead_once(people: Any) -> None:
    soon = person(path=people.seat.village, birth=date(2008, 6, 1))
    on_dibao(people, person(path=people.seat.village, birth=date(1966, 7, 1)), soon, from_month=JANUARY)
    person(path=people.seat.village, birth=date(2008, 6, 1))  # on no register
    with clock.frozen(date(2026, 4, 1)):
        assert reach_ages() == 0
    with clock.frozen(date(2026, 4, 2)):
        assert reach_ages() == 1
        assert reach_ages() == 0
    with clock.frozen(date(2026, 5, 2)):
        assert reach_ages() == 1
    with clock.frozen(date(2026, 5, 2)):
        tasks.resume.func(0)
    asked = FollowUp.objects.order_by("due_on").values_list("label", "due_on")
    assert list(asked) == [
        ("低保成员年满18周岁", date(2026, 6, 1)), ("低保成员年满60周岁", date(2026, 7, 1)),
    ]  # fmt: skip

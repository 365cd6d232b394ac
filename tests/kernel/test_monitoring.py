"""Households are warned of by the monthly comparison, visited, and helped in one chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.models import PROFILES, Standing
from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.audit import system
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.events import actions as events
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Instruction, Payment
from minzheng.kernel.monitoring import actions, queries, sweeping
from minzheng.kernel.monitoring.following import proposed
from minzheng.kernel.monitoring.models import Alert, Hit, Sweep
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.actions import keep
from minzheng.kernel.standards.models import ParameterRow
from minzheng.kernel.visits import actions as visiting
from minzheng.kernel.visits.models import Lead
from tests.factories import cast, household, person
from tests.factories.cast import Cast
from tests.factories.events import carried_out, on_dibao, pay, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
CODE, TODAY = "assistance.low_income", date(2026, 4, 10)
OF_PLATFORM = system("monitoring")
SEEN = {"seen": "家里有人长期住院", "refer_to": ""}


@pytest.fixture
def who() -> Iterator[Cast]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def known(home: Household, *, wage: int = 0, **facts: Any) -> None:
    """The file of a household with one member who lives there."""
    who = home.memberships.get().person
    told = rules.from_form(law.Facts(
        household={"class_ur": "rural", "housing": "own", **facts},
        persons=[{"relation": "self", "birth": who.birth, "sex": "male", "wage": wage, "lives_together": True}],
    ))  # fmt: skip
    keep(profiles=PROFILES, household=home, facts=told, persons=[who], as_of=date(2026, 3, 1), source="试",
         by=OF_PLATFORM)  # fmt: skip


def a_home(who: Cast, **fields: Any) -> Household:
    return household(person(path=who.seat.village, **fields), path=who.seat.village)


def registered(home: Household, group: str, **fields: Any) -> Standing:
    head = home.memberships.get().person
    kept = {
        "valid_from": date(2026, 4, 1),
        "review_due": date(2027, 4, 1),
        "amount": 0,
        "tier": "B",
        **fields,
    }
    return Standing.objects.create(
        household=home, applicant=head, path=home.path, low_income_class=group, class_ur="rural", members=1,
        decision_number="演示1号", **kept,
    )  # fmt: skip


def compared(who: Cast) -> Sweep:
    found: Sweep = actions.sweep(monitor=CODE, path=who.seat.county, by=OF_PLATFORM)
    return found


def rules_of(home: Household) -> set[str]:
    return set(Hit.objects.filter(household=home).values_list("rule", flat=True))


def test_each_rule_finds_its_household_and_no_other(who: Cast) -> None:
    ill, fit = a_home(who), a_home(who)
    known(ill, rigid_medical=12_000_00)
    known(fit, rigid_medical=10_000_00)
    unvisited, visited = a_home(who), a_home(who)
    registered(unvisited, "L2", valid_from=date(2026, 1, 1))
    registered(visited, "L2", valid_from=date(2026, 1, 1))
    with clock.frozen(date(2026, 4, 1)):
        visiting.record("assistance.patrol", household=visited, by=who.coordinator,
                        answers={"need": "none", "seen": "一切正常", "urgent": "no"})  # fmt: skip
    near, far = a_home(who), a_home(who)
    for home, wage in ((near, 4_600_00), (far, 6_000_00)):
        registered(home, "L3")
        known(home, wage=wage)
    kinds = {
        "M2": ("disability_new", "disability", {"category": "4", "grade": "1"}),
        "M3": ("job_loss", "labour", {}), "M4": ("dropout", "education", {}),
        "M5": ("disaster", "emergency", {}), "M6": ("prison", "justice", {}),
    }  # fmt: skip
    hit = {rule: a_home(who) for rule in kinds}
    for rule, (kind, source, detail) in kinds.items():
        tell(hit[rule].memberships.get().person, kind, date(2026, 4, 2), source=source, **detail)
    mild = a_home(who)
    tell(mild.memberships.get().person, "disability_new", date(2026, 4, 2), source="disability",
         category="4", grade="3")  # fmt: skip
    run = compared(who)
    assert {rule: rules_of(home) for rule, home in hit.items()} == {rule: {rule} for rule in kinds}
    assert (rules_of(ill), rules_of(unvisited), rules_of(near)) == ({"M1"}, {"M9"}, {"M8"})
    assert [rules_of(home) for home in (fit, visited, far, mild)] == [set()] * 4
    assert (run.hits, run.alerts, run.merged, run.in_chain) == (8, 8, 0, 0)
    urgent = Alert.objects.get(household=hit["M5"])
    assert (urgent.urgent, urgent.due_on) == (True, date(2026, 4, 13))
    assert Alert.objects.get(household=ill).due_on == date(2026, 4, 24)
    assert [code for code, _ in proposed(urgent)] == ["assistance.first_aid", "assistance.temporary"]


def test_the_edges_of_the_handbook_s_numbers(who: Cast) -> None:
    """M1 above the line, M8 up to a tenth above the standard, M9 the day after the interval of the grade."""
    year = int(
        catalogue.current().parameters().get("dibao.standard.rural", path=who.seat.county, on=TODAY).value
    )
    on_the_line, above = a_home(who), a_home(who)
    for home, over in ((on_the_line, 0), (above, 1)):
        registered(home, "L3")
        known(home, wage=year * 11 // 10 + over)
    assert year % 10 == 0
    exact, more = a_home(who), a_home(who)
    known(exact, rigid_medical=10_000_00)
    known(more, rigid_medical=10_000_01)
    graded = [({"tier": tier}, "L2", days) for tier, days in (("A", 15), ("B", 30), ("C", 90), ("D", 180))]
    tekun = [({"care_level": level}, "L1", days) for level, days in (("full", 30), ("total", 7))]
    late = {}
    for fields, group, days in graded + tekun:
        for beyond in (0, 1):
            home = a_home(who)
            registered(home, group, valid_from=TODAY - timedelta(days=days + beyond), **fields)
            late[home.pk] = bool(beyond)
    compared(who)
    assert (rules_of(on_the_line), rules_of(above)) == ({"M8"}, set())
    assert (rules_of(exact), rules_of(more)) == (set(), {"M1"})
    found = set(Hit.objects.filter(rule="M9").values_list("household_id", flat=True))
    assert found == {home for home, is_late in late.items() if is_late}


def test_the_comparison_done_twice_does_nothing_twice_and_a_withdrawn_event_warns_of_nothing(
    who: Cast,
) -> None:
    home = a_home(who)
    known(home, rigid_medical=12_000_00)
    wrong = tell(a_home(who).memberships.get().person, "job_loss", date(2026, 4, 2), source="labour")
    events.withdraw(event=wrong, reason="同名他人", by=who.county_approver)
    for _ in range(3):
        run = compared(who)
    assert (run.hits, run.alerts, Alert.objects.count(), Hit.objects.count()) == (1, 1, 1, 1)
    assert actions.sweep_everywhere(CODE, by=OF_PLATFORM) >= 1
    assert actions.sweep_everywhere(CODE, by=OF_PLATFORM) == 0
    with clock.frozen(date(2026, 5, 20)):
        compared(who)
        assert Hit.objects.count() == 1  # the same figure is no news
        known(home, rigid_medical=20_000_00)
        compared(who)
        assert (Alert.objects.count(), Hit.objects.count()) == (1, 2)  # the alert still waits, and takes it


def test_a_place_sets_its_own_threshold(who: Cast) -> None:
    home = a_home(who)
    known(home, rigid_medical=9_000_00)
    compared(who)
    assert rules_of(home) == set()
    ParameterRow.objects.create(
        key="monitor.medical", path=who.seat.county, from_on=date(2026, 4, 1), value="800000", source="县文件",
        confidence="common", unit="fen_per_year",
    )  # fmt: skip
    compared(who)
    assert rules_of(home) == {"M1"}


def test_a_warning_is_visited_and_becomes_an_application_and_one_household_has_one_chain(who: Cast) -> None:
    home = a_home(who)
    known(home, rigid_medical=12_000_00)
    compared(who)
    alert = Alert.objects.get()
    with pytest.raises(Refused, match="还没有走访"):
        actions.close(alert=alert, words="不必", by=who.clerk)
    for by, error in ((who.clerk, NotAllowed), (who.payer, NotAllowed), (who.stranger, NotFound)):
        with pytest.raises(error):
            actions.visit(alert=alert, answers={**SEEN, "result": "apply"}, by=by)
    with pytest.raises(Refused):
        actions.visit(alert=alert, answers={**SEEN, "result": "refer"}, by=who.coordinator)  # to whom?
    seen = actions.visit(alert=alert, answers={**SEEN, "result": "apply"}, by=who.coordinator, version=1)
    assert (seen.state, seen.result, seen.due_on) == ("following", "apply", date(2026, 4, 17))
    lead = Lead.objects.get()
    assert (seen.lead_id, lead.visits.get()) == (lead.pk, seen.visit)
    with pytest.raises(Stale):
        actions.visit(alert=alert, answers={**SEEN, "result": "none"}, by=who.coordinator)
    with pytest.raises(Refused, match="线索还没有办理"):
        actions.close(alert=seen, words="已办", by=who.clerk)
    # Another warning while somebody helps: no second chain, neither as a warning nor as a task.
    tell(home.memberships.get().person, "job_loss", date(2026, 4, 9), source="labour")
    run = compared(who)
    assert (run.merged, Alert.objects.count(), rules_of(home)) == (1, 1, {"M1", "M3"})
    case = drafting.start_draft(
        "assistance.dibao", applicant=home.memberships.get().person, household=home, path=home.path,
        channel="discovery", lead_id=lead.pk, by=who.coordinator,
    )  # fmt: skip
    visiting.lead_applied(lead.pk, case_id=case.pk, by=who.coordinator)
    assert actions.settle(by=OF_PLATFORM) == 1
    seen.refresh_from_db()
    assert (seen.state, seen.case_id, seen.words) == ("closed", case.pk, "已代办申请")
    with clock.frozen(date(2026, 6, 20)):
        tell(home.memberships.get().person, "disaster", date(2026, 6, 19), source="emergency")
        run = compared(who)
        assert (run.alerts, run.in_chain) == (0, 1)
        beside = Alert.objects.latest("id")
        assert (beside.state, beside.case_id, beside.chain) == ("in_chain", case.pk, "办件（草稿）")
        links = [one.title for one in queries.chain_of(home)]
        assert links[:2] == ["监测预警", "意外事故或灾害"]
        assert {"预警走访", "线索", "预警了结"} <= set(links)


def test_what_follows_each_result_and_when_warnings_merge(who: Cast) -> None:
    fine, sent, better = a_home(who), a_home(who), a_home(who)
    for home in (fine, sent):
        tell(home.memberships.get().person, "job_loss", date(2026, 4, 2), source="labour")
    registered(better, "L2", valid_from=date(2026, 1, 1))
    compared(who)
    of = {one.household_id: one for one in Alert.objects.all()}
    done = actions.visit(alert=of[fine.pk], answers={**SEEN, "result": "none"}, by=who.coordinator)
    assert (done.state, done.words, Lead.objects.count()) == ("closed", "走访核实，不需要救助", 0)
    told = {**SEEN, "result": "refer", "refer_to": "人社局：就业培训"}
    actions.visit(alert=of[sent.pk], answers=told, by=who.coordinator)
    with pytest.raises(Refused, match="办理情况"):
        actions.close(alert=of[sent.pk], words=" ", by=who.clerk)
    with pytest.raises(NotAllowed):
        actions.close(alert=of[sent.pk], words="已培训", by=who.coordinator)
    assert actions.close(alert=of[sent.pk], words="人社局已安排培训", by=who.clerk).state == "closed"
    actions.visit(alert=of[better.pk], answers={**SEEN, "result": "exit"}, by=who.coordinator)
    Alert.objects.filter(pk=of[better.pk].pk).update(result="refer")
    with pytest.raises(Refused, match="不是"):
        actions.begin_review(alert=of[better.pk], by=who.clerk)
    Alert.objects.filter(pk=of[better.pk].pk).update(result="exit")
    case = actions.begin_review(alert=of[better.pk], by=who.clerk)
    assert (case.service, case.household) == ("assistance.dibao_review", better)
    assert Case.objects.filter(household=better).count() == 1
    # Within thirty days what a closed one was about is not asked again; something new is, and so is the old after them.
    tell(fine.memberships.get().person, "job_loss", date(2026, 2, 2), source="labour")
    compared(who)
    assert Alert.objects.filter(household=fine).count() == 1
    tell(fine.memberships.get().person, "prison", date(2026, 4, 9), source="justice")
    compared(who)
    assert list(Alert.objects.filter(household=fine).order_by("id").values_list("state", flat=True)) == [
        "closed", "open",
    ]  # fmt: skip


def test_money_that_came_back_and_things_registered_warn_of_households_on_the_register(who: Cast) -> None:
    row = on_dibao(who, from_month=Month(2026, 3))
    assert row.household is not None
    pay(who, row.scheme, Month(2026, 3))
    payment = Payment.objects.get(household=row.household)
    ledger.send(batch=payment.batch, by=who.payer)
    Instruction.objects.filter(payment=payment).update(state="failed", failure="账户已销户")
    member = row.household.memberships.order_by("id").first()
    assert member is not None
    carried_out(tell(member.person, "vehicle", date(2026, 4, 3), source="traffic"))
    compared(who)
    assert rules_of(row.household) == {"M7", "M10"}
    # The reaction to the vehicle has already asked for a review: that is the one chain.
    assert Alert.objects.get(household=row.household).chain.startswith("事件待办：")


def test_the_comparison_is_the_followers_and_settling_is_the_platforms(who: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.sweep(monitor=CODE, path=who.seat.county, by=who.payer)
    for by in (who.clerk, who.stranger):  # of one township only; of the next county
        with pytest.raises(NotFound):
            actions.sweep(monitor=CODE, path=who.seat.county, by=by)
    with pytest.raises(Refused, match="按县"):
        actions.sweep(monitor=CODE, path=who.seat.township, by=who.county_approver)
    assert actions.sweep(monitor=CODE, path=who.seat.county, by=who.county_approver).finished_at
    with pytest.raises(NotAllowed):
        sweeping.settle(by=who.county_approver)

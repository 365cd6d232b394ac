"""The yearly re-check: everyone asked about once, differences found together, explained first; two workers, one run."""

from __future__ import annotations

import os
import threading
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.bulkcomparing import exceeding
from minzheng.kernel.exchange.bulkkept import Found, kept
from minzheng.kernel.exchange.bulkknown import Known
from minzheng.kernel.exchange.families import tell_families
from minzheng.kernel.exchange.figures import Verdict, compared, figures
from minzheng.kernel.exchange.models import (
    Discrepancy,
    Recheck,
    RecheckPart,
    RecheckSubject,
    Verification,
)
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Person
from tests.factories.cast import cast, resident_of
from tests.factories.checks import PURPOSE, TEN, VEHICLE, a_recipient
from tests.factories.departments import Departments
from tests.factories.people import person
from tests.factories.places import NEXT_COUNTY, place
from tests.factories.rechecked import Town, lines, parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]

DAY = date(2026, 3, 3)
Part, Run = RecheckPart.State, Recheck.State


# ------------------------------------------------------------------ the run


def test_every_source_answers_about_everyone_and_what_agrees_opens_nothing(town: Town) -> None:
    run = town.run()
    assert (run.state, run.households, run.subjects, run.unauthorised) == (Run.DONE, 3, 3, 0)
    assert run.basis == "《社会救助暂行办法》第五十八条"
    for part in parts(run):
        assert (part.state, part.found + part.none, part.unknown) == (Part.DONE, 3, 0)
        assert len(part.answer_sha) == len(part.request_sha) == 64
        assert part.valid_until == DAY + timedelta(days=SOURCES[part.source].valid_for.n)
    assert len(lines()) == 30
    assert not Verification.objects.exists()
    rows = queries.progress(run, by=town.who.verifier)
    assert [row["source"] for row in rows] == [*TEN, ""]
    assert {(row["done"], row["counties"]) for row in rows} == {(1, 1)}
    assert not queries.progress(run, by=town.who.stranger)


def test_no_file_and_no_answer_row_holds_a_number_that_it_need_not(town: Town) -> None:
    town.run()
    numbers = [str(head.id_number) for _, head in town.homes]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM exchange_answerblock a")
        (text,) = cursor.fetchone()
    assert not any(number in text for number in numbers)
    assert not any(number in line.record for number in numbers for line in lines())
    assert not any(number in town.departments.log for number in numbers)


def test_what_exceeds_opens_a_check_with_evidence_and_a_window_before_anything_follows(town: Town) -> None:
    home, head = town.homes[1]
    town.put(1, "vehicles", [VEHICLE])
    town.put(1, "bank", {"balance": 105_001, "securities": 0, "inflow": 0})
    town.put(2, "bank", {"balance": 100_000, "securities": 5_000, "inflow": 0})
    run = town.run()
    [check] = Verification.objects.all()
    assert (check.case_id, check.purpose, check.state, check.conclusion) == (
        801,
        PURPOSE,
        "reported",
        "exceeds",
    )
    assert (check.path, check.member_ids, check.valid_until) == (home.path, [head.pk], date(2026, 8, 31))
    assert check.declared["household"]["deposits"] == 100_000
    found = {one.item: (one.declared, one.found, one.state) for one in check.discrepancies.all()}
    assert found == {"vehicles": (0, 1, "open"), "deposits": (100_000, 105_001, "open")}
    for query in check.queries.all():
        assert query.intact
        assert (query.state, query.asked_by) == ("answered", "冯核对")
        assert str(head.id_number) not in query.raw
    assert queries.facts(check).household == {"vehicles": 1, "deposits": 105_001, "houses": 1}
    verdicts = {one.item.name: compared(one, tolerance=Fraction(1, 20), free={}) for one in figures(check)}
    assert {name for name, said in verdicts.items() if said is Verdict.EXCEEDS} == set(found)
    [vehicle] = check.discrepancies.filter(item="vehicles")
    assert vehicle.explain_due == date(2026, 3, 10)
    uphold: dict[str, Any] = {"discrepancy": vehicle, "outcome": actions.UPHOLD, "reason": "未说明"}
    with pytest.raises(Refused, match="说明期限到 2026-03-10"):
        actions.decide_discrepancy(by=town.who.verifier, **uphold)
    assert sum(part.differences for part in run.parts.filter(source="")) == 2
    # The family is told once that there is something to explain and until when, and no figure is in the message.
    message = Message.objects.get(person=head)
    assert message.path == home.path
    assert "机动车" in message.text
    assert "2026年03月10日前" in message.text
    assert "1050" not in message.text
    assert tell_families([check.pk], path=home.path, grown=date(2008, 3, 3)) == 0
    assert not Message.objects.exclude(person=head).exists()


def test_an_explanation_once_accepted_stands_in_the_next_year_for_the_same_figure(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.run()
    [vehicle] = Discrepancy.objects.all()
    actions.explain(discrepancy=vehicle, text="已卖给邻村，未过户。", by=resident_of(town.homes[1][1]))
    actions.decide_discrepancy(
        discrepancy=vehicle, outcome=actions.ACCEPT, reason="有协议", by=town.who.verifier
    )
    with clock.frozen(date(2026, 6, 1)):
        assert town.run().state == Run.DONE
        assert Verification.objects.count() == 1
        town.put(1, "vehicles", [VEHICLE, VEHICLE])
        town.run()
        assert Verification.objects.count() == 2
        assert Discrepancy.objects.latest("id").found == 2


def test_a_household_may_object_to_what_the_recheck_found_and_is_asked_about_anew(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.run()
    [check] = Verification.objects.all()
    actions.object_to(verification=check, text="车已注销", by=resident_of(town.homes[1][1]))
    town.put(1, "vehicles", [])
    check = actions.recheck(verification=check, by=town.who.verifier)
    check = actions.collect(verification=check, by=town.who.verifier)
    check = actions.report(
        verification=check, tolerance=Fraction(1, 20), valid_until=DAY + timedelta(days=180), explain_due=DAY,
        by=town.who.verifier,
    )  # fmt: skip
    assert (check.round, check.conclusion) == (2, "within")
    assert Discrepancy.objects.get().state == Discrepancy.State.CLEARED


def test_a_death_in_the_household_register_is_found(town: Town) -> None:
    town.put(
        2,
        "police",
        {
            "hukou_state": "cancelled",
            "hukou_place": "220122",
            "died_on": "2026-01-05",
            "tours": 0,
            "last_exit": None,
        },
    )
    town.run()
    assert [(one.item, one.found, one.member) for one in Discrepancy.objects.all()] == [
        ("deceased", 1, town.homes[2][1])
    ]


# ------------------------------------------------------------------ who is asked about


def test_without_every_adults_letter_a_household_is_left_out_and_counted(town: Town) -> None:
    a_recipient(9, path=town.who.seat.village, signed=False)
    home, _ = town.homes[0]
    wife = person(path=home.path, name="测配偶", birth=date(1972, 1, 1))
    home.memberships.create(person=wife, relation="10", from_on=date(2020, 1, 1))
    run = town.run()
    assert (run.subjects, run.households, run.unauthorised) == (2, 2, 2)
    assert home.pk not in {line.household_id for line in lines()}


def test_a_child_is_covered_by_the_adults_letter_and_the_dead_are_not_asked_about(town: Town) -> None:
    home, _ = town.homes[0]
    child = person(path=home.path, name="测童", birth=date(2015, 1, 1))
    gone = person(path=home.path, name="测故", birth=date(1940, 1, 1))
    Person.objects.filter(pk=gone.pk).update(died_on=date(2025, 1, 1))
    for one in (child, gone):
        home.memberships.create(person=one, relation="20", from_on=date(2020, 1, 1))
    run = town.run()
    assert (run.subjects, run.unauthorised) == (4, 0)
    assert RecheckSubject.objects.filter(person_id=child.pk).exists()


def test_a_letter_withdrawn_after_the_start_is_respected(town: Town) -> None:
    run = actions.start_recheck(path=town.who.seat.county, by=town.who.verifier)
    head = town.homes[0][1]
    [consent] = queries.consent_log(800, by=town.who.verifier)
    actions.withdraw_consent(consent=consent, by=resident_of(head))
    actions.carry_on(run.pk)
    states = {(line.state, line.error) for line in lines() if line.person_id == head.pk}
    assert states == {(Found.UNKNOWN, "withdrawn")}
    assert Found.NONE in {line.state for line in lines()}


def test_who_has_no_number_or_signed_for_less_stays_unknown(town: Town) -> None:
    from minzheng.kernel.exchange.models import Consent

    home, _ = town.homes[0]
    nameless = person(path=home.path, name="测无名", internal_number="UID00000009", birth=date(2016, 1, 1))
    Person.objects.filter(pk=nameless.pk).update(id_number=None)
    home.memberships.create(person=nameless, relation="20", from_on=date(2020, 1, 1))
    Consent.objects.filter(person=town.homes[1][1]).update(version="authorisation_1")
    town.run()
    said = {(line.person_id, line.error) for line in lines() if line.error}
    assert said == {(nameless.pk, "no_number"), (town.homes[1][1].pk, "not_in_letter")}


def test_only_a_verifier_of_the_place_begins_retries_and_gives_up(town: Town) -> None:
    for by in (town.who.clerk, town.who.county_approver, town.who.resident, town.who.stranger):
        with pytest.raises(NotAllowed, match="没有核对岗位"):
            actions.start_recheck(path=town.who.seat.county, by=by)
    with pytest.raises(NotAllowed):
        actions.start_recheck(path="22/", by=town.who.verifier)
    town.departments.fault("bank", "down")
    run = town.run()
    for by in (town.who.clerk, town.who.stranger):
        with pytest.raises(NotAllowed):
            actions.retry(run=run, by=by)
        with pytest.raises(NotAllowed):
            actions.give_up(run=run, code="bank", reason="久等", by=by)
    with pytest.raises(Refused, match="已有年度复核正在进行"):
        actions.start_recheck(path=town.who.seat.county, by=town.who.verifier)


def test_a_place_where_nobody_draws_benefits_has_nothing_to_recheck(departments: Departments) -> None:
    who = cast()
    with pytest.raises(Refused, match="没有可以复核的在保家庭"):
        actions.start_recheck(path=who.seat.county, by=who.verifier)
    assert not Recheck.objects.exists()


# ------------------------------------------------------------------ set-based and plain agree


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_run_and_every_subject_is_answered_once(departments: Departments) -> None:
    who = cast()
    place(NEXT_COUNTY.village.split("/")[-2])
    for n in range(6):
        a_recipient(n, path=who.seat.village if n % 2 else NEXT_COUNTY.village)
    run = actions.start_recheck(path="22/", by=system("test"))

    def work() -> None:
        try:
            with clock.frozen(DAY):
                actions.carry_on(run.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=60)
    run.refresh_from_db()
    assert run.state == Run.DONE
    assert {part.attempts for part in parts(run)} == {1}
    assert len({(part.pk, line.person_id) for part in parts(run) for line in kept(part)}) == 60


def test_the_statements_find_what_the_plain_comparison_finds(town: Town) -> None:
    import random

    dice = random.Random(int(os.environ.get("MINZHENG_SEED", "11")))
    homes = town.homes[:3] + [a_recipient(n, path=town.who.seat.village) for n in range(20, 40)]
    expected = set()
    for home, head in homes:
        balance, cars, base = dice.randrange(90_000, 112_000), dice.randrange(2), dice.choice([0, 0, 100_000])
        town.departments.put("bank", head.id_number, {"balance": balance, "securities": 0, "inflow": 0})
        town.departments.put("vehicles", head.id_number, [VEHICLE] * cars)
        town.departments.put("tax_social", head.id_number, {"base": base, "months": 3, "taxed": 0, "fund": 0})
        if balance * 20 > 100_000 * 21 or cars or base:
            expected.add(home.pk)
    run = town.run()
    known = Known.of_county(run, town.who.seat.county)
    assert exceeding(run, town.who.seat.county, tolerance=Fraction(1, 20), free={}, known=known) == expected
    opened_for = {check.member_ids[0] for check in Verification.objects.all()}
    assert opened_for == {head.pk for home, head in homes if home.pk in expected}

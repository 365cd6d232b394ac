"""The yearly re-check: files out and in, a silent source resumed alone, differences found together, explained first."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import Mistake, NotAllowed, Refused
from minzheng.kernel.exchange import actions, bulkkept, queries, rechecking, tasks
from minzheng.kernel.exchange.bulkasking import read_answers
from minzheng.kernel.exchange.bulkcomparing import exceeding
from minzheng.kernel.exchange.bulkfiles import Sealed, Unreadable, opened, sealed
from minzheng.kernel.exchange.bulkkept import Found, Kept, kept
from minzheng.kernel.exchange.bulkknown import Known
from minzheng.kernel.exchange.families import tell_families
from minzheng.kernel.exchange.figures import Verdict, compared, figures
from minzheng.kernel.exchange.models import (
    AnswerBlock,
    Discrepancy,
    Query,
    Recheck,
    RecheckPart,
    RecheckSubject,
    Verification,
)
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.signing import sm3
from tests.factories.cast import Cast, cast, resident_of
from tests.factories.checks import ALIVE, PURPOSE, TEN, a_recipient
from tests.factories.departments import KEY, Departments, running
from tests.factories.people import a_number, person
from tests.factories.places import NEXT_COUNTY, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

DAY = date(2026, 3, 3)
VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}
Part, Run = RecheckPart.State, Recheck.State


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Departments]:
    with running(tmp_path_factory.mktemp("departments")) as departments:
        yield departments


@pytest.fixture
def departments(process: Departments, settings: Any) -> Iterator[Departments]:
    settings.MINZHENG_DEPARTMENTS = process.address
    settings.MINZHENG_EXCHANGE_KEY = KEY
    yield process
    if process.process is None:
        process.start()
    for code in ("*", *TEN):
        process.fault(code, "")


@pytest.fixture(autouse=True)
def _a_day() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@dataclass
class Town:
    """Three households in one county, one in the next, and who checks them."""

    who: Cast
    homes: list[tuple[Household, Person]]
    departments: Departments

    def run(self, **more: Any) -> Recheck:
        run = actions.start_recheck(**({"path": self.who.seat.county, "by": self.who.verifier} | more))
        return actions.carry_on(run.pk)

    def put(self, n: int, source: str, record: Any) -> None:
        self.departments.put(source, self.homes[n][1].id_number, record)


@pytest.fixture
def town(departments: Departments) -> Town:
    who = cast()
    place(NEXT_COUNTY.village.split("/")[-2])
    homes = [a_recipient(n, path=who.seat.village) for n in range(3)]
    homes.append(a_recipient(3, path=NEXT_COUNTY.village))
    for _, head in homes:
        departments.put("police", head.id_number, ALIVE)
        departments.put("property", head.id_number, [{"share": "1", "area": 6000, "use": "住宅"}])
    return Town(who, homes, departments)


def _lines() -> list[Kept]:
    """Every answer that is kept."""
    return [line for part in RecheckPart.objects.order_by("id") for line in kept(part)]


def _parts(run: Recheck, **wanted: Any) -> list[RecheckPart]:
    return list(run.parts.filter(**wanted).exclude(source="").order_by("id"))


# ------------------------------------------------------------------ the run


def test_every_source_answers_about_everyone_and_what_agrees_opens_nothing(town: Town) -> None:
    run = town.run()
    assert (run.state, run.households, run.subjects, run.unauthorised) == (Run.DONE, 3, 3, 0)
    assert run.basis == "《社会救助暂行办法》第五十八条"
    for part in _parts(run):
        assert (part.state, part.found + part.none, part.unknown) == (Part.DONE, 3, 0)
        assert len(part.answer_sha) == len(part.request_sha) == 64
        assert part.valid_until == DAY + timedelta(days=SOURCES[part.source].valid_for.n)
    assert len(_lines()) == 30
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
    assert not any(number in line.record for number in numbers for line in _lines())
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
    assert home.pk not in {line.household_id for line in _lines()}


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
    states = {(line.state, line.error) for line in _lines() if line.person_id == head.pk}
    assert states == {(Found.UNKNOWN, "withdrawn")}
    assert Found.NONE in {line.state for line in _lines()}


def test_who_has_no_number_or_signed_for_less_stays_unknown(town: Town) -> None:
    from minzheng.kernel.exchange.models import Consent

    home, _ = town.homes[0]
    nameless = person(path=home.path, name="测无名", internal_number="UID00000009", birth=date(2016, 1, 1))
    Person.objects.filter(pk=nameless.pk).update(id_number=None)
    home.memberships.create(person=nameless, relation="20", from_on=date(2020, 1, 1))
    Consent.objects.filter(person=town.homes[1][1]).update(version="authorisation_1")
    town.run()
    said = {(line.person_id, line.error) for line in _lines() if line.error}
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


# ------------------------------------------------------------------ silent sources


def test_one_silent_source_is_resumed_later_without_asking_the_others_again(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.departments.fault("vehicles", "down")
    run = town.run(path="22/", by=system("test"))
    assert run.state == Run.FAILED
    assert {part.error for part in _parts(run, state=Part.FAILED)} == {"unreachable"}
    assert {part.source for part in _parts(run, state=Part.FAILED)} == {"vehicles"}
    assert {part.state for part in run.parts.filter(source="")} == {Part.WAITING}
    assert not Verification.objects.exists()
    before = {part.pk: part.asked_at for part in _parts(run, state=Part.DONE)}
    assert len(before) == 18
    town.departments.fault("vehicles", "")
    with clock.frozen(clock.now() + timedelta(hours=1)):
        actions.retry(run=run, by=system("test"))
        run = actions.carry_on(run.pk)
    assert run.state == Run.DONE
    assert {part.pk: part.asked_at for part in _parts(run, pk__in=before)} == before
    assert {part.attempts for part in _parts(run)} == {1, 2}
    assert Discrepancy.objects.get().item == "vehicles"


def test_a_run_with_a_silent_source_is_taken_up_again_by_itself(town: Town) -> None:
    town.departments.stop(kill=True)
    run = town.run()
    assert run.state == Run.FAILED
    assert rechecking.unfinished() == []
    town.departments.start()
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert rechecking.unfinished() == [run.pk]
        tasks.resume(timestamp=0)
    run.refresh_from_db()
    assert run.state == Run.DONE


def test_a_source_that_stays_silent_is_not_tried_for_every_county(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "SILENT_IN_A_ROW", 1)
    town.departments.fault("bank", "down")
    run = town.run(path="22/", by=system("test"))
    tried = _parts(run, source="bank")
    assert [part.attempts for part in tried] == [1, 0]
    assert {part.state for part in tried} == {Part.FAILED}


def test_who_is_not_waited_for_any_longer_is_unknown_never_none(town: Town) -> None:
    town.departments.fault("bank", "down")
    run = town.run()
    with pytest.raises(Refused, match="没有填写理由"):
        actions.give_up(run=run, code="bank", reason=" ", by=town.who.verifier)
    with pytest.raises(Refused, match="没有未返回的分项"):
        actions.give_up(run=run, code="police", reason="久等", by=town.who.verifier)
    actions.give_up(run=run, code="bank", reason="银行系统升级", by=town.who.verifier)
    run = actions.carry_on(run.pk)
    [bank] = _parts(run, source="bank")
    assert (run.state, bank.state, bank.unknown, bank.policy) == (Run.DONE, Part.GIVEN_UP, 3, "ask_again")
    assert {(line.state, line.figures) for line in kept(bank)} == {(Found.UNKNOWN, ())}


def test_the_last_recheck_stands_in_while_valid_where_the_place_says_so(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    first = town.run()
    [before] = _parts(first, source="vehicles")
    Discrepancy.objects.all().delete()
    town.departments.fault("vehicles", "down")
    with clock.frozen(DAY + timedelta(days=90)):
        run = town.run()
        [consent] = queries.consent_log(800, by=town.who.verifier)
        actions.withdraw_consent(consent=consent, by=resident_of(town.homes[0][1]))
        run = actions.give_up(run=run, code="vehicles", reason="系统升级", by=town.who.verifier)
        run = actions.carry_on(run.pk)
        [part] = _parts(run, source="vehicles")
        assert (part.state, part.policy, part.unknown) == (Part.GIVEN_UP, "last_known", 1)
        # Of whoever has taken the letter back meanwhile nothing earlier is used.
        assert [line.person_id for line in kept(part) if line.error == "withdrawn"] == [town.homes[0][1].pk]
        assert (part.as_of, part.valid_until, part.answer_sha) == (
            before.as_of, before.valid_until, before.answer_sha,
        )  # fmt: skip
        assert Discrepancy.objects.get().item == "vehicles"
        assert Query.objects.filter(source="vehicles", policy="last_known").exists()


def test_a_source_for_which_the_place_holds_is_not_given_up(town: Town) -> None:
    town.departments.fault("police", "down")
    run = town.run()
    with pytest.raises(Refused, match="不能放弃等待"):
        actions.give_up(run=run, code="police", reason="久等", by=town.who.verifier)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("malformed", "malformed"), ("wrong", "mismatched"), ("forged", "unsigned"), ("refused", "refused")],
)
def test_a_torn_strange_or_forged_file_is_no_answer_and_nothing_of_it_is_kept(
    town: Town, kind: str, error: str
) -> None:
    town.departments.fault("bank", kind)
    run = town.run()
    [bank] = _parts(run, source="bank")
    assert (run.state, bank.state) == (Run.FAILED, Part.FAILED)
    assert bank.error in {error, "unsealed"}
    assert not AnswerBlock.objects.filter(part=bank).exists()


def test_a_slow_file_is_given_up_after_the_time_allowed(town: Town, settings: Any) -> None:
    settings.MINZHENG_DEPARTMENTS_FILE_TIMEOUT = 0.3
    town.departments.fault("bank", "slow", seconds=1.5)
    [bank] = _parts(town.run(), source="bank")
    assert (bank.state, bank.error) == (Part.FAILED, "timeout")


def test_a_late_file_is_taken_in_and_fetched(town: Town) -> None:
    town.departments.fault("bank", "late", seconds=0)
    run = town.run()
    [bank] = _parts(run, source="bank")
    assert (run.state, bank.state, bank.error) == (Run.RUNNING, Part.LATE, "accepted")
    assert rechecking.unfinished() == [run.pk]
    tasks.resume(timestamp=0)
    run.refresh_from_db()
    assert (run.state, _parts(run, source="bank")[0].state) == (Run.DONE, Part.DONE)
    assert town.departments.post("/fetch/bank", {"request": "../../x"})[0] == 404


def test_lines_that_do_not_fit_came_twice_or_contradict_leave_only_their_subject_unknown(town: Town) -> None:
    for kind, unknown in (("misfit", 1), ("duplicate", 0), ("conflict", 1)):
        town.departments.fault("vehicles", kind)
        run = town.run(sources=["vehicles"])
        [part] = _parts(run)
        assert (part.state, part.unknown, part.found + part.none) == (Part.DONE, unknown, 3 - unknown)
        town.departments.fault("vehicles", "")


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
    assert {part.attempts for part in _parts(run)} == {1}
    assert len({(part.pk, line.person_id) for part in _parts(run) for line in kept(part)}) == 60


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


# ------------------------------------------------------------------ files


def test_a_file_changed_anywhere_or_sealed_with_another_key_is_not_opened() -> None:
    key = KEY.encode()
    file = sealed({"kind": "ask", "source": "bank"}, ["0\t1", "1\t2"], key=key)
    assert opened(file, key=key).lines == ("0\t1", "1\t2")
    for at in range(0, len(file) - 1, 7):
        changed = bytes([*file[:at], file[at] ^ 1, *file[at + 1 :]])
        with pytest.raises(Unreadable):
            opened(changed, key=key)
    with pytest.raises(Unreadable):
        opened(file, key=b"x" * 32)
    assert opened(sealed({}, [], key=key), key=key).lines == ()


@given(content=st.binary(max_size=200))
def test_no_bytes_make_the_reading_of_a_file_fall_over(content: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(content, key=KEY.encode())


@given(
    lines=st.lists(st.text(alphabet='0123456789\t{}"a:', max_size=12), max_size=12), size=st.integers(0, 6)
)
def test_whatever_the_lines_say_each_subject_is_found_none_or_unknown(lines: list[str], size: int) -> None:
    read = read_answers(Sealed({}, tuple(lines), "x"), of=SOURCES["bank"], asked=size, unasked={})
    assert len(read) == size
    for seq, (state, record, error) in enumerate(read):
        own = {rest for one, rest in Sealed({}, tuple(lines), "x").rows() if one == seq}
        if not own:
            assert (state, error) == (Found.UNKNOWN, "unanswered")
        elif own == {""}:
            assert state == Found.NONE
        elif len(own) > 1:
            assert (state, error) == (Found.UNKNOWN, "conflicting")
        else:
            assert (state == Found.FOUND) == (not error)
            assert bool(record) == (state == Found.FOUND)


def test_the_departments_refuse_a_file_without_purpose_or_with_a_broken_seal(
    departments: Departments,
) -> None:
    file = sealed({"source": "bank", "purpose": " ", "reference_date": "2026-03-03"}, [], key=KEY.encode())
    assert departments.post("/files/bank", file) == (403, {"error": "purpose_missing"})
    other = sealed({"source": "bank", "purpose": "recheck"}, [f"0\t{a_number()}"], key=b"x" * 32)
    assert departments.post("/files/bank", other) == (400, {"error": "unsealed"})
    right = sealed({"source": "police", "purpose": "recheck"}, [], key=KEY.encode())
    assert departments.post("/files/bank", right)[0] == 403
    assert departments.post("/files/secrets", right) == (400, {"error": "not_json"})


def test_the_migration_seals_the_answers_that_are_there(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.departments.fault("bank", "misfit")
    town.run()
    town.departments.fault("bank", "")
    sealing: Any = importlib.import_module("minzheng.kernel.exchange.migrations.0005_sealed_answers")
    before = MigrationLoader(connection).project_state(("exchange", "0004_sealed_anew"))
    sealing.Migration.operations[0].state_forwards("exchange", before)
    plain = before.apps.get_model("exchange", "BulkAnswer")
    lines = [(part, line) for part in RecheckPart.objects.exclude(source="") for line in kept(part)]
    assert {line.state for _, line in lines} == {1, 2, 3}
    AnswerBlock.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.create_model(plain)
    plain.objects.bulk_create(
        plain(
            part_id=part.pk, person_id=line.person_id, household_id=line.household_id, path=part.path, seq=line.seq,
            state=line.state, error=line.error or None, record=line.record or None,
            raw_sha=sm3(line.raw.encode()) if line.record else None,
            figures=list(line.figures) if line.figures else [0] if line.state == Found.NONE else None,
        )
        for part, line in lines
    )  # fmt: skip
    sealing.seal(before.apps, None)
    assert [(part, line) for part, _ in lines[::3] for line in kept(part)] == lines


def test_answers_lie_sealed_and_a_block_put_in_anothers_place_is_not_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulkkept, "_LINES", 2)
    town.put(1, "bank", {"balance": 105_001, "securities": 0, "inflow": 0})
    [part] = _parts(town.run(sources=["bank"]))
    assert [line.person_id for line in kept(part)] == [head.pk for _, head in town.homes[:3]]
    assert [line.figures for line in kept(part, only=Found.FOUND)] == [(105_001,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, answers FROM exchange_answerblock ORDER BY at")
        (first, one), (second, other) = cursor.fetchall()
        assert one[0] == other[0] == "!"
        assert "105001" not in one + other
        with pytest.raises(IntegrityError, match="answerblock_answers_sealed"), transaction.atomic():
            cursor.execute("UPDATE exchange_answerblock SET answers = '1' WHERE id = %s", [first])
        for pk, text in ((first, other), (second, one)):
            cursor.execute("UPDATE exchange_answerblock SET answers = %s WHERE id = %s", [text, pk])
    with pytest.raises(Mistake, match="不在原来的位置"):
        list(kept(part))

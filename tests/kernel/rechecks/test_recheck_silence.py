"""A re-check and a source that stays silent: resumed alone, given up with a reason, unknown and never none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange import actions, queries, rechecking, tasks
from minzheng.kernel.exchange.bulkkept import Found, kept
from minzheng.kernel.exchange.models import (
    AnswerBlock,
    Discrepancy,
    Query,
    Recheck,
    RecheckPart,
    Verification,
)
from tests.factories.cast import resident_of
from tests.factories.checks import VEHICLE
from tests.factories.rechecked import Town, parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]

DAY = date(2026, 3, 3)
Part, Run = RecheckPart.State, Recheck.State


# ------------------------------------------------------------------ silent sources


def test_one_silent_source_is_resumed_later_without_asking_the_others_again(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    town.departments.fault("vehicles", "down")
    run = town.run(path="22/", by=system("test"))
    assert run.state == Run.FAILED
    assert {part.error for part in parts(run, state=Part.FAILED)} == {"unreachable"}
    assert {part.source for part in parts(run, state=Part.FAILED)} == {"vehicles"}
    assert {part.state for part in run.parts.filter(source="")} == {Part.WAITING}
    assert not Verification.objects.exists()
    before = {part.pk: part.asked_at for part in parts(run, state=Part.DONE)}
    assert len(before) == 18
    town.departments.fault("vehicles", "")
    with clock.frozen(clock.now() + timedelta(hours=1)):
        actions.retry(run=run, by=system("test"))
        run = actions.carry_on(run.pk)
    assert run.state == Run.DONE
    assert {part.pk: part.asked_at for part in parts(run, pk__in=before)} == before
    assert {part.attempts for part in parts(run)} == {1, 2}
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
    tried = parts(run, source="bank")
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
    [bank] = parts(run, source="bank")
    assert (run.state, bank.state, bank.unknown, bank.policy) == (Run.DONE, Part.GIVEN_UP, 3, "ask_again")
    assert {(line.state, line.figures) for line in kept(bank)} == {(Found.UNKNOWN, ())}


def test_the_last_recheck_stands_in_while_valid_where_the_place_says_so(town: Town) -> None:
    town.put(1, "vehicles", [VEHICLE])
    first = town.run()
    [before] = parts(first, source="vehicles")
    Discrepancy.objects.all().delete()
    town.departments.fault("vehicles", "down")
    with clock.frozen(DAY + timedelta(days=90)):
        run = town.run()
        [consent] = queries.consent_log(800, by=town.who.verifier)
        actions.withdraw_consent(consent=consent, by=resident_of(town.homes[0][1]))
        run = actions.give_up(run=run, code="vehicles", reason="系统升级", by=town.who.verifier)
        run = actions.carry_on(run.pk)
        [part] = parts(run, source="vehicles")
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
    [bank] = parts(run, source="bank")
    assert (run.state, bank.state) == (Run.FAILED, Part.FAILED)
    assert bank.error in {error, "unsealed"}
    assert not AnswerBlock.objects.filter(part=bank).exists()


def test_a_slow_file_is_given_up_after_the_time_allowed(town: Town, settings: Any) -> None:
    settings.MINZHENG_DEPARTMENTS_FILE_TIMEOUT = 0.3
    town.departments.fault("bank", "slow", seconds=1.5)
    [bank] = parts(town.run(), source="bank")
    assert (bank.state, bank.error) == (Part.FAILED, "timeout")


def test_a_late_file_is_taken_in_and_fetched(town: Town) -> None:
    town.departments.fault("bank", "late", seconds=0)
    run = town.run()
    [bank] = parts(run, source="bank")
    assert (run.state, bank.state, bank.error) == (Run.RUNNING, Part.LATE, "accepted")
    assert rechecking.unfinished() == [run.pk]
    tasks.resume(timestamp=0)
    run.refresh_from_db()
    assert (run.state, parts(run, source="bank")[0].state) == (Run.DONE, Part.DONE)
    assert town.departments.post("/fetch/bank", {"request": "../../x"})[0] == 404


def test_lines_that_do_not_fit_came_twice_or_contradict_leave_only_their_subject_unknown(town: Town) -> None:
    for kind, unknown in (("misfit", 1), ("duplicate", 0), ("conflict", 1)):
        town.departments.fault("vehicles", kind)
        run = town.run(sources=["vehicles"])
        [part] = parts(run)
        assert (part.state, part.unknown, part.found + part.none) == (Part.DONE, unknown, 3 - unknown)
        town.departments.fault("vehicles", "")

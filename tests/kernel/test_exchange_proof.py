"""From a figure back to the answer as it was received: what was altered, exchanged or taken away since is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from minzheng.kernel import clock
from minzheng.kernel.exchange import actions, proof
from minzheng.kernel.exchange.models import AnswerBlock, Query, RecheckPart, Verification
from tests.factories.cast import cast
from tests.factories.checks import ALIVE, DAY, Home, a_home, a_recipient
from tests.factories.departments import Departments

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
Proof = proof.Proof
VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}


@pytest.fixture
def home(departments: Departments) -> Iterator[Home]:
    with clock.frozen(DAY):
        found = a_home()
        for one in found.members:
            departments.put("police", one.id_number, ALIVE)
        yield found


def _answers(one: Verification) -> list[Query]:
    return list(Query.objects.filter(verification=one).order_by("id"))


def test_audit_report_and_answers_hold_each_other_and_what_was_exchanged_or_altered_is_named(
    home: Home,
) -> None:
    one = home.report(home.collected())
    asked = _answers(one)
    assert set(proof.of_answers(asked).values()) == {Proof.INTACT}
    assert proof.of_report(one, asked) == proof.Report(Proof.INTACT, Proof.INTACT, Proof.INTACT)
    call_command("evidence", home.path)

    wife, husband = [each for each in asked if each.source == "police"][:2]
    # Answer and hash of another person, both as they were received: only the number of the question tells.
    Query.objects.filter(pk=wife.pk).update(answer=husband.answer, raw_sha=husband.raw_sha)
    Query.objects.filter(pk=husband.pk).update(answer={"raw": husband.raw.replace("normal", "moved")})
    found = proof.of_answers(_answers(one))
    assert (found[wife.pk], found[husband.pk]) == (Proof.MISPLACED, Proof.ALTERED)
    assert proof.of_report(one, _answers(one)).answers is Proof.ALTERED
    with pytest.raises(CommandError, match=f"查询 {wife.pk}：不是这次查询的答复"):
        call_command("evidence", home.path)


def test_a_report_that_was_rewritten_with_its_hash_is_not_the_one_of_the_audit(home: Home) -> None:
    one = home.report(home.collected())
    assert one.report is not None
    forged = {**one.report, "conclusion": "exceeds"}
    one.report, one.report_sha = forged, "0" * 64
    assert proof.of_report(one, _answers(one)).words is Proof.ALTERED
    one.report_sha = proof.report_hash(forged)
    assert proof.of_report(one, _answers(one)).words is Proof.INTACT
    assert proof.of_report(one, _answers(one)).audit is Proof.UNPROVED


def test_an_answer_taken_over_from_an_earlier_check_is_proved_by_the_earlier_one(
    home: Home, departments: Departments
) -> None:
    home.report(home.collected())
    departments.fault("vehicles", "down")
    later = actions.collect(verification=home.start(), by=home.who.verifier)
    departments.fault("vehicles", "")
    taken = [each for each in _answers(later) if each.taken_from_id is not None]
    assert taken
    assert {proof.of_answers(taken)[each.pk] for each in taken} == {Proof.INTACT}
    Query.objects.filter(pk=taken[0].pk).update(taken_from=None)
    assert proof.of_answers(_answers(later))[taken[0].pk] is Proof.MISPLACED


def test_the_sealed_answers_of_a_recheck_are_held_by_the_audit_as_a_whole(departments: Departments) -> None:
    with clock.frozen(date(2026, 3, 3)):
        who = cast()
        _, head = a_recipient(0, path=who.seat.village)
        departments.put("police", head.id_number, ALIVE)
        departments.put("vehicles", head.id_number, [VEHICLE])
        run = actions.carry_on(actions.start_recheck(path=who.seat.county, by=who.verifier).pk)
        [one] = Verification.objects.filter(requested_at=run.asked_at)
        told = proof.of_report(one, _answers(one))
        assert (told.audit, set(proof.of_answers(_answers(one)).values())) == (Proof.INTACT, {Proof.INTACT})
        parts = {part.source: part for part in RecheckPart.objects.filter(run=run).exclude(source="")}
        assert {proof.of_part(part) for part in parts.values()} == {Proof.INTACT}
        AnswerBlock.objects.filter(part=parts["bank"]).delete()
        assert proof.of_part(parts["bank"]) is Proof.ALTERED
        RecheckPart.objects.filter(pk=parts["vehicles"].pk).update(answer_sha="f" * 64)
        [vehicle] = [each for each in _answers(one) if each.source == "vehicles"]
        assert proof.of_answers([vehicle])[vehicle.pk] is Proof.MISPLACED


def test_who_gives_a_source_up_leaves_a_digest_of_what_stands_in(departments: Departments) -> None:
    with clock.frozen(date(2026, 3, 3)):
        who = cast()
        a_recipient(0, path=who.seat.village)
        departments.fault("bank", "down")
        run = actions.carry_on(actions.start_recheck(path=who.seat.county, by=who.verifier).pk)
        departments.fault("bank", "")
        actions.give_up(run=run, code="bank", reason="系统升级", by=who.verifier)
        [part] = RecheckPart.objects.filter(run=run, source="bank")
        assert proof.of_part(part) is Proof.INTACT
        AnswerBlock.objects.filter(part=part).update(answers=f"{part.pk} 0")
        assert proof.of_part(part) is Proof.ALTERED

"""Supervision: a draw that anybody can draw again, checks by clause, faults followed, penalties by three, credit."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from minzheng.kernel import clock
from minzheng.kernel.catalogue import current
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.inspections import actions, lots
from minzheng.kernel.inspections.drawing import proves
from minzheng.kernel.inspections.models import Check, Draw, Hazard
from minzheng.kernel.inspections.queries import credit_class, neglected
from minzheng.kernel.inspections.rectifying import overdue
from tests.factories.homes import house, paper, people
from tests.factories.places import NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
MATTER = "eldercare.homes_supervision"
DAY = date(2024, 3, 4)


@pytest.fixture
def who() -> SimpleNamespace:
    return people()


def inputs(many: int, **more: object) -> dict[str, object]:
    return {
        "plan": "2024-1", "announced": "公开号码 07 12 33", "day": "2024-03-04", "share": "1/10", "factors": {},
        "subjects": [[f"home:{n:03d}", "B"] for n in range(many)], "inspectors": ["a", "b", "c"], "aside": [],
    } | more  # fmt: skip


def test_a_draw_takes_so_many_by_class_and_comes_out_the_same_for_anybody() -> None:
    assert [lots.taken(n, Fraction(1, 10), Fraction(1)) for n in (37, 4, 0)] == [4, 1, 0]  # handbook 13 §17 5
    drawn = lots.draw(inputs(37))
    assert len(drawn.result) == len({key for key, _ in drawn.result}) == 4
    shuffled = inputs(37)
    shuffled["subjects"] = list(reversed(shuffled["subjects"]))  # type: ignore[call-overload]
    assert lots.draw(shuffled).result == drawn.result
    assert lots.draw(inputs(37, announced="公开号码 07 12 34")).seed != drawn.seed
    assert all(len(set(team)) == 2 for _, team in drawn.result)
    aside = [[f"home:{n:03d}", "a"] for n in range(37)]
    assert {who for _, team in lots.draw(inputs(37, aside=aside)).result for who in team} == {"b", "c"}
    with pytest.raises(Refused, match="不足两名"):
        lots.draw(inputs(4, inspectors=["a"]))
    by_class = inputs(
        0, subjects=[[f"{g}{n:02d}", g] for g in "AD" for n in range(40)], factors={"A": "1/2", "D": "2"}
    )
    assert Counter(key[0] for key, _ in lots.draw(by_class).result) == {"A": 2, "D": 8}
    # Each is as likely as any other: a thousand draws of one in ten.
    counts = Counter(lots.draw(inputs(10, plan=str(n))).result[0][0] for n in range(1000))
    assert set(counts) == {f"home:{n:03d}" for n in range(10)}
    assert max(counts.values()) < 150


def all_met(matter: str = "gb38600", **faults: str) -> dict[str, dict[str, str]]:
    sheet = current().supervision(MATTER).item.list_on(matter, DAY)
    assert sheet is not None
    met = {one.code: {"result": "meets"} for one in sheet.clauses}
    return met | {code: {"result": "not", "words": words} for code, words in faults.items()}


def drawn(who: SimpleNamespace, plan: str = "2024-1") -> Draw:
    return actions.draw(
        supervision=MATTER, path=NONGAN.county, plan=plan, announced="07 12 33", list_code="gb38600",
        due_on=clock.today() + timedelta(days=30), by=who.officer,
    )  # fmt: skip


def test_a_fault_goes_from_the_draw_to_the_credit_file_and_back(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60))
        key = f"home:{home.pk}"
        actions.stand_aside(
            supervision=MATTER, subject=key, path=home.path, user=who.third_inspector.id, reason="亲属在该院工作",
            by=who.inspector,
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            drawn(SimpleNamespace(officer=who.inspector))
        watched = current().supervisions[MATTER]
        assert [(one.key, day) for one, day in neglected(watched, home.path, DAY)] == [(key, None)]
        made = drawn(who)
        assert proves(made)[0]
        with pytest.raises(Refused, match="不能重抽"):
            drawn(who)
        for change in ("update", "delete"):
            rows = Draw.objects.filter(pk=made.pk)
            with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
                rows.update(result=[]) if change == "update" else rows.delete()
        check = Check.objects.get(draw=made)
        assert who.third_inspector.id not in check.inspectors
        assert len(check.inspectors) == 2
        with pytest.raises(NotAllowed):
            actions.carry_out(check=check, answers=all_met(), by=who.third_inspector)
        with pytest.raises(Refused) as incomplete:
            actions.carry_out(check=check, answers={"exit": {"result": "not"}}, by=who.inspector)
        assert "exit_words" in incomplete.value.errors
        answers = all_met(exit="二楼安全出口堆放轮椅", insurance="保单少两张床")
        done = actions.carry_out(check=check, answers=answers, by=who.inspector)
        assert (done.met, done.publish_by) == (False, date(2024, 4, 1))
        with pytest.raises(Stale):
            actions.carry_out(check=check, answers=all_met(), by=who.second_inspector)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Check.objects.filter(pk=check.pk).update(met=True)
        exit_, insurance = Hazard.objects.order_by("due_on")
        assert (exit_.due_on, insurance.due_on) == (date(2024, 3, 7), date(2024, 4, 3))
        actions.publish(check=done, by=who.officer)
        assert neglected(watched, home.path, clock.add_months(DAY, 12)) == [], (
            "the day itself is still in time"
        )
        assert [
            day for _, day in neglected(watched, home.path, clock.add_months(DAY, 12) + timedelta(days=1))
        ] == [DAY]
        with pytest.raises(Refused, match="近期都已检查"):
            drawn(who, "2024-2")
        actions.plead(hazard=insurance, reason="两张床三月一日已报停", by=who.keeper)
        with pytest.raises(NotAllowed):
            actions.answer_plea(hazard=insurance, upheld=True, answer="属实", by=who.inspector)
        fallen = actions.answer_plea(
            hazard=insurance, upheld=True, answer="保单与床位台账一致", by=who.legal_reviewer
        )
        assert fallen.state == "withdrawn"
        with pytest.raises(Refused, match="期限未过"):
            penalty(who, exit_)
    with clock.frozen(date(2024, 3, 8)):
        assert overdue(exit_)
        assert credit_class(current().supervision(MATTER), key, home.path) == "C"
        case = penalty(who, exit_)
        with pytest.raises(NotAllowed):
            actions.review(penalty=case, agreed=True, opinion="合法", by=who.inspector)
        with pytest.raises(Stale):
            actions.decide(penalty=case, by=who.officer)
        actions.review(penalty=case, agreed=True, opinion="事实清楚，证据充分", by=who.legal_reviewer)
        decided = actions.decide(penalty=case, by=who.officer)
        assert decided.publish_by == date(2024, 3, 19)
        actions.publish_penalty(penalty=case, by=who.officer)
        entry = actions.recognise(penalty=case, level=2, basis="逾期未整改被处罚", by=who.officer)
        assert (entry.least_until, entry.most_until) == (date(2024, 6, 8), date(2025, 3, 8))
        with pytest.raises(Refused, match="最短公示期"):
            actions.repair(credit=entry, promise="不再发生", by=who.officer)
        with pytest.raises(NotAllowed):
            actions.remedy(hazard=exit_, words="已清理", by=who.other_keeper)
        actions.remedy(hazard=exit_, words="已清理并设专人巡查", photo=paper(who.keeper), by=who.keeper)
        with pytest.raises(Refused, match="新的整改期限"):
            actions.check_again(hazard=exit_, met=False, words="仍有杂物", by=who.inspector)
        actions.check_again(hazard=exit_, met=True, by=who.inspector)
    with clock.frozen(date(2024, 6, 8)):
        repaired = actions.repair(credit=entry, promise="保持通道畅通", by=who.officer)
        assert repaired.repaired_on == date(2024, 6, 8)


def penalty(who: SimpleNamespace, hazard: Hazard):
    return actions.propose(
        hazard=hazard, kind="fine", amount=5000_00, grounds="逾期未整改安全出口", record=paper(who.inspector,
        "执法记录"),
        by=who.inspector,
    )  # fmt: skip


def test_a_grave_incident_is_told_within_two_hours_and_a_house_checks_itself(who: SimpleNamespace) -> None:
    with clock.frozen(DAY):
        home = house(who, opened=DAY - timedelta(days=60))
        told = {
            "supervision": MATTER, "subject": f"home:{home.pk}", "path": home.path, "where": "走廊",
            "words": "跌倒，已送医",
            "risk": "fall",
        }  # fmt: skip
        now = clock.now()
        for severity, ago, late in ((3, 2, False), (3, 3, True), (2, 3, False), (2, 25, True)):
            made = actions.report(
                **told, severity=severity, happened_at=now - timedelta(hours=ago), by=who.keeper
            )
            assert made.late is late
        with pytest.raises(NotAllowed):
            actions.report(**told, severity=2, happened_at=now, by=who.other_keeper)
        own = actions.check_own_house(
            supervision=MATTER, subject=f"home:{home.pk}", path=home.path, list_code="weekly",
            answers=all_met("weekly", exit="东侧出口上锁"), by=who.keeper,
        )  # fmt: skip
        assert (own.met, own.publish_by, own.hazards.get().due_on) == (False, None, date(2024, 3, 7))
        assert credit_class(current().supervision(MATTER), f"home:{home.pk}", home.path) == "C"

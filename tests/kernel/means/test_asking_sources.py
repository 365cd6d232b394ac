"""Ten sources are asked: what they answer, what is no answer, and what a silent one leaves open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.client import Line, Outcome, Question, ask
from minzheng.kernel.exchange.models import Query, Verification
from minzheng.kernel.exchange.reporting import report_hash
from minzheng.kernel.exchange.silence import why
from minzheng.kernel.people.models import Person
from tests.factories.checks import CASE, DAY, PURPOSE, Home, state_of
from tests.factories.departments import Departments
from tests.factories.people import a_number, person

pytestmark = pytest.mark.django_db

State = Verification.State


def test_all_ten_sources_answer_and_the_report_agrees(known: Home) -> None:
    verification = known.collected()
    assert verification.state == State.COMPLETE
    log = list(queries.query_log(CASE, by=known.who.verifier))
    assert len(log) == 10 * 3
    for query in log:
        assert query.state == Query.State.ANSWERED
        assert query.intact
        assert query.asked_at == query.answered_at == clock.now()
        assert query.asked_by == "冯核对"
        assert query.valid_until == DAY + timedelta(days=query.of.valid_for.n)
    verification = known.report(verification)
    assert (verification.state, verification.conclusion) == (State.REPORTED, "within")
    found = queries.facts(verification)
    assert found.household == {
        "houses": 0,
        "vehicles": 0,
        "company_capital": 0,
        "deposits": 480_000,
        "rigid_medical": 0,
    }
    assert [row["wage"] for row in found.persons] == [0, 2_400_000, 0]
    assert [row["deceased"] for row in found.persons] == [False, False, False]
    assert (
        "银行业、证券业金融机构（银行存款与证券），2022-01-20 返回，原文摘要"
        in found.sources["household.deposits"]
    )


def test_the_report_names_source_time_validity_and_hash_and_is_frozen_under_its_own(known: Home) -> None:
    verification = known.report(known.collected())
    verification.refresh_from_db()
    document = verification.report
    assert report_hash(document) == verification.report_sha
    assert document["basis"] == "《社会救助暂行办法》第五十八条"
    [deposit] = [a for a in document["answers"] if a["source"] == "bank" and a["person"] == known.wife.pk]
    assert deposit["department"] == "银行业、证券业金融机构"
    assert deposit["rows"] == [
        [
            {"label": "基准日存款余额", "value": "4800.00 元"},
            {"label": "基准日证券市值", "value": "0.00 元"},
            {"label": "近12个月流入", "value": "6000.00 元"},
        ]
    ]
    assert deposit["as_of"] == "2022-01-20"
    assert len(deposit["sha"]) == 64
    assert all(one["asked_at"] and one["answered_at"] and one["valid_until"] for one in document["answers"])
    text = json.dumps(document, ensure_ascii=False)
    assert not any(str(one.id_number) in text for one in known.members)


def test_the_rules_get_only_the_facts_they_name(known: Home) -> None:
    verification = known.collected()
    found = queries.facts(verification, rename={"deposits": "savings", "wage": "wages"})
    assert found.household == {"savings": 480_000}
    assert list(found.persons) == [{"wages": 0}, {"wages": 2_400_000}, {"wages": 0}]
    assert set(found.sources) == {"household.savings", *(f"persons.{n}.wages" for n in range(3))}


def test_work_that_is_not_insured_counts_as_declared_and_a_bank_balance_as_found(known: Home) -> None:
    declared = {"household": {"deposits": 500_000}, "persons": [{"wage": 900_000}, {"wage": 2_000_000}, {}]}
    verification = known.collected(declared=declared)
    found = queries.facts(verification)
    assert [row["wage"] for row in found.persons] == [900_000, 2_400_000, 0]
    assert found.household["deposits"] == 480_000
    assert found.sources["persons.0.wage"].endswith("本人申报高于查得，按申报")
    assert "申报" not in found.sources["persons.1.wage"]


def test_inside_a_step_of_a_case_the_audit_row_stays_about_the_case(known: Home) -> None:
    @verb("test.step", label="办理环节")
    def step(*, by: Actor) -> None:
        note(about=known.wife, case_id=CASE, path=known.path)
        known.start(by=by)

    known.sign(known.wife, known.husband)
    step(by=known.who.verifier)
    row = Entry.objects.get(verb="test.step")
    assert (row.subject, row.label) == (f"people.person:{known.wife.pk}", "办理环节")
    assert {"verb": "exchange.start"} in row.parts
    with pytest.raises(Refused, match="已有核对"):
        step(by=known.who.verifier)
    assert [one.verb for one in queries.refused_requests(CASE, by=known.who.verifier)] == ["test.step"]


def test_a_source_that_is_down_leaves_unknown_never_zero_and_only_it_is_asked_again(
    known: Home, departments: Departments
) -> None:
    departments.fault("bank", "down")
    verification = known.collected()
    assert verification.state == State.PARTIAL
    silent = state_of(verification, "bank", known.wife)
    assert (silent.state, silent.error, silent.answer) == (Query.State.FAILED, "unreachable", None)
    assert silent.asked_at is not None
    found = queries.facts(verification)
    assert found.household["deposits"] is None
    assert found.household["vehicles"] == 0
    assert "未返回，情况未知" in found.sources["household.deposits"]
    early = known.report(verification)
    assert early.conclusion == "unknown"
    assert early.report["unanswered"] == 3
    assert [line["found_words"] for line in early.report["comparison"] if line["item"] == "deposits"] == [
        "未知"
    ]


def test_a_check_cut_short_is_resumed_and_asks_only_what_is_open(
    known: Home, departments: Departments
) -> None:
    departments.fault("bank", "down")
    verification = known.collected()
    departments.fault("bank", "")
    before = dict(verification.queries.filter(state="answered").values_list("pk", "request_id"))
    assert len(before) == 27
    verification = actions.collect(verification=verification, by=known.who.verifier)
    assert verification.state == State.COMPLETE
    assert dict(verification.queries.filter(pk__in=before).values_list("pk", "request_id")) == before
    rows = Entry.objects.filter(verb="exchange.ask", case_id=CASE).order_by("id")
    assert [len(row.after["asked"]) for row in rows] == [30, 3]
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE


def test_the_process_killed_and_started_again_loses_nothing(known: Home, departments: Departments) -> None:
    departments.stop(kill=True)
    verification = known.collected()
    assert verification.state == State.STARTED
    assert set(verification.queries.values_list("state", "error")) == {("failed", "unreachable")}
    with pytest.raises(Refused, match="不能出具报告"):
        known.report(verification)
    departments.start()
    verification = actions.collect(verification=verification, by=known.who.verifier)
    assert verification.state == State.COMPLETE
    assert known.report(verification).conclusion == "within"


def test_a_slow_source_is_given_up_after_the_time_allowed(
    known: Home, departments: Departments, settings: Any
) -> None:
    settings.MINZHENG_DEPARTMENTS_TIMEOUT = 0.4
    departments.fault("property", "slow", seconds=2)
    verification = known.collected()
    slow = state_of(verification, "property", known.wife)
    assert (verification.state, slow.state, slow.error, slow.attempts) == ("partial", "failed", "timeout", 2)
    settings.MINZHENG_DEPARTMENTS_TIMEOUT = 10
    departments.fault("property", "slow", seconds=0.5)
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE
    slow.refresh_from_db()
    assert (slow.state, slow.attempts) == ("answered", 3)


@pytest.mark.parametrize(
    ("kind", "error", "told"),
    [
        ("malformed", "malformed", "残缺"), ("wrong", "mismatched", "不是所问的人"), ("forged", "unsigned", "签名不对"),
        ("conflict", "conflicting", "互相矛盾"),
    ],
)  # fmt: skip
def test_an_answer_that_is_broken_about_another_or_forged_is_no_answer(
    known: Home, departments: Departments, kind: str, error: str, told: str
) -> None:
    departments.fault("vehicles", kind)
    verification = known.collected()
    bad = state_of(verification, "vehicles", known.husband)
    assert (bad.state, bad.error, bad.answer, bad.raw_sha) == ("failed", error, None, "")
    assert told in why(bad)
    assert queries.facts(verification).household["vehicles"] is None
    departments.fault("vehicles", "")
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE


def test_a_source_that_refuses_is_not_asked_again_and_stays_unknown(
    known: Home, departments: Departments
) -> None:
    departments.fault("business", "refused")
    verification = known.collected()
    assert verification.state == State.COMPLETE
    assert state_of(verification, "business", known.wife).state == Query.State.REFUSED
    assert queries.facts(verification).household["company_capital"] is None
    assert known.report(verification).conclusion == "unknown"


def test_the_departments_refuse_a_question_without_purpose(departments: Departments) -> None:
    question = Question("bank", a_number(), " ", DAY, "r")
    assert ask(question, over=departments.line()).outcome is Outcome.REFUSED
    assert question.number not in repr(question)


def test_a_wrong_key_or_address_is_no_answer_but_a_nonsense_address_is_our_mistake(
    departments: Departments,
) -> None:
    question = Question("bank", a_number(), PURPOSE, DAY, "r")
    other = replace(departments.line(), key=b"x" * 32)
    assert ask(question, over=other).error == "unsigned"
    assert "x" * 32 not in repr(other)
    assert ask(question, over=replace(other, address="http://127.0.0.1:1")).error == "unreachable"
    with pytest.raises(Mistake, match="接口地址"):
        ask(question, over=Line("departments", b"x" * 32))


def test_a_person_without_a_number_cannot_be_asked_about_and_stays_unknown(known: Home) -> None:
    nameless = person(path=known.path, name="林无名", internal_number="UID00000001", birth=date(2015, 1, 1))
    Person.objects.filter(pk=nameless.pk).update(id_number=None)
    nameless.refresh_from_db()
    known.sign(known.wife, known.husband)
    verification = known.start(members=[*known.members, nameless], declared={})
    verification = actions.collect(verification=verification, by=known.who.verifier)
    assert state_of(verification, "bank", nameless).error == "no_number"
    assert queries.facts(verification).household["deposits"] is None
    assert known.report(verification).report["unanswered"] == 10


def test_who_is_in_no_household_register_is_not_taken_for_alive(home: Home, departments: Departments) -> None:
    verification = home.collected()
    found = queries.facts(verification)
    assert found.persons[0]["deceased"] is None
    assert found.household["vehicles"] == 0
    assert home.report(verification, tolerance=Fraction(0)).conclusion == "within"

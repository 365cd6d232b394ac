"""The check of a household's means, against the real process of the other departments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, Refused
from minzheng.kernel.exchange import actions, answers, queries
from minzheng.kernel.exchange.client import Line, Outcome, Question, ask
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.models import Discrepancy, Query, Verification
from minzheng.kernel.exchange.reporting import report_hash
from minzheng.kernel.exchange.sources import basis_on
from minzheng.kernel.people.models import Person
from tests.factories.cast import resident_of, staff
from tests.factories.checks import ALIVE, CASE, DAY, FIVE_PERCENT, PURPOSE, TEN, Home, a_home
from tests.factories.departments import KEY, Departments, running
from tests.factories.people import a_number, person

pytestmark = pytest.mark.django_db

VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}
State = Verification.State


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
def _in_the_winter_of_2022() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def home() -> Home:
    return a_home()


@pytest.fixture
def known(home: Home, departments: Departments) -> Home:
    """What the departments have agrees with what is declared."""
    for one in home.members:
        departments.put("police", one.id_number, ALIVE)
    departments.put(
        "tax_social", home.husband.id_number, {"base": 200_000, "months": 12, "taxed": 0, "fund": 0}
    )
    departments.put("bank", home.wife.id_number, {"balance": 480_000, "securities": 0, "inflow": 600_000})
    return home


def _state_of(verification: Verification, source: str, member: Person) -> Query:
    return verification.queries.get(round=verification.round, source=source, person=member)


# ------------------------------------------------------------------ consent and purpose


def test_with_one_adults_letter_missing_nothing_is_asked_and_the_refusal_is_kept(home: Home) -> None:
    home.sign(home.wife)
    with pytest.raises(Refused, match="缺少林立秋的核对授权书") as refused:
        home.start()
    assert refused.value.fields["missing"] == [home.husband.pk]
    assert not Verification.objects.exists()
    assert not Query.objects.exists()
    [entry] = queries.refused_requests(CASE, by=home.who.verifier)
    assert (entry.actor_name, entry.after) == ("冯核对", {"error": "consent_missing"})
    assert "林立秋" in entry.reason
    assert "第五十八条" in entry.article
    assert not queries.refused_requests(CASE, by=home.who.stranger).exists()


@pytest.mark.parametrize("purpose", ["", "   "])
def test_without_a_purpose_nothing_is_asked_and_the_refusal_is_kept(home: Home, purpose: str) -> None:
    home.sign(home.wife, home.husband)
    with pytest.raises(Refused, match="没有写明用途"):
        home.start(purpose=purpose)
    assert [e.after for e in queries.refused_requests(CASE, by=home.who.verifier)] == [
        {"error": "purpose_missing"}
    ]


def test_a_letter_for_one_purpose_does_not_serve_another(home: Home) -> None:
    home.sign(home.wife, home.husband)
    with pytest.raises(Refused, match="缺少林小满、林立秋的核对授权书"):
        home.start(purpose="assistance.edge")
    with pytest.raises(Refused, match="核对授权书"):
        home.start(case_id=CASE + 1)


def test_a_letter_keeps_its_version_words_channel_and_witness(home: Home) -> None:
    [consent] = home.sign(home.wife)
    assert (consent.version, consent.text_sha) == (letter().version, letter().sha)
    assert (consent.channel, consent.witness_name) == ("paper", "王受理")
    assert consent.signed_at == clock.now()
    assert home.sign(home.wife) == [consent]
    mine = actions.sign_consent(
        person=home.wife, case_id=CASE + 1, purpose=PURPOSE, channel="portal", by=home.who.resident
    )
    assert mine.witnessed_by == ""


def test_nobody_signs_for_another_adult_and_a_minor_needs_a_guardian(home: Home) -> None:
    ask_for: dict[str, Any] = {"case_id": CASE, "purpose": PURPOSE, "channel": "portal", "path": home.path}
    with pytest.raises(NotAllowed, match="须由林立秋本人签署"):
        actions.sign_consent(person=home.husband, by=home.who.resident, **ask_for)
    with pytest.raises(Refused, match="未满18周岁"):
        actions.sign_consent(person=home.child, by=home.who.clerk, **ask_for)
    with pytest.raises(Refused, match="监护人应是"):
        actions.sign_consent(person=home.child, guardian=home.child, by=home.who.clerk, **ask_for)
    with pytest.raises(Refused, match="工作人员见证"):
        actions.sign_consent(person=home.wife, by=home.who.resident, **(ask_for | {"channel": "paper"}))
    with pytest.raises(Refused, match="签署方式"):
        actions.sign_consent(person=home.wife, by=home.who.resident, **(ask_for | {"channel": "pigeon"}))
    with pytest.raises(NotAllowed, match="管辖范围"):
        actions.sign_consent(person=home.wife, by=home.who.stranger, **ask_for)
    signed = actions.sign_consent(person=home.child, guardian=home.wife, by=home.who.resident, **ask_for)
    assert signed.guardian == home.wife
    grown: dict[str, Any] = {"person": home.husband, "guardian": home.wife, **ask_for}
    with pytest.raises(NotAllowed, match="须带监护证明到乡镇窗口"):
        actions.sign_consent(by=home.who.resident, **grown)
    with pytest.raises(Refused, match="须写明监护依据"):
        actions.sign_consent(by=home.who.clerk, **grown)
    actions.sign_consent(by=home.who.clerk, ground="（2021）吉0122民特3号判决书", **grown)
    assert Entry.objects.latest("id").reason == "（2021）吉0122民特3号判决书"


def test_where_there_is_no_adult_the_guardian_signs_for_each_child(home: Home) -> None:
    orphan = person(path=home.path, name="林白露", birth=date(2012, 1, 1))
    with pytest.raises(Refused, match="缺少林白露的核对授权书"):
        home.start(members=[orphan], declared={})
    actions.sign_consent(
        person=orphan, guardian=home.wife, case_id=CASE, purpose=PURPOSE, channel="paper", by=home.who.clerk,
        path=home.path,
    )  # fmt: skip
    assert home.start(members=[orphan], declared={}).state == State.STARTED


def test_one_letter_is_in_force_at_a_time_in_the_database_too(home: Home) -> None:
    [consent] = home.sign(home.wife)
    consent.pk = None
    with pytest.raises(IntegrityError, match="consent_one_current"), transaction.atomic():
        consent.save(force_insert=True)


def test_withdrawal_stops_all_further_questions_until_a_new_letter(
    known: Home, departments: Departments
) -> None:
    departments.fault("bank", "down")
    verification = known.collected()
    assert verification.state == State.PARTIAL
    departments.fault("bank", "")
    [consent] = queries.consent_log(CASE, by=known.who.verifier).filter(person=known.husband)
    husband = resident_of(known.husband)
    with pytest.raises(NotAllowed, match="签署人本人"):
        actions.withdraw_consent(consent=consent, by=known.who.resident)
    actions.withdraw_consent(consent=consent, by=husband)
    verification.refresh_from_db()
    assert verification.state == State.AWAITING
    with pytest.raises(Refused, match="待授权"):
        actions.collect(verification=verification, by=known.who.verifier)
    assert _state_of(verification, "bank", known.wife).state == Query.State.FAILED
    with pytest.raises(Refused, match="已经撤回"):
        actions.withdraw_consent(consent=consent, by=husband)
    known.sign(known.husband)
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE
    withdrawn = [one.withdrawn_at is not None for one in queries.consent_log(CASE, by=known.who.verifier)]
    assert sorted(withdrawn) == [False, False, True]


# ------------------------------------------------------------------ asking


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
    silent = _state_of(verification, "bank", known.wife)
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
    slow = _state_of(verification, "property", known.wife)
    assert (verification.state, slow.state, slow.error, slow.attempts) == ("partial", "failed", "timeout", 2)
    settings.MINZHENG_DEPARTMENTS_TIMEOUT = 10
    departments.fault("property", "slow", seconds=0.5)
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE
    slow.refresh_from_db()
    assert (slow.state, slow.attempts) == ("answered", 3)


@pytest.mark.parametrize(
    ("kind", "error"), [("malformed", "malformed"), ("wrong", "mismatched"), ("forged", "unsigned")]
)
def test_an_answer_that_is_broken_about_another_or_forged_is_no_answer(
    known: Home, departments: Departments, kind: str, error: str
) -> None:
    departments.fault("vehicles", kind)
    verification = known.collected()
    bad = _state_of(verification, "vehicles", known.husband)
    assert (bad.state, bad.error, bad.answer, bad.raw_sha) == ("failed", error, None, "")
    assert queries.facts(verification).household["vehicles"] is None
    departments.fault("vehicles", "")
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE


def test_a_source_that_refuses_is_not_asked_again_and_stays_unknown(
    known: Home, departments: Departments
) -> None:
    departments.fault("business", "refused")
    verification = known.collected()
    assert verification.state == State.COMPLETE
    assert _state_of(verification, "business", known.wife).state == Query.State.REFUSED
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
    assert _state_of(verification, "bank", nameless).error == "no_number"
    assert queries.facts(verification).household["deposits"] is None
    assert known.report(verification).report["unanswered"] == 10


def test_who_is_in_no_household_register_is_not_taken_for_alive(home: Home, departments: Departments) -> None:
    verification = home.collected()
    found = queries.facts(verification)
    assert found.persons[0]["deceased"] is None
    assert found.household["vehicles"] == 0
    assert home.report(verification, tolerance=Fraction(0)).conclusion == "within"


# ------------------------------------------------------------------ comparing


@pytest.mark.parametrize(("balance", "conclusion"), [(525_000, "within"), (525_001, "exceeds")])
def test_found_may_pass_declared_by_the_tolerance_and_not_by_a_fen_more(
    known: Home, departments: Departments, balance: int, conclusion: str
) -> None:
    departments.put("bank", known.wife.id_number, {"balance": balance, "securities": 0, "inflow": 0})
    assert known.report(known.collected()).conclusion == conclusion


def test_counts_and_deaths_allow_no_tolerance_and_what_lies_below_is_only_noted(
    known: Home, departments: Departments
) -> None:
    dead = {
        "hukou_state": "cancelled",
        "hukou_place": "220122",
        "died_on": "2021-12-01",
        "tours": 0,
        "last_exit": None,
    }
    departments.put("police", known.husband.id_number, dead)
    abroad = ALIVE | {"tours": 3, "last_exit": "2022-02-01"}
    departments.put("police", known.wife.id_number, abroad)
    departments.put("police", known.child.id_number, abroad | {"tours": 2})
    departments.put("vehicles", known.wife.id_number, [VEHICLE])
    declared = {
        "household": {"vehicles": 100, "deposits": 900_000},
        "persons": [{}, {"wage": 2_400_000}, {}],
    }
    verification = known.report(known.collected(declared=declared), tolerance=Fraction(99, 100))
    verdicts = {(line["item"], line["person"]): line["verdict"] for line in verification.report["comparison"]}
    assert verdicts["deceased", known.husband.pk] == "exceeds"
    assert verdicts["vehicles", None] == "below"
    assert verdicts["tours", known.wife.pk] == "exceeds", "of more than two tours a word is owed"
    assert verdicts["tours", known.child.pk] == "agrees"
    owed = [(one.item, one.member_id) for one in queries.discrepancies(verification, by=known.who.verifier)]
    assert owed == [("deceased", known.husband.pk), ("tours", known.wife.pk)]


def test_a_dormant_company_is_no_breach(known: Home, departments: Departments) -> None:
    rows = [
        {"role": "legal", "capital": 10_000_000, "state": "dormant"},
        {"role": "owner", "capital": 300_000, "state": "active"},
    ]
    departments.put("business", known.wife.id_number, rows)
    verification = known.collected()
    assert queries.facts(verification).household["company_capital"] == 300_000
    assert [row["state"] for row in queries.holdings(verification, "business")] == ["dormant", "active"]


def test_what_one_source_found_counts_even_while_an_answer_about_another_member_is_missing(
    known: Home, departments: Departments
) -> None:
    departments.put("vehicles", known.husband.id_number, [VEHICLE])
    verification = known.collected()
    _state_of(verification, "vehicles", known.wife)
    wife = verification.queries.filter(source="vehicles", person=known.wife)
    wife.update(state="failed", answer=None, answered_at=None, raw_sha="", error="timeout")
    verification.state = State.PARTIAL
    verification.save()
    verification = known.report(verification)
    assert verification.conclusion == "exceeds"
    [line] = [one for one in verification.report["comparison"] if one["item"] == "vehicles"]
    assert line["found_words"] == "至少 1 辆"
    assert queries.facts(verification).household["vehicles"] is None


# ------------------------------------------------------------------ the hidden vehicle


@pytest.fixture
def hidden(known: Home, departments: Departments) -> tuple[Home, Verification, Discrepancy]:
    departments.put("vehicles", known.husband.id_number, [VEHICLE])
    verification = known.report(known.collected())
    [discrepancy] = queries.discrepancies(verification, by=known.who.verifier)
    return known, verification, discrepancy


def test_a_hidden_vehicle_turns_the_conclusion_and_its_explanation_turns_it_back(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, verification, discrepancy = hidden
    assert verification.conclusion == "exceeds"
    assert (discrepancy.item, discrepancy.member, discrepancy.source) == (
        "vehicles",
        home.husband,
        "vehicles",
    )
    assert (discrepancy.declared, discrepancy.found, discrepancy.state) == (None, 1, "open")
    assert queries.facts(verification).household["vehicles"] == 1
    [row] = queries.holdings(verification, "vehicles")
    assert (row["plate"], row["person"]) == ("吉A·***21", home.husband.pk)
    actions.explain(
        discrepancy=discrepancy,
        text="2019年已卖给邻村，未过户，有转让协议。",
        document_id=31,
        by=home.who.resident,
    )
    decided = actions.decide_discrepancy(
        discrepancy=discrepancy, outcome=actions.ACCEPT, reason="协议和买方证言一致", by=home.who.verifier
    )
    verification.refresh_from_db()
    assert (decided.state, decided.settled, verification.conclusion) == ("accepted", 0, "within")
    found = queries.facts(verification)
    assert found.household["vehicles"] == 0
    assert "说明成立" in found.sources["household.vehicles"]
    assert verification.report["conclusion"] == "exceeds"
    assert report_hash(verification.report) == verification.report_sha


def test_nothing_is_upheld_while_the_household_may_still_explain(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, verification, discrepancy = hidden
    uphold: dict[str, Any] = {"outcome": actions.UPHOLD, "reason": "逾期未说明", "by": home.who.verifier}
    with pytest.raises(Refused, match="说明期限到 2022-01-27"):
        actions.decide_discrepancy(discrepancy=discrepancy, **uphold)
    with pytest.raises(Refused, match="还没有说明"):
        actions.decide_discrepancy(discrepancy=discrepancy, **(uphold | {"outcome": actions.ACCEPT}))
    with clock.frozen(date(2022, 1, 27)), pytest.raises(Refused, match="说明期限"):
        actions.decide_discrepancy(discrepancy=discrepancy, **uphold)
    with clock.frozen(date(2022, 1, 28)):
        assert actions.decide_discrepancy(discrepancy=discrepancy, **uphold).settled == 1
        with pytest.raises(Refused, match="不必再次认定"):
            actions.decide_discrepancy(discrepancy=discrepancy, **uphold)
        with pytest.raises(Refused, match="不能再作说明"):
            actions.explain(discrepancy=discrepancy, text="太晚了", by=home.who.resident)
    verification.refresh_from_db()
    assert verification.conclusion == "exceeds"


def test_who_wrote_the_explanation_does_not_decide_on_it(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, _, discrepancy = hidden
    actions.explain(discrepancy=discrepancy, text="代为录入：已报废。", by=home.who.verifier)
    accept: dict[str, Any] = {"discrepancy": discrepancy, "outcome": actions.ACCEPT, "reason": "属实"}
    with pytest.raises(NotAllowed, match="说明由您录入"):
        actions.decide_discrepancy(by=home.who.verifier, **accept)
    for by in (home.who.stranger, home.who.resident, home.who.county_approver):
        with pytest.raises(NotAllowed, match="没有核对岗位"):
            actions.decide_discrepancy(by=by, **accept)
    another = staff("verifier", at=home.who.seat.county)
    with pytest.raises(Refused, match="认定理由"):
        actions.decide_discrepancy(by=another, **(accept | {"reason": " "}))
    with pytest.raises(Refused, match="零与查得数之间"):
        actions.decide_discrepancy(by=another, settled=2, **accept)
    assert actions.decide_discrepancy(by=another, **accept).state == "accepted"


def test_an_explanation_says_something_and_has_an_end(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, _, discrepancy = hidden
    with pytest.raises(Refused, match="没有填写说明"):
        actions.explain(discrepancy=discrepancy, text="  \x00 ", by=home.who.resident)
    with pytest.raises(Refused, match="内容太长"):
        actions.explain(discrepancy=discrepancy, text="车" * 5000, by=home.who.resident)
    neighbour = resident_of(person(path=home.path, name="王邻居"))
    with pytest.raises(NotAllowed, match="家庭的成员"):
        actions.explain(discrepancy=discrepancy, text="我知道", by=neighbour)
    kept = actions.explain(discrepancy=discrepancy, text="<b>已</b>报废'; --", by=home.who.resident)
    assert kept.explanation == "<b>已</b>报废'; --"


def test_an_objection_leads_to_a_new_round_and_the_old_answers_stay(
    hidden: tuple[Home, Verification, Discrepancy], departments: Departments
) -> None:
    home, verification, discrepancy = hidden
    with pytest.raises(Refused, match="没有填写异议"):
        actions.object_to(verification=verification, text="", by=home.who.resident)
    verification = actions.object_to(verification=verification, text="车已过户", by=home.who.resident)
    assert verification.state == State.OBJECTED
    departments.put("vehicles", home.husband.id_number, [])
    verification = actions.recheck(verification=verification, by=home.who.verifier)
    assert verification.state == State.RECHECKING
    verification = actions.collect(verification=verification, by=home.who.verifier)
    with pytest.raises(Refused, match="复核中"):
        actions.explain(discrepancy=discrepancy, text="等复核", by=home.who.resident)
    verification = home.report(verification)
    assert (verification.state, verification.conclusion, verification.round) == ("reported", "within", 2)
    discrepancy.refresh_from_db()
    assert discrepancy.state == Discrepancy.State.CLEARED
    first = verification.queries.get(round=1, source="vehicles", person=home.husband)
    assert answers.found_figures(first.body or {}) == {"vehicles": 1}
    assert first.intact
    assert verification.queries.count() == 60


def test_a_decided_difference_survives_a_recheck_that_finds_the_same(
    hidden: tuple[Home, Verification, Discrepancy], departments: Departments
) -> None:
    home, verification, discrepancy = hidden
    actions.explain(discrepancy=discrepancy, text="已报废", by=home.who.resident)
    actions.decide_discrepancy(
        discrepancy=discrepancy, outcome=actions.ACCEPT, reason="有证明", by=home.who.verifier
    )
    again = actions.recheck(verification=verification, by=home.who.verifier)
    again = home.report(actions.collect(verification=again, by=home.who.verifier))
    discrepancy.refresh_from_db()
    assert (discrepancy.state, again.conclusion) == ("accepted", "within")
    departments.put("vehicles", home.husband.id_number, [VEHICLE, VEHICLE])
    again = actions.recheck(verification=again, by=home.who.verifier)
    again = home.report(actions.collect(verification=again, by=home.who.verifier))
    discrepancy.refresh_from_db()
    assert (discrepancy.state, discrepancy.found, again.conclusion) == ("open", 2, "exceeds")


# ------------------------------------------------------------------ scope, validity, evidence


def test_the_next_county_sees_nothing_and_does_nothing(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, verification, discrepancy = hidden
    stranger = home.who.stranger
    assert not queries.consent_log(CASE, by=stranger).exists()
    assert not queries.query_log(CASE, by=stranger).exists()
    assert not queries.discrepancies(verification, by=stranger).exists()
    assert queries.latest_report(CASE, by=stranger) is None
    assert queries.latest_verification(CASE, by=stranger) is None
    for act in (
        lambda: actions.collect(verification=verification, by=stranger),
        lambda: actions.recheck(verification=verification, by=stranger),
        lambda: actions.object_to(verification=verification, text="x", by=stranger),
        lambda: actions.explain(discrepancy=discrepancy, text="x", by=stranger),
        lambda: home.report(replace_scope(home, verification)),
    ):
        with pytest.raises((NotAllowed, Refused)):
            act()
    with pytest.raises(NotAllowed, match="登录"):
        actions.collect(verification=verification, by=None)  # type: ignore[arg-type]


def replace_scope(home: Home, verification: Verification) -> Verification:
    """The same check, once the verifier has left the county."""
    home.who = replace(home.who, verifier=home.who.stranger)
    return verification


def test_members_see_their_own_check_and_neighbours_do_not(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, verification, _ = hidden
    assert queries.latest_report(CASE, by=home.who.resident) == verification
    assert queries.query_log(CASE, by=home.who.resident).count() == 10
    assert queries.consent_log(CASE, by=home.who.resident).count() == 1
    neighbour = resident_of(person(path=home.path, name="王邻居"))
    assert queries.latest_report(CASE, by=neighbour) is None
    assert not queries.query_log(CASE, by=neighbour).exists()


def test_a_report_carries_no_decision_after_its_last_day(known: Home) -> None:
    verification = known.report(known.collected())
    last = DAY + timedelta(days=179)
    assert queries.latest_report(CASE, by=known.who.verifier, on=last) == verification
    assert queries.latest_report(CASE, by=known.who.verifier, on=last + timedelta(days=1)) is None
    assert actions.expire(on=last, by=system("每日到期")) == 0
    with pytest.raises(NotAllowed, match="系统按有效期"):
        actions.expire(on=last + timedelta(days=1), by=known.who.verifier)
    assert actions.expire(on=last + timedelta(days=1), by=system("每日到期")) == 1
    verification.refresh_from_db()
    assert verification.state == State.EXPIRED
    with pytest.raises(Refused, match="已过期"):
        actions.collect(verification=verification, by=known.who.verifier)
    assert known.start().pk != verification.pk


def test_a_case_has_one_open_check_at_a_time(known: Home) -> None:
    known.sign(known.wife, known.husband)
    first = known.start(key="twice")
    assert known.start(key="twice") == first
    with pytest.raises(Refused, match="已有核对正在进行"):
        known.start()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"members": []}, "核对对象为空"),
        ({"sources": []}, "数据来源为空"),
        ({"sources": ["bank", "bank"]}, "数据来源为空或有重复"),
        ({"declared": {"persons": [{}]}}, "对不上"),
        ({"declared": {"household": {"deposits": 1.5}}}, "整数"),
        ({"declared": {"household": {"deposits": -1}}}, "整数"),
        ({"reference_date": DAY + timedelta(days=1)}, "基准日不能晚于今天"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(home: Home, changes: dict[str, Any], message: str) -> None:
    home.sign(home.wife, home.husband)
    with pytest.raises(Refused, match=message):
        home.start(**changes)
    assert not Verification.objects.exists()


def test_an_unlisted_source_is_a_mistake_of_the_declaration(home: Home) -> None:
    home.sign(home.wife, home.husband)
    with pytest.raises(Mistake, match="没有“lottery”这个数据来源"):
        home.start(sources=["lottery"])


@pytest.mark.parametrize(
    "terms",
    [{"tolerance": Fraction(1)}, {"valid_until": DAY}, {"explain_due": DAY - timedelta(days=1)}],
)
def test_a_report_on_senseless_terms_is_refused(known: Home, terms: dict[str, Any]) -> None:
    verification = known.collected()
    good = {"tolerance": FIVE_PERCENT, "valid_until": DAY + timedelta(days=1), "explain_due": DAY}
    with pytest.raises(Refused, match="参数不对"):
        actions.report(verification=verification, by=known.who.verifier, **(good | terms))  # type: ignore[arg-type]


def test_a_tampered_answer_is_noticed_and_evidence_without_hash_is_refused_by_the_database(
    known: Home,
) -> None:
    verification = known.collected()
    query = _state_of(verification, "bank", known.wife)
    query.answer = {"raw": query.raw.replace("480000", "480001")}
    assert not query.intact
    with pytest.raises(IntegrityError, match="query_answered_with_evidence"), transaction.atomic():
        verification.queries.filter(pk=query.pk).update(raw_sha="")


def test_every_act_leaves_one_audit_row_without_any_number(
    hidden: tuple[Home, Verification, Discrepancy],
) -> None:
    home, _, discrepancy = hidden
    actions.explain(discrepancy=discrepancy, text="已报废", by=home.who.resident)
    rows = Entry.objects.filter(case_id=CASE).order_by("id")
    assert [row.verb.removeprefix("exchange.") for row in rows] == [
        "sign_consent", "sign_consent", "start", "ask", "collect", "report", "explain",
    ]  # fmt: skip
    assert all(row.path == home.path for row in rows)
    text = json.dumps([[row.before, row.after, row.reason, row.parts] for row in rows], ensure_ascii=False)
    assert not any(str(one.id_number) in text for one in home.members)


def test_the_article_is_that_of_the_day() -> None:
    assert str(basis_on(date(2026, 6, 30))) == "《社会救助暂行办法》第五十八条"
    assert str(basis_on(date(2026, 7, 1))) == "《社会救助法》第四十一条"
    with pytest.raises(Refused, match="没有可以据以核对的法规"):
        basis_on(date(2014, 4, 30))

"""A source that is silent, late, out of shape or says a thing twice; and what each place has settled for it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.exchange import actions, answers, queries, silence, tasks
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.models import Consent, Query, Verification
from minzheng.kernel.exchange.policies import Policy
from minzheng.kernel.exchange.shapes import Purpose
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.signing import HmacSm3, Signer, is_signed, sign, signer
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.checks import ALIVE, CASE, DAY, PURPOSE, TEN, VEHICLE, Home, a_home
from tests.factories.departments import KEY, Departments

pytestmark = pytest.mark.django_db

State = Verification.State


@pytest.fixture
def home(departments: Departments) -> Home:
    found = a_home()
    for one in found.members:
        departments.put("police", one.id_number, ALIVE)
    return found


def _policy(source: str, policy: Policy, *, path: str) -> None:
    ParameterRow.objects.create(
        key=f"exchange.silent.{source}", path=path, from_on=date(2014, 5, 1), value=policy.value, unit="code",
        source="测试", confidence="assumption",
    )  # fmt: skip


def _query(verification: Verification, source: str, who: Any) -> Query:
    return verification.queries.get(round=verification.round, source=source, person=who)


# ------------------------------------------------------------------ what the place has settled


def test_every_source_has_a_policy_in_force_and_an_agreed_ground() -> None:
    assert len(SOURCES) == 10
    for code, one in SOURCES.items():
        assert silence.policy_of(code, path="22/", on=DAY) in Policy
        assert one.freshness
        assert one.valid_for.n > 0
        assert one.bases
        assert set(one.purposes) == set(Purpose)
        assert answers.found_figures({"source": code, "found": False}).keys() == {i.name for i in one.items}


def test_a_silent_source_that_holds_the_case_lets_no_report_be_issued(
    home: Home, departments: Departments
) -> None:
    departments.fault("police", "down")
    verification = home.collected()
    assert _query(verification, "police", home.wife).policy == Policy.HOLD
    assert silence.held(verification) == ["police"]
    with pytest.raises(Refused, match=r"户籍与死亡尚未返回.*暂缓办理") as refused:
        home.report(verification)
    assert refused.value.fields["sources"] == ["police"]
    departments.fault("police", "")
    verification = actions.collect(verification=verification, by=home.who.verifier)
    assert home.report(verification).conclusion == "within"


def test_the_policy_of_a_county_goes_before_that_of_the_nation(home: Home, departments: Departments) -> None:
    _policy("bank", Policy.HOLD, path=home.who.seat.county)
    departments.fault("bank", "down")
    verification = home.collected()
    with pytest.raises(Refused, match="银行存款与证券尚未返回"):
        home.report(verification)


def test_the_last_known_answer_stands_in_while_valid_with_its_own_day_and_hash(
    home: Home, departments: Departments
) -> None:
    departments.put("vehicles", home.husband.id_number, [VEHICLE])
    first = home.report(home.collected())
    earlier = _query(first, "vehicles", home.husband)
    departments.fault("vehicles", "down")
    with clock.frozen(DAY + timedelta(days=100)):
        again = actions.collect(verification=home.start(), by=home.who.verifier)
        assert again.state == State.COMPLETE
        taken = _query(again, "vehicles", home.husband)
        assert (taken.state, taken.policy, taken.taken_from) == ("answered", Policy.LAST_KNOWN, earlier)
        assert (taken.raw_sha, taken.answered_at) == (earlier.raw_sha, earlier.answered_at)
        assert taken.valid_until == earlier.valid_until
        assert taken.intact
        found = queries.facts(again)
        assert found.household["vehicles"] == 1
        assert "沿用有效期内的上次结果" in found.sources["household.vehicles"]
        reported = home.report(again).report
        [row] = [
            a for a in reported["answers"] if a["source"] == "vehicles" and a["person"] == home.husband.pk
        ]
        assert (row["policy_label"], row["taken_over"]) == ("沿用有效期内的上次结果", True)


def test_what_is_no_longer_valid_or_was_given_for_another_purpose_stands_in_for_nothing(
    home: Home, departments: Departments
) -> None:
    home.report(home.collected())
    departments.fault("vehicles", "down")
    with clock.frozen(DAY + timedelta(days=180)):
        late = actions.collect(verification=home.start(), by=home.who.verifier)
        assert _query(late, "vehicles", home.wife).state == Query.State.FAILED
        assert queries.facts(late).household["vehicles"] is None
    with clock.frozen(DAY + timedelta(days=1)):
        for one in (home.wife, home.husband):
            actions.sign_consent(
                person=one, case_id=CASE, purpose="assistance.temporary", channel="paper", by=home.who.clerk,
                path=home.path,
            )  # fmt: skip
        other = actions.collect(verification=home.start(purpose="assistance.temporary"), by=home.who.verifier)
        assert _query(other, "vehicles", home.wife).state == Query.State.FAILED


def test_a_recheck_after_an_objection_takes_nothing_over(home: Home, departments: Departments) -> None:
    verification = home.report(home.collected())
    verification = actions.object_to(verification=verification, text="车已过户", by=home.who.resident)
    departments.fault("vehicles", "down")
    verification = actions.recheck(verification=verification, by=home.who.verifier)
    verification = actions.collect(verification=verification, by=home.who.verifier)
    assert _query(verification, "vehicles", home.wife).state == Query.State.FAILED


def test_a_silent_source_is_asked_again_by_itself_neither_too_soon_nor_for_ever(
    home: Home, departments: Departments
) -> None:
    departments.fault("bank", "down")
    verification = home.collected()
    assert silence.ask_again() == []
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert silence.ask_again() == [verification.pk]
        departments.fault("bank", "")
        tasks.ask_again(timestamp=0)
        verification.refresh_from_db()
        assert verification.state == State.COMPLETE
        assert silence.ask_again() == []
    asked = Entry.objects.filter(verb="exchange.ask", case_id=CASE).order_by("-id").first()
    assert asked is not None
    assert (asked.actor, len(asked.after["asked"])) == ("system:exchange", 3)


def test_after_ten_days_a_human_decides_whether_to_ask_on(home: Home, departments: Departments) -> None:
    departments.fault("bank", "down")
    home.collected()
    with clock.frozen(DAY + timedelta(days=11)):
        assert silence.ask_again() == []


def test_a_letter_withdrawn_meanwhile_stops_the_worker_too(home: Home, departments: Departments) -> None:
    departments.fault("bank", "late", seconds=0)
    verification = home.collected()
    [consent] = queries.consent_log(CASE, by=home.who.verifier).filter(person=home.wife)
    actions.withdraw_consent(consent=consent, by=home.who.resident)
    verification.refresh_from_db()
    assert verification.state == State.AWAITING
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        tasks.ask_again(timestamp=0)
    assert _query(verification, "bank", home.wife).state == Query.State.LATE


# ------------------------------------------------------------------ faults


def test_a_late_answer_is_fetched_under_the_number_it_was_taken_in_with(
    home: Home, departments: Departments
) -> None:
    departments.put("bank", home.wife.id_number, {"balance": 480_000, "securities": 20_000, "inflow": 0})
    departments.fault("bank", "late", seconds=3600)
    verification = home.collected()
    waiting = _query(verification, "bank", home.wife)
    assert (verification.state, waiting.state, waiting.error) == (State.PARTIAL, "late", "accepted")
    assert queries.facts(verification).household["deposits"] is None
    again = actions.collect(verification=verification, by=home.who.verifier)
    assert _query(again, "bank", home.wife).state == Query.State.LATE
    assert _query(again, "bank", home.wife).request_id == waiting.request_id


def test_when_its_hour_has_come_the_late_answer_counts(home: Home, departments: Departments) -> None:
    departments.put("bank", home.wife.id_number, {"balance": 480_000, "securities": 20_000, "inflow": 0})
    departments.fault("bank", "late", seconds=0)
    verification = home.collected()
    number = _query(verification, "bank", home.wife).request_id
    verification = actions.collect(verification=verification, by=home.who.verifier)
    answered = _query(verification, "bank", home.wife)
    assert (verification.state, answered.state, answered.request_id) == (State.COMPLETE, "answered", number)
    assert queries.facts(verification).household["deposits"] == 500_000


def test_nobody_fetches_what_was_never_taken_in(departments: Departments) -> None:
    asked = {"number": "1", "purpose": PURPOSE, "reference_date": "2022-01-20", "request_id": "never"}
    assert departments.post("/answers/bank", asked) == (404, {"error": "never_taken_in"})


def test_the_same_answer_twice_is_one_and_two_that_differ_are_none(
    home: Home, departments: Departments
) -> None:
    departments.put("vehicles", home.husband.id_number, [VEHICLE])
    departments.fault("vehicles", "duplicate")
    departments.fault("property", "conflict")
    verification = home.collected()
    twice = _query(verification, "vehicles", home.husband)
    assert (twice.state, len(json.loads(twice.raw)), twice.intact) == ("answered", 2, True)
    assert queries.facts(verification).household["vehicles"] == 1
    torn = _query(verification, "property", home.husband)
    assert (torn.state, torn.error, torn.answer) == ("failed", "conflicting", None)
    assert queries.facts(verification).household["houses"] is None


def test_a_record_out_of_the_agreed_shape_is_no_answer_at_any_source(
    home: Home, departments: Departments
) -> None:
    departments.fault("*", "misfit")
    verification = home.collected()
    bad = set(verification.queries.values_list("source", "state", "error", "raw_sha"))
    assert bad == {(code, "failed", "malformed", "") for code in TEN}
    assert set(queries.facts(verification).household.values()) == {None}


def test_what_is_only_noted_stands_in_the_report_and_needs_no_explanation(
    home: Home, departments: Departments
) -> None:
    departments.put(
        "marriage", home.wife.id_number, {"state": "married", "registered_on": None, "spouse": "林*秋"}
    )
    card = {"category": 4, "grade": 2, "issued_on": "2015-05-01", "expires_on": None}
    departments.put("disability", home.husband.id_number, card)
    departments.put(
        "medical", home.wife.id_number, {"insured": "resident", "charged": 900_000, "own_paid": 300_000}
    )
    verification = home.report(home.collected())
    assert verification.conclusion == "within"
    verdicts = {
        (row["item"], row["person"]): row["verdict_label"] for row in verification.report["comparison"]
    }
    assert verdicts["married", home.wife.pk] == "供参考"
    assert verdicts["disability_grade", home.husband.pk] == "供参考"
    assert queries.facts(verification).household["rigid_medical"] == 300_000


def test_wages_taxed_and_insured_are_one_wage_and_pension_and_subsidy_add_up() -> None:
    wage = {"base": 100_000, "months": 6, "taxed": 900_000, "fund": 0}
    body = {"source": "tax_social", "found": True, "record": wage}
    assert answers.found_figures(body) == {"wage": 900_000}
    pension = {"pension": 10_000, "farm_subsidy": 5_000}
    assert answers.found_figures({"source": "pensions", "found": True, "record": pension}) == {
        "transfer": 125_000
    }


# ------------------------------------------------------------------ letters and signatures


def test_whoever_signed_the_first_wording_is_asked_about_only_where_it_says(home: Home) -> None:
    home.sign(home.wife, home.husband)
    old = letter("authorisation_1")
    Consent.objects.filter(person=home.wife).update(version=old.version, text_sha=old.sha)
    verification = actions.collect(verification=home.start(), by=home.who.verifier)
    unnamed = verification.queries.filter(error="not_in_letter")
    assert set(unnamed.values_list("source", "state")) == {
        (code, "refused") for code in ("marriage", "disability", "medical")
    }
    assert not unnamed.exclude(asked_at=None).exists()
    assert queries.facts(verification).household["rigid_medical"] is None


def test_a_source_that_was_not_agreed_for_the_purpose_is_not_asked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = replace(SOURCES["bank"], purposes=(Purpose.RECHECK,))
    agreed = {**SOURCES, "bank": only}
    monkeypatch.setattr("minzheng.kernel.exchange.asking.source", agreed.__getitem__)
    home.sign(home.wife, home.husband)
    with pytest.raises(Refused, match="不含“申请时核对”"):
        home.start()


class _Device:
    """A signer that is no shared key, as an SM2 device is none."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True


def test_sm2_says_what_is_missing_and_any_signer_may_take_its_place() -> None:
    with pytest.raises(Mistake, match=r"没有 SM2 曲线.*密码机"):
        signer("sm2")
    with pytest.raises(Mistake, match="没有“rsa”这种签名方式"):
        signer("rsa")
    ours: Signer = signer("sm2", provider=_Device)
    headers = sign(ours, what="POST", path="/query/bank", body=b"{}")
    assert is_signed(ours, headers, what="POST", path="/query/bank", body=b"{}")
    assert not is_signed(ours, headers, what="POST", path="/query/bank", body=b"{ }")
    assert not is_signed(
        signer("hmac-sm3", key=KEY.encode()), headers, what="POST", path="/query/bank", body=b"{}"
    )
    plain = sign(KEY.encode(), what="POST", path="/", body=b"")
    assert is_signed(HmacSm3(KEY.encode()), plain, what="POST", path="/", body=b"")
    assert KEY not in repr(HmacSm3(KEY.encode()))


# ------------------------------------------------------------------ whatever comes in

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(raw=st.text(max_size=200) | _JSON.map(lambda value: json.dumps(value, ensure_ascii=False)))
def test_no_text_makes_the_reading_of_an_answer_fall_over(raw: str) -> None:
    body = answers.parsed(raw)
    answers.conflicting(raw)
    for code in SOURCES:
        line = answers.of_line(f"3\t{raw}", of=code, as_of="2022-01-20")
        if line is not None and line["found"]:
            assert set(answers.found_figures(line)) == {item.name for item in SOURCES[code].items}
        if body is not None:
            assert answers.fault_in(body, of=code, number="1", request_id="2") in {
                "mismatched",
                "malformed",
                "",
            }


@given(data=st.data(), code=st.sampled_from(TEN))
def test_a_record_with_any_one_field_spoiled_does_not_fit(data: st.DataObject, code: str) -> None:
    of = SOURCES[code]
    good = {one.name: _good(one.unit, one.options) for one in of.fields}
    assert answers.record_fits(of, {"rows": [good]} if of.many else good)
    spoiled = data.draw(st.sampled_from(of.fields))
    wrong = good | {spoiled.name: data.draw(st.floats() | st.just(-1) | st.lists(st.none()) | st.booleans())}
    assert not answers.record_fits(of, {"rows": [wrong]} if of.many else wrong)


def _good(unit: str, options: Any) -> Any:
    if unit == "code":
        return next(iter(options))
    return {"text": "甲", "share": "1/2", "date": "2020-01-01"}.get(unit, 1)

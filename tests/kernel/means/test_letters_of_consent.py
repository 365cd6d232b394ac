"""Under whose letter, and for what purpose, the means of a family may be asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.models import Query, Verification
from tests.factories.cast import resident_of
from tests.factories.checks import CASE, PURPOSE, Home, state_of
from tests.factories.departments import Departments
from tests.factories.people import person

pytestmark = pytest.mark.django_db

State = Verification.State


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
    assert state_of(verification, "bank", known.wife).state == Query.State.FAILED
    with pytest.raises(Refused, match="已经撤回"):
        actions.withdraw_consent(consent=consent, by=husband)
    known.sign(known.husband)
    assert actions.collect(verification=verification, by=known.who.verifier).state == State.COMPLETE
    withdrawn = [one.withdrawn_at is not None for one in queries.consent_log(CASE, by=known.who.verifier)]
    assert sorted(withdrawn) == [False, False, True]

"""Who sees a check, how long it carries a decision, and that its evidence cannot be altered unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, Refused
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.exchange.sources import basis_on
from tests.factories.cast import resident_of
from tests.factories.checks import CASE, DAY, FIVE_PERCENT, Home, state_of
from tests.factories.people import person

pytestmark = pytest.mark.django_db

State = Verification.State


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
    query = state_of(verification, "bank", known.wife)
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

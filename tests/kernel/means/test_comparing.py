"""What was found beside what was declared, and what a family says to the difference."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange import actions, answers, queries
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.exchange.reporting import report_hash
from tests.factories.cast import resident_of, staff
from tests.factories.checks import ALIVE, VEHICLE, Home, state_of
from tests.factories.departments import Departments
from tests.factories.people import person

pytestmark = pytest.mark.django_db

State = Verification.State


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
    state_of(verification, "vehicles", known.wife)
    wife = verification.queries.filter(source="vehicles", person=known.wife)
    wife.update(state="failed", answer=None, answered_at=None, raw_sha="", error="timeout")
    verification.state = State.PARTIAL
    verification.save()
    verification = known.report(verification)
    assert verification.conclusion == "exceeds"
    [line] = [one for one in verification.report["comparison"] if one["item"] == "vehicles"]
    assert line["found_words"] == "至少 1 辆"
    assert queries.facts(verification).household["vehicles"] is None


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

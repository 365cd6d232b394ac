"""The worked cases of tekun and of temporary assistance again, through their whole procedure with a stopped clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.domains.assistance.models import AidGrant
from minzheng.domains.assistance.rules import casebook, procedure
from minzheng.kernel import clock
from minzheng.kernel.audit.actor import system
from minzheng.kernel.casework import deciding
from minzheng.kernel.casework.models import Decision
from minzheng.kernel.law.cases import Case as WorkedCase
from minzheng.kernel.law.units import to_json
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Household, Person
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.money import a_card
from tests.factories.other_walks import AidWalk, TekunWalk, one_sum
from tests.factories.people import household, person
from tests.factories.places import Seat
from tests.factories.worked import MONEY, RELATIONS, set_parameters, typed, village, yuan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

CASES = [case for case in casebook.cases() if case.members]
# What the forms cannot leave unknown, what only a running file knows, and emergency help, which is paid first.
NOT_ASKED = {"TK-02", "TK-06", "TK-09", "TK-10", "TK-11", "LS-06", "LS-07", "LS-10", "LS-11"}
TEKUN = [case for case in CASES if case.file == "tekun.yaml" and case.id not in NOT_ASKED]
AID = [case for case in CASES if case.file == "temporary.yaml" and case.id not in NOT_ASKED]

ACTS = ("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe")
OF_APPLICANT = ("schooling", "chose_child_scheme", "support_form")
KEPT_APART = {"relation", "birth", "sex", "receives", *ACTS, *OF_APPLICANT}


def _family(case: WorkedCase, who: Any) -> tuple[list[Person], Household, dict[int, dict[str, Any]]]:
    """Those of the case who live together, and what is declared of each."""
    people, answers, home = [], {}, [row for row in case.members if row["relation"] != "supporter"]
    for row in home:
        one = person(path=who.seat.village, birth=row["birth"])
        people.append(one)
        facts = {k: v for k, v in row.items() if k not in KEPT_APART and v is not None}
        answers[one.pk] = {
            "work_capacity": "none", **{k: typed(v, money=k in MONEY) for k, v in facts.items()},
        }  # fmt: skip
    family = household(
        *people, path=who.seat.village, class_ur=case.household["class_ur"],
        relations=tuple(RELATIONS[row["relation"]] for row in home),
    )  # fmt: skip
    return people, family, answers


def _supporter(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "测义务人", "kind": row.get("supporter_kind", "child"), "birth": str(row["birth"]),
        "own_income": yuan(row["supporter_own_income"]), "modest": row.get("own_property_within", True),
        "state": "none",
    }  # fmt: skip


def _tekun_walk(case: WorkedCase, departments: Departments) -> TekunWalk:
    who = cast(seat=Seat(village(case.place)))
    people, family, answers = _family(case, who)
    own = case.members[0]
    form = {k: typed(v, money=k in MONEY) for k, v in case.household.items()}
    form |= {k: typed(own[k], money=False) for k in OF_APPLICANT if k in own}
    form["supporters"] = [_supporter(row) for row in case.members if row["relation"] == "supporter"]
    acts = {k: typed(own[k], money=False) for k in ACTS if k in own}
    return TekunWalk(who, departments, people[0], family, form=form, answers=answers, acts=acts)


def _figures(found: Any) -> dict[str, Any]:
    return {figure.name.rpartition(".")[2]: to_json(figure.value) for figure in found.figures}


def _expected(case: WorkedCase, *names: str) -> dict[str, Any]:
    return {name: case.expect[name] for name in names if name in case.expect}


@pytest.mark.parametrize("case", TEKUN, ids=lambda case: case.id)
def test_tekun_comes_to_what_the_rules_say(case: WorkedCase, departments: Departments) -> None:
    with clock.frozen(case.day):
        walk = _tekun_walk(case, departments)
        set_parameters(case, walk.who.seat.county)
        walk.until_verified()
        found: Any = deciding.determine(walk.case, on=case.day)
        answers = _figures(found) | {
            "tekun": found.eligible.outcome.value, "tekun_amount": found.amount, "tekun_reasons": list(found.reasons),
            "tekun_article": str(found.eligible.article), "rule_set": found.rule_set,
        }  # fmt: skip
        expected = _expected(
            case, "tekun", "tekun_amount", "tekun_reasons", "tekun_article", "rule_set", "work_ground", "failed_items",
            "care_level", "tekun_visit_days", "funeral_grant", "tekun_class",
        )  # fmt: skip
        assert {name: answers[name] for name in expected} == expected
        if answers["tekun"] != "met":
            walk.assess("oppose")
            walk.confirm("refuse", reason="不符合条件")
            assert not Entitlement.objects.exists()
            return
        walk.assess()
        last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        granted = walk.confirm()
    row = Entitlement.objects.get(person=walk.applicant)
    assert (row.amount, row.from_month) == (found.amount, procedure.first_month(_decided_on(granted)).first)


def _decided_on(case: Any) -> date:
    """The day on which the case was decided."""
    return Decision.objects.get(case=case).on


# --- Temporary assistance -------------------------------------------------------------------------------


def _aid_walk(case: WorkedCase, departments: Departments) -> AidWalk:
    """The family, with what the register of the province and the ledger must know for the case to be so."""
    who = cast(seat=Seat(village(case.place)))
    people, family, answers = _family(case, who)
    facts = case.household
    before = {
        "person": people[0],
        "name": people[0].name,
        "person_ids": [people[0].pk],
        "path": who.seat.township,
    }
    on = clock.add_months(case.day, -3)
    if facts.get("temp_same_cause"):
        AidGrant.objects.create(
            kind="emergency",
            cause=facts["temp_cause"],
            granted_on=on,
            amount=1,
            event_path=family.path,
            **before,
        )  # fmt: skip
    if facts.get("temp_granted"):
        AidGrant.objects.create(
            kind="emergency",
            cause="fire",
            granted_on=on,
            amount=facts["temp_granted"],
            event_path=family.path,
            **before,
        )  # fmt: skip
    if case.members[0].get("receives") == "dibao":
        ledger.entitle(
            scheme="assistance.dibao", path=family.path, class_ur="urban", amount=1, household=family, members=people,
            from_month=clock.Month.of(case.day), exclusive_group="livelihood", by=system("old books"),
            payee=ledger.Payee(person=people[0], account=a_card(), owner=people[0].name),
            basis=ledger.Basis(decision_number="D", rule_set="t", trace_sha=""),
        )  # fmt: skip
    form = {"class_ur": facts["class_ur"], "cause": facts["temp_cause"]}
    return AidWalk(who, departments, people[0], family, form=form, answers=answers, tier=facts["temp_tier"])


@pytest.mark.parametrize("case", AID, ids=lambda case: case.id)
def test_temporary_assistance_comes_to_what_the_rules_say(case: WorkedCase, departments: Departments) -> None:
    with clock.frozen(case.day):
        walk = _aid_walk(case, departments)
        set_parameters(case, walk.who.seat.county)
        walk.apply()
        known = case.members[0].get("receives") == "dibao"
        walk.accept("accept_known" if known else "accept")
        if not known:
            walk.verify()
        agreed = case.household.get("temp_minutes")
        walk.see_expense("extraordinary" if agreed else "done")
        if agreed:
            minutes = {
                "met_on": case.day.isoformat(), "present": "5", "minutes": "纪要1号", "agreed": yuan(agreed),
                "reasons": "情况特殊",
            }  # fmt: skip
            walk.do("meet", "agree", walk.who.panel_secretary, evidence=minutes)
        found: Any = deciding.determine(walk.case, on=case.day)
        answers = _figures(found) | {
            "temporary": found.eligible.outcome.value, "temporary_amount": found.amount, "members": found.members,
            "temporary_reasons": list(found.reasons), "temporary_article": str(found.eligible.article),
        }  # fmt: skip
        expected = _expected(
            case, "temporary", "temporary_amount", "members", "temporary_reasons", "temporary_article", "temporary_cap",
            "temporary_left",
        )  # fmt: skip
        assert {name: answers[name] for name in expected} == expected
        if answers["temporary"] != "met":
            walk.plan([], "oppose")
            walk.confirm("refuse", reason="同一事由已获救助")
            assert not Entitlement.objects.filter(scheme="assistance.temporary").exists()
            return
        walk.plan(one_sum(yuan(found.amount)))
        last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
    row = Entitlement.objects.get(household=walk.family, scheme="assistance.temporary")
    assert row.amount == case.expect["temporary_amount"]
    assert row.until_month is not None
    assert clock.Month.of(row.from_month).next == clock.Month.of(row.until_month)
    assert AidGrant.objects.get(case_id=walk.case.pk).amount == case.expect["temporary_amount"]


def test_every_case_of_both_is_walked_or_named() -> None:
    of_both = {case.id for case in CASES if case.file in ("tekun.yaml", "temporary.yaml")}
    assert {case.id for case in (*TEKUN, *AID)} | NOT_ASKED == of_both
    assert {"T-SA-07a", "T-SA-07b", "T-SA-07c", "T-SA-11"} <= {case.id for case in (*TEKUN, *AID)}

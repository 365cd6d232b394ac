"""Every worked case of the domain again, through the whole workflow with a stopped clock: both ways must agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.domains.assistance.rules import casebook, procedure
from minzheng.kernel import clock
from minzheng.kernel.casework import deciding, drafting
from minzheng.kernel.casework.models import Decision
from minzheng.kernel.law.cases import Case as WorkedCase
from minzheng.kernel.law.units import to_json
from minzheng.kernel.ledger.models import Entitlement
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.places import Seat
from tests.factories.walk import Walk
from tests.factories.worked import MONEY, RELATIONS, set_parameters, typed, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

BY_FORM = ("dibao.yaml", "edge.yaml")  # the cases whose facts are all asked in today's forms
WALKED = [case for case in casebook.cases() if case.members and case.file in BY_FORM]


ASKED_IN_REVIEW = {"refused_jobs"}


def _walk(case: WorkedCase, departments: Departments) -> Walk:
    """The family of the case in the master file, and its application."""
    who = cast(seat=Seat(village(case.place)))
    people, answers = [], {}
    for row in case.members:
        facts = {
            k: v for k, v in row.items() if k not in {"relation", "birth", "sex", "absence", *ASKED_IN_REVIEW}
        }
        one = person(
            path=who.seat.village,
            birth=row["birth"],
            sex={"male": "1", "female": "2"}.get(row.get("sex", "male")),
        )
        people.append(one)
        answers[one.pk] = {
            "lives_together": "yes",
            "work_capacity": "full",
            **{k: typed(v, money=k in MONEY) for k, v in facts.items()},
        }
    home = household(
        *people, path=who.seat.village, class_ur=case.household["class_ur"],
        relations=tuple(RELATIONS[row["relation"]] for row in case.members),
    )  # fmt: skip
    for one, row in zip(people, case.members, strict=True):
        if "absence" in row:
            home.memberships.filter(person=one).update(counted=False, not_counted_reason=row["absence"])
    applicant = next(p for p, row in zip(people, case.members, strict=True) if row["relation"] == "self")
    form = {k: typed(v, money=k in MONEY) for k, v in case.household.items()}
    return Walk(
        who, departments, applicant, home, form={"houses": "0", "housing": "own", **form}, answers=answers
    )


def _answers(walk: Walk, case: WorkedCase) -> dict[str, Any]:
    """What the workflow decided, in the words in which the case expects it."""
    found = deciding.determine(walk.case, on=case.day)
    score = found.score  # type: ignore[attr-defined]
    return {
        "dibao": found.eligible.outcome.value,
        "members": found.members,  # type: ignore[attr-defined]
        "sharing": found.sharing,  # type: ignore[attr-defined]
        "per_head": to_json(found.per_head),  # type: ignore[attr-defined]
        "amount": found.amount,
        "reasons": list(found.reasons),  # type: ignore[attr-defined]
        "because": found.eligible.because,
        "rule_set": found.rule_set,
        "score": to_json(score.points),
        "points": {figure.name: to_json(figure.value) for figure in score.dimensions},
        "tier": score.tier,
        "visit_days": score.visit_days,
    }


@pytest.mark.parametrize("case", WALKED, ids=lambda case: case.id)
def test_the_workflow_comes_to_what_the_rules_say(case: WorkedCase, departments: Departments) -> None:
    with clock.frozen(case.day):
        walk = _walk(case, departments)
        set_parameters(case, walk.who.seat.county)
        walk.until_verified()
        in_review = {k for row in case.members for k in row} & ASKED_IN_REVIEW
        expected = {k: v for k, v in case.expect.items() if k not in {"edge", "first_month"}}
        if in_review:
            expected = {"dibao": case.expect["dibao"]}
        answers = _answers(walk, case)
        assert {name: answers[name] for name in expected} == expected
        if answers["dibao"] != "met":
            walk.assess("oppose")
            refused = walk.confirm("refuse", reason="不符合条件")
            assert refused.decisions.get().determination["reasons"] == answers["reasons"]
            return
        walk.assess()
        walk.panel()
        last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        granted = walk.confirm()
    payload = Decision.objects.get(case=granted).payload
    assert payload["amount"] == answers["amount"]
    assert payload["first_month"] == str(procedure.first_month(last + timedelta(days=1)))


def test_refusing_three_jobs_cuts_only_ones_own_share_at_review(departments: Departments) -> None:
    """T-SA-04: 588.00 before, 392.00 after."""
    case = next(one for one in WALKED if one.id == "T-SA-04b")
    with clock.frozen(case.day):
        walk = _walk(case, departments)
        origin = walk.until_confirmed()
    assert Entitlement.objects.get(case_id=origin.pk).amount == 588_00
    with clock.frozen(date(2022, 6, 15)):
        walk.serve()
        review = drafting.start_draft(
            "assistance.dibao_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
            channel="window", by=walk.who.clerk, origin=origin,
        )  # fmt: skip
        drafting.save_draft(review.pk, {"why": "periodic", "change": "三次拒绝介绍工作"}, by=walk.who.clerk)
        child = review.members.order_by("id").last()
        assert child is not None
        drafting.put_member(
            review.pk, person=child.person, relation=child.relation, by=walk.who.clerk,
            answers={**walk.answers[child.person_id], "refused_jobs": "3"},
        )  # fmt: skip
        drafting.submit(review.pk, by=walk.who.clerk)
        walk.case = review
        walk.do("accept", "done", walk.who.clerk)
        walk.do(
            "investigate", "done", walk.who.investigator, partners=[walk.who.second_investigator.user_id or 0],
            evidence={"visited_on": "2022-06-15", "found": "人社部门就业服务记录属实"},
        )  # fmt: skip
        walk.do(
            "hear",
            "done",
            walk.who.clerk,
            evidence={"heard_on": "2022-06-15", "views": "无", "signed": "yes"},
        )
        walk.confirm("grant")
    current = Entitlement.objects.get(household=walk.family, state="current")
    assert (current.amount, current.from_month) == (case.expect["amount"], date(2022, 7, 1))


def test_every_worked_case_is_walked_or_is_about_dates_alone() -> None:
    dates_alone = [case.id for case in casebook.cases() if not case.members and case.file in BY_FORM]
    assert dates_alone == ["T-SA-05", "T-SA-09"]

"""A dibao decision contested, reviewed or drawn for a check: what the household and the offices may still do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.casework import (
    appealing,
    drafting,
    sampling,
)  # fmt: skip
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.ledger.models import Entitlement
from tests.factories.afterwards import KEPT
from tests.factories.cast import resident_of
from tests.factories.walk import MEMBER, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


def test_a_review_after_a_job_lets_the_household_fade_out_and_be_heard_in_reconsideration(walk: Walk) -> None:
    """T-SA-05 through the workflow: found on 2022-03-20 … here on 2026-03-20; paid April to September."""
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 1, 16)):
        walk.serve()
    with clock.frozen(date(2026, 3, 20)):
        review = Walk(
            walk.who, walk.departments, walk.applicant, walk.family, service="assistance.dibao_review"
        )
        case = drafting.start_draft(
            "assistance.dibao_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
            channel="window", by=walk.who.clerk, origin=origin,
        )  # fmt: skip
        review.case = case
        drafting.save_draft(case.pk, {"why": "job", "change": "丈夫外出务工"}, by=walk.who.clerk)
        earner = case.members.get(person=walk.applicant)
        drafting.put_member(
            case.pk, person=walk.applicant, relation=earner.relation, by=walk.who.clerk,
            answers={**MEMBER, "work_capacity": "full", "wage": "36000"},
        )  # fmt: skip
        drafting.submit(case.pk, by=walk.who.clerk)
        review.do("accept", "done", walk.who.clerk)
        review.do(
            "investigate", "done", walk.who.investigator, partners=[walk.who.second_investigator.user_id or 0],
            evidence={"visited_on": "2026-03-20", "found": "已签劳动合同"},
        )  # fmt: skip
        review.do(
            "hear", "done", walk.who.clerk,
            evidence={"heard_on": "2026-03-20", "views": "同意", "signed": "on"},
        )  # fmt: skip
        review.confirm("refuse", reason="就业后收入超过标准")
        entitlement = Entitlement.objects.get(case_id=origin.pk)
        assert entitlement.until_month == date(2026, 10, 1)
        standing = Standing.objects.get(household=walk.family)
        assert (standing.state, standing.ended_on) == ("leaving", date(2026, 10, 1))
        review.serve()
    with clock.frozen(date(2026, 4, 1)):
        resident = resident_of(walk.applicant)
        decision = case.decisions.get()
        appeal = appealing.file_appeal(decision.pk, reasons="工作是临时的", by=resident)
        with pytest.raises(Refused, match="已经申请过"):
            appealing.file_appeal(decision.pk, reasons="再申请", by=resident)
        appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
        decided = appealing.decide_appeal(
            appeal.pk, result="upheld", opinion="事实清楚", by=walk.who.reviewer
        )
    assert decided.document_id is not None


def test_an_appeal_in_time_may_send_the_case_back_to_be_decided_anew(walk: Walk) -> None:
    walk.until_verified()
    drafting_case = walk.case
    drafting_case.members.filter(person=walk.applicant).update(
        answers={**KEPT, "work_capacity": "full", "business": 90_000_00}
    )
    walk.assess("oppose")
    walk.confirm("refuse", reason="收入超过标准")
    walk.serve()
    resident = resident_of(walk.applicant)
    decision = walk.case.decisions.get()
    with clock.frozen(DAY + timedelta(days=120)), pytest.raises(Refused, match="届满"):
        appealing.file_appeal(decision.pk, reasons="收入算错了", by=resident)
    appeal = appealing.file_appeal(decision.pk, reasons="收入算错了", by=resident)
    with pytest.raises(NotAllowed):
        appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.county_approver)
    appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
    appealing.decide_appeal(appeal.pk, result="revoked", opinion="收入计算有误", by=walk.who.reviewer)
    assert walk.fresh().state == Case.State.OPEN
    assert walk.task("confirm").round == 2


def test_a_drawn_file_is_checked_put_right_and_closed(walk: Walk) -> None:
    walk.until_confirmed()
    sampler = walk.who.sampler
    sample = sampling.draw("assistance.dibao_files", path=walk.who.seat.city, size=1, by=sampler)
    drawn = sample.cases.get()
    assert sampling.replay(sample, [walk.case.pk]) == [drawn.case_id]
    sampling.check_sampled(
        drawn.pk, sound=False, by=sampler,
        findings={
            "visit_form": "no", "verification": "yes", "publicity": "yes", "amount": "yes", "problem": "缺一人签字",
        },
    )  # fmt: skip
    with pytest.raises(Refused, match="尚未收到"):
        sampling.close_sampled(drawn.pk, by=sampler)
    sampling.rectify(drawn.pk, text="已补签并附说明", by=walk.who.clerk)
    assert sampling.close_sampled(drawn.pk, by=sampler).state == "closed"
    with pytest.raises(NotFound):
        sampling.draw("assistance.dibao_files", path=walk.who.seat.city, size=1, by=walk.who.stranger)

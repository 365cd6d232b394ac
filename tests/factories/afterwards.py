"""What becomes of a dibao decision: refused, reconsidered, reviewed."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.casework import appealing, drafting
from minzheng.kernel.casework.models import Case, Decision

from .cast import resident_of
from .walk import MEMBER, Walk

__all__ = ["KEPT", "earns", "reconsidered", "refused", "reviewed"]

KEPT = {"lives_together": True, "work_capacity": "none"}


def earns(walk: Walk, yuan: int) -> None:
    """The applicant's income as the file now has it."""
    answers = {**KEPT, "work_capacity": "full", "business": yuan * 100}
    walk.case.members.filter(person=walk.applicant).update(answers=answers)


def refused(walk: Walk) -> Decision:
    """An application refused because the income found is too high."""
    walk.until_verified()
    earns(walk, 90_000)
    walk.assess("oppose")
    walk.confirm("refuse", reason="收入超过标准")
    walk.serve()
    return walk.case.decisions.get()


def reconsidered(walk: Walk, decision: Decision, result: str = "revoked") -> None:
    """The applicant has the decision reconsidered."""
    appeal = appealing.file_appeal(decision.pk, reasons="算错了", by=resident_of(walk.applicant))
    appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
    appealing.decide_appeal(appeal.pk, result=result, opinion="计算有误", by=walk.who.reviewer)


def reviewed(walk: Walk, origin: Case, *, why: str = "job", wage: str = "36000", houses: str = "1") -> Walk:
    """A review of a granted case up to its decision."""
    review = Walk(walk.who, walk.departments, walk.applicant, walk.family, service="assistance.dibao_review")
    review.case = drafting.start_draft(
        "assistance.dibao_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
        channel="window", by=walk.who.clerk, origin=origin,
    )  # fmt: skip
    drafting.save_draft(
        review.case.pk, {"why": why, "change": "外出务工", "houses": houses}, by=walk.who.clerk
    )
    drafting.put_member(
        review.case.pk, person=walk.applicant, relation="01", by=walk.who.clerk,
        answers={**MEMBER, "work_capacity": "full", "wage": wage},
    )  # fmt: skip
    drafting.submit(review.case.pk, by=walk.who.clerk)
    review.do("accept", "done", walk.who.clerk)
    partner = walk.who.second_investigator.user_id or 0
    today = clock.today().isoformat()
    review.do(
        "investigate", "done", walk.who.investigator, partners=[partner],
        evidence={"visited_on": today, "found": "已签合同"},
    )  # fmt: skip
    review.do("hear", "done", walk.who.clerk, evidence={"heard_on": today, "views": "同意", "signed": "on"})
    return review

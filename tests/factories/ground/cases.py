"""A case of each service, put at any step at will."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.casework import opening
from minzheng.kernel.casework.models import (
    Appeal,
    Case,
    Correction,
    Decision,
    Objection,
    Objector,
    Sample,
    SampledCase,
    Task,
)
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.notices.models import Posting

from ..company import HERE
from .family import DAY, Family

__all__ = ["Cases"]


class Cases(Family):
    """What becomes of an application."""

    def case(self, service: str, **changed: Any) -> Case:
        """The case of a service, in another state."""
        case = Case.objects.get(pk=self.cases[service].pk)
        for name, value in changed.items():
            setattr(case, name, value)
        case.save()
        return case

    def at_step(self, service: str, step: str, *, by: declare.Role | None = None) -> Task:
        """The case handed in and, beyond acceptance, accepted; only this step is open."""
        declared = catalogue.current().service(service)
        first = declared.item.steps[0].code == step
        case = self.case(
            service, state=Case.State.SUBMITTED if first else Case.State.OPEN, submitted_at=clock.now(),
            number=f"T{self.cases[service].pk}", accepted_on=None if first else clock.today(),
        )  # fmt: skip
        if not first:
            opening.bind(case, declared)
            if by is not None:
                case.bound["decided_at"] = int(by.at)
            case.save()
        found = next(one for one in declared.item.steps if one.code == step)
        return opening.open_step(case, declared, found)

    def correcting(self, service: str) -> Case:
        """The case sent back for what is missing."""
        case = self.case(service, state=Case.State.CORRECTING, submitted_at=clock.now())
        Correction.objects.create(
            case=case, items=["户口簿"], issued_at=clock.now(), issued_by="user:0", answer_by=DAY
        )
        return case

    def decided(self, service: str) -> Decision:
        """The case granted in writing, and the decision served."""
        task = self.at_step(service, catalogue.current().service(service).item.steps[-1].code)
        case = self.case(service, state=Case.State.GRANTED)
        task.state, task.done_at = Task.State.DONE, clock.now()
        task.save()
        return Decision.objects.create(
            case=case, number=f"D{case.pk}", kind="grant", on=DAY, by="user:0", by_name="某", level=3, rule_set="t",
            determination={}, payload={}, payload_sha="0" * 64, served_on=DAY,
        )  # fmt: skip

    def appealed(self, service: str, state: str) -> Appeal:
        """A decision appealed against."""
        return Appeal.objects.create(
            decision=self.decided(service), reasons="金额偏低", filed_at=clock.now(), filed_by="user:0",
            examine_by=DAY, state=state,
        )  # fmt: skip

    def notice(self, service: str, step: str) -> Posting:
        """The publicity notice hanging in the village."""
        task = self.at_step(service, step)
        return Posting.objects.create(
            case_id=task.case_id, path=task.path, title="公示", place="公示栏", content={}, posted_on=DAY, days=7,
            last_day=DAY + timedelta(days=7), provisional=False, posted_by="user:0", posted_by_name="某",
        )  # fmt: skip

    def posted(self, service: str, step: str) -> Task:
        """The step of a notice that hangs."""
        notice = self.notice(service, step)
        return Task.objects.get(case_id=notice.case_id, step=step, state="open")

    def objection(self, service: str, step: str) -> Objection:
        """A neighbour's objection, unanswered."""
        notice = self.notice(service, step)
        made = Objection.objects.create(
            case_id=notice.case_id, posting_id=notice.pk, text="他家有车", at=clock.now()
        )
        Objector.objects.create(objection=made, path=made.case.path, name="邻居")
        return made

    def difference(self, service: str, step: str) -> Discrepancy:
        """A reported check with one figure that differs."""
        task = self.at_step(service, step)
        asked = next(one for one in catalogue.current().service(service).item.steps if one.code == step)
        assert isinstance(asked, declare.Verification)
        check = self.check(case_id=task.case_id, path=task.path, purpose=asked.purpose)
        return Discrepancy.objects.create(
            verification=check, path=task.path, member=self.applicant, item="deposits", source="bank", declared=0,
            found=100, explain_due=DAY,
        )  # fmt: skip

    def check(self, **given: Any) -> Verification:
        """A check with its report, of a matter of its own unless said."""
        facts: dict[str, Any] = {
            "case_id": 0, "path": HERE.village, "purpose": "assistance.dibao", "basis": "t", "state": "reported",
            "reference_date": DAY, "member_ids": [self.applicant.pk, self.wife.pk], "source_codes": [],
            "declared": {}, "requested_by": "user:0", "requester_name": "某", "requested_at": clock.now(), "report": {},
            "report_sha": "0" * 64, "reported_at": clock.now(), "valid_until": DAY + timedelta(days=90),
            "conclusion": "exceeds",
        }  # fmt: skip
        return Verification.objects.create(**(facts | given))

    def sampled(self, sampling: str, state: str) -> SampledCase:
        """One drawn file."""
        declared = catalogue.current().samplings[sampling]
        case = self.decided(f"{declared.domain.code}.{declared.item.service}").case
        return self.sampled_of(case, sampling=sampling, state=state)

    def sampled_of(self, case: Case, *, sampling: str = "", state: str = "drawn") -> SampledCase:
        """A decided case as one of a draw."""
        sample = Sample.objects.create(
            sampling=sampling or next(iter(catalogue.current().samplings)), path=HERE.village, seed="s",
            pool_sha="0" * 64, pool_size=1, size=1, drawn_at=clock.now(), drawn_by="user:0",
        )  # fmt: skip
        return SampledCase.objects.create(sample=sample, case=case, state=state)

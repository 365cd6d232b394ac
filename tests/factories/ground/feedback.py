"""What people say of the service, and what offices tell each other."""

from __future__ import annotations

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.casework.models import (
    Task,
)
from minzheng.kernel.feedback.models import Opinion, Rating, Remedy
from minzheng.kernel.notices.models import OfficeNotice

from ..company import HERE
from .cases import Cases
from .family import DAY

__all__ = ["Feedback"]


class Feedback(Cases):
    """Ratings, opinions, notices."""

    def contact(self) -> Task:
        """The applicant has been served at the window: a contact that may be rated."""
        public = [
            code
            for code, one in catalogue.current().services.items()
            if one.item.offered == "public" and isinstance(one.item.steps[0], declare.Acceptance)
        ]
        task = self.at_step(public[-1], catalogue.current().service(public[-1]).item.steps[0].code)
        task.state, task.done_at, task.outcome = Task.State.DONE, clock.now(), "accept"
        task.save()
        return task

    def remedy(self, state: str = "open") -> Remedy:
        """A bad rating by the applicant, and how far its answer has come."""
        task = self.contact()
        rating = Rating.objects.create(
            case=task.case, task=task, service=task.case.service, contact="受理", person=self.applicant,
            path=task.path, grade=1, tags=["slow"], at=clock.now(),
        )  # fmt: skip
        return Remedy.objects.create(
            rating=rating, path=rating.path, state=state, look_by=DAY, due_on=DAY,
            found="已了解" if state != "open" else "", doubted_by="user:0" if state == "doubted" else "",
            answered_at=clock.now() if state == "fixed" else None,
        )  # fmt: skip

    def by_paper(self) -> Rating:
        """A rating by whoever held the receipt of the applicant."""
        task = self.contact()
        return Rating.objects.create(
            case=task.case, task=task, service=task.case.service, contact="受理", channel="qr", path=task.path, grade=5,
            at=clock.now(),
        )  # fmt: skip

    def opinion(self) -> Opinion:
        """A word of the applicant in the opinion box."""
        return Opinion.objects.create(
            kind="advice", text="中午有人值班", person=self.applicant, signed=True, path=self.family.path,
            at=clock.now(), due_on=DAY,
        )  # fmt: skip

    def office_notice(self) -> OfficeNotice:
        """What another office let the township know."""
        return OfficeNotice.objects.create(
            path=HERE.township, from_path=HERE.county, title="告知", text="已先行救助", topic="ground",
            sent_at=clock.now(), sent_by="user:0",
        )  # fmt: skip

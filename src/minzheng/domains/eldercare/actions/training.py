"""Caregiver training (养老护理培训) whose exam was passed: the certificate, given at once (handbook 02 §12)."""

from __future__ import annotations

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.courses.models import Sitting
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Person

from ..forms.books import COURSES
from ..models import Certificate

__all__ = ["certify"]


@verb("eldercare.certify_training", label="考试合格发证")
def certify(sitting: Sitting, *, by: Actor, key: str | None = None) -> str:
    """The number of the certificate; who holds one for the course already keeps it: nobody counts twice."""
    if by.person_id != sitting.person_id:
        raise NotAllowed("not_yours", "证书发给参加考试的本人。")
    if not sitting.passed or sitting.right is None:
        raise Refused("exam_failed", "考试没有合格，不能发证。")
    person = Person.objects.select_for_update(of=("self",)).get(pk=sitting.person_id)
    code, today = sitting.course.subject, clock.today()
    held = Certificate.objects.filter(person=person, course=code).first()
    if held is not None:
        return held.number
    _, kind, hours = COURSES[code]
    made = Certificate.objects.create(
        person=person, path=county_of(person.path) or person.path, course=code, kind=kind, hours=hours,
        score=sitting.right * 100 // len(sitting.drawn), number=f"PX{today:%Y}{sitting.pk:06d}", passed_on=today,
        by_name="考试系统",
    )  # fmt: skip
    audit.note(about=made, path=made.path, after={"course": code, "score": made.score, "sitting": sitting.pk})
    return made.number

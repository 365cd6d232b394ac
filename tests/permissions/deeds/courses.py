"""The deeds of whoever learns: pages turned, the exam sat; a sheet is its own candidate's and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.courses import examining, learning
from minzheng.kernel.courses.models import Course, Lesson, Question, Sitting
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import RESIDENTS, Deed, Ids

__all__ = ["learning_and_examined"]


def learning_and_examined(code: str, declared: catalogue.Declared[declare.Learning]) -> Iterator[Deed]:
    """Residents of the place follow a course; where it ends in an exam, they sit it, each on a sheet of their own."""

    def a_course(g: Ground) -> Ids:
        made = Course.objects.create(
            learning=code, path=HERE.county, subject=next(iter(declared.item.subjects)), title="护理", summary="某",
            opened_on=DAY, by_name="某",
        )  # fmt: skip
        Lesson.objects.create(course=made, number=1, title="开始", pages=["第一页"], minutes=5)
        return {"course": made}

    def a_sheet(g: Ground) -> Ids:
        course = a_course(g)["course"]
        asked = Question.objects.create(
            course=course, kind="truth", text="走失要等一天", answer="错", added_at=clock.now(), by_name="某",
        )  # fmt: skip
        sitting = Sitting.objects.create(
            course=course, person=g.applicant, path=g.applicant.path, seed="1", pool=[asked.pk], drawn=[asked.pk],
            pass_mark=60, begun_at=clock.now(),
        )  # fmt: skip
        return {"sitting": sitting, "question": asked.pk}

    learners = RESIDENTS - {"maker"}
    yield Deed(
        f"{code} courses: turn", a_course, lambda g, ids, by: learning.turn(course=ids["course"], to="next", by=by),
        parts=learners, told=True,
    )  # fmt: skip
    if declared.item.exam is None:
        return
    yield Deed(
        f"{code} courses: sit", a_course, lambda g, ids, by: examining.sit(course=ids["course"], by=by),
        parts=learners, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} courses: answer", a_sheet,
        lambda g, ids, by: examining.answer(sitting=ids["sitting"], question=ids["question"], given=["错"], by=by),
        parts=frozenset({"applicant"}), hidden=True,
    )  # fmt: skip
    yield Deed(
        f"{code} courses: hand_in", a_sheet, lambda g, ids, by: examining.hand_in(sitting=ids["sitting"], by=by),
        parts=frozenset({"applicant"}), hidden=True,
    )  # fmt: skip

"""The exam at the end of a course: drawn by a stored seed, answered question by question, graded by the server."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from minzheng.kernel import audit, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from .keeping import declared
from .learning import course_for, learner_of, person_of
from .models import Course, Question, Sitting
from .questions import LETTERS, draw, letters, right

__all__ = ["Standing", "answer", "hand_in", "questions_of", "regraded", "sit", "standing"]


@dataclass(frozen=True)
class Standing:
    """How somebody stands with the exam of a course: what it asks, whether they may sit it, what came of it."""

    questions: int
    pass_mark: int
    tries: int
    days: int
    left: int
    ready: bool
    learnt: bool
    running: Sitting | None
    passed: Sitting | None
    last: Sitting | None
    again_on: date | None

    @property
    def may_sit(self) -> bool:
        """Lessons done, questions enough, tries left, and not passed yet."""
        return self.ready and self.learnt and self.left > 0 and self.passed is None


def standing(course: Course, by: Actor) -> Standing | None:
    """Of my exam in a course; nothing where its courses have none."""
    exam = declared(course.learning).item.exam
    if exam is None:
        return None
    asked, mark, tries, days = _figures(exam, course)
    at = learner_of(course, by)
    mine = list(Sitting.objects.filter(course=course, person=person_of(by)).order_by("begun_at", "id"))
    since = clock.now() - timedelta(days=days)
    counted = [one for one in mine if one.begun_at > since and one.handed_at is not None]
    left = max(0, tries - len(counted))
    again = clock.at_office_time(counted[-tries].begun_at).date() + timedelta(days=days) if not left else None
    handed = [one for one in mine if one.handed_at is not None]
    return Standing(
        asked, mark, tries, days, left, ready=_pool(course).count() >= asked,
        learnt=at is not None and at.finished_on is not None,
        running=next((one for one in mine if one.handed_at is None), None),
        passed=next((one for one in handed if one.passed), None), last=handed[-1] if handed else None, again_on=again,
    )  # fmt: skip


def _figures(exam: declare.Exam, course: Course) -> tuple[int, int, int, int]:
    asked, mark, tries, days = (
        number(key, path=course.path, on=clock.today())
        for key in (exam.questions, exam.pass_mark, exam.tries, exam.days)
    )
    return asked, mark, tries, days


def _pool(course: Course) -> QuerySet[Question]:
    return course.questions.filter(withdrawn_at=None)


@verb("courses.sit", label="开始考试")
def sit(*, course: Course, by: Actor, key: str | None = None) -> Sitting:
    """The sheet that is open goes on; else questions are drawn, and with them everything to draw them again is kept."""
    one = course_for(course.pk, by)
    # My file is held: two telephones that begin at once begin one sheet.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_of(by).pk)
    at = standing(one, by)
    if at is None or not at.ready:
        raise Refused("no_exam", "这门课程还没有考试。")
    if at.running is not None:
        return at.running
    if not at.learnt:
        raise Refused("exam_unlearnt", "全部课程学完以后才能考试。请先学完。")
    if at.passed is not None:
        raise Refused("exam_passed", f"这门课程的考试已经合格，证书编号 {at.passed.number}。")
    if not at.left:
        raise Refused("exam_tries", f"{at.days} 天内最多考 {at.tries} 次，{at.again_on} 起可以再考。")
    seed, pool = secrets.token_hex(16), sorted(_pool(one).values_list("pk", flat=True))
    made = Sitting.objects.create(
        course=one, person=person, path=person.path, seed=seed, pool=pool, drawn=draw(seed, pool, at.questions),
        pass_mark=at.pass_mark, begun_at=clock.now(),
    )  # fmt: skip
    audit.note(about=made, path=made.path, after={"questions": len(made.drawn), "of": len(pool)})
    return made


def questions_of(sitting: Sitting) -> list[Question]:
    """In the order in which they were drawn."""
    found = Question.objects.in_bulk(sitting.drawn)
    return [found[pk] for pk in sitting.drawn]


@verb("courses.answer", label="作答")
def answer(
    *, sitting: Sitting, question: int, given: list[str], by: Actor, key: str | None = None
) -> Sitting:
    """One answer, kept at once: the sheet goes on there on whatever device; it may be changed until it is handed in."""
    row = _mine(sitting, by)
    asked = next((one for one in questions_of(row) if one.pk == question), None)
    if asked is None:
        raise Refused("question_unknown", "这道题不在您的试卷上。请刷新页面。")
    said = letters(given)
    if not said or len(said) > 12 or not _possible(asked, said):
        raise Refused("answer_needed", "请先作答。", field="given")
    row.answers = {**row.answers, str(question): said}
    row.save(update_fields=["answers"])
    audit.note(about=row, path=row.path, after={"answered": len(row.answers)})
    return row


def _possible(asked: Question, said: str) -> bool:
    match asked.kind:
        case Question.Kind.NUMBER:
            return said.isascii() and said.isdigit()
        case Question.Kind.TRUTH:
            return said in ("对", "错")
        case Question.Kind.SINGLE:
            return len(said) == 1 and said in LETTERS[: len(asked.options)]
        case _:
            return set(said) <= set(LETTERS[: len(asked.options)])


@verb("courses.hand_in", label="交卷")
def hand_in(*, sitting: Sitting, by: Actor, key: str | None = None) -> Sitting:
    """Graded here from what is kept; who reaches the mark is given what the domain gives for it, at once."""
    row = _mine(sitting, by)
    asked = questions_of(row)
    if open_ := [n for n, one in enumerate(asked, 1) if str(one.pk) not in row.answers]:
        raise Refused("exam_unanswered", f"第 {'、'.join(map(str, open_))} 题还没有作答。", field="given")
    row.right, row.handed_at = right(asked, row.answers), clock.now()
    row.passed = row.right * 100 >= row.pass_mark * len(asked)
    row.save()
    exam = declared(row.course.learning).item.exam
    if row.passed and exam is not None:
        row.number = exam.certify(row, by=by)
        row.save(update_fields=["number"])
    audit.note(
        about=row, path=row.path, after={"right": row.right, "passed": row.passed, "number": row.number}
    )
    return row


def regraded(sitting: Sitting) -> tuple[bool, int]:
    """Drawn and graded once more from what is kept: whether the same questions come out, and how many are right."""
    again = draw(sitting.seed, sitting.pool, len(sitting.drawn))
    return again == sitting.drawn, right(questions_of(sitting), sitting.answers)


def _mine(sitting: Sitting, by: Actor) -> Sitting:
    held = Sitting.objects.select_for_update(of=("self",)).select_related("course")
    row = held.filter(pk=sitting.pk, person_id=by.person_id).first() if by.person_id is not None else None
    if row is None:
        raise NotFound("sitting_unknown", "没有这份试卷。请从课程页面进入。")
    if row.handed_at is not None:
        raise Stale("exam_handed", "这份试卷已经交了。请刷新页面看结果。")
    return row

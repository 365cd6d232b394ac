"""Somebody follows a course: begins, turns a page, goes back; the page reached is kept with every turn."""

from __future__ import annotations

from typing import Literal

from django.db.models import Q, QuerySet

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Person

from .models import Course, Learner, Lesson, LessonDone

__all__ = ["course_for", "courses_for", "go_to", "learner_of", "person_of", "turn"]


def person_of(by: Actor) -> Person:
    """Whoever learns, by the own account."""
    if by.person_id is None:
        raise NotAllowed("not_a_resident", "课程由居民本人登录后学习。")
    return Person.objects.get(pk=by.person_id)


def courses_for(by: Actor) -> QuerySet[Course]:
    """Those of the places above my home that have lessons and run, and those I have begun."""
    me = person_of(by)
    parts = uids(me.path)
    above = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    begun = Q(pk__in=Learner.objects.filter(person=me).values("course_id"))
    rows = Course.objects.filter(Q(path__in=above, closed_on=None) | begun)
    return rows.filter(lessons__isnull=False).distinct().order_by("subject", "title", "id")


def course_for(pk: int, by: Actor) -> Course:
    """One of them; of another it is not said that it is there."""
    found = courses_for(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("course_unknown", "没有这门课程。请返回课程列表重新选择。")
    return found


def learner_of(course: Course, by: Actor) -> Learner | None:
    """How far I am."""
    return Learner.objects.filter(course=course, person=person_of(by)).select_related("lesson").first()


@verb("courses.turn", label="学习课程")
def turn(*, course: Course, to: Literal["next", "back"], by: Actor, key: str | None = None) -> Learner:
    """One page on or back; past the last page of a lesson it is done, and the next lesson begins."""
    row = _mine(course, by)
    pages, on = len(row.lesson.pages), clock.today()
    if to == "back":
        _back(row)
    elif row.page < pages:
        row.page += 1
    else:
        LessonDone.objects.get_or_create(learner=row, lesson=row.lesson, defaults={"on": on})
        following = course.lessons.filter(number__gt=row.lesson.number).order_by("number").first()
        if following is not None:
            row.lesson, row.page = following, 1
        left = course.lessons.exclude(pk__in=row.done.values("lesson_id"))
        if row.finished_on is None and not left.exists():
            row.finished_on = on
    return _kept(row)


def _back(row: Learner) -> None:
    before = row.course.lessons.filter(number__lt=row.lesson.number).order_by("-number").first()
    if row.page > 1:
        row.page -= 1
    elif before is not None:
        row.lesson, row.page = before, len(before.pages)


@verb("courses.go_to", label="选择一课")
def go_to(*, course: Course, number: int, by: Actor, key: str | None = None) -> Learner:
    """To the beginning of a lesson, or where I am if it is that one."""
    row = _mine(course, by)
    lesson = course.lessons.filter(number=number).first()
    if lesson is None:
        raise Refused("lesson_unknown", "没有这一课。请在目录中重新选择。")
    if lesson.pk != row.lesson_id:
        row.lesson, row.page = lesson, 1
    return _kept(row)


def _mine(course: Course, by: Actor) -> Learner:
    """My row, held; made at the first page if I have none."""
    person = person_of(by)
    first = Lesson.objects.filter(course=course_for(course.pk, by)).order_by("number").first()
    assert first is not None, "a course without lessons is offered to nobody"
    begun = {"lesson": first, "path": person.path, "begun_on": clock.today(), "last_at": clock.now()}
    Learner.objects.get_or_create(course=course, person=person, defaults=begun)
    held = Learner.objects.select_for_update(of=("self",)).select_related("lesson", "course")
    return held.get(course=course, person=person)


def _kept(row: Learner) -> Learner:
    row.last_at = clock.now()
    row.save()
    audit.note(about=row, path=row.path, after={"lesson": row.lesson.number, "page": row.page})
    return row

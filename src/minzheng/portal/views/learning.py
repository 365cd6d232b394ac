"""Courses on my telephone: those I may follow, and the page on which I go on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit, catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.courses import actions
from minzheng.kernel.courses.examining import standing
from minzheng.kernel.courses.keeping import declared
from minzheng.kernel.courses.learning import course_for, courses_for, learner_of
from minzheng.kernel.courses.models import Course, Learner
from minzheng.kernel.people.models import Person
from minzheng.portal.pages import key_of, page, resident_page

__all__ = ["course", "courses"]


@resident_page
def courses(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """What I have begun first, then what is offered where I live, by subject."""
    person = Person.objects.get(pk=by.person_id)
    audit.read("portal.learning", by=by, about=person, path=person.path)
    mine = {one.course_id: one for one in Learner.objects.filter(person=person).select_related("lesson")}
    rows = [_line(one, mine.get(one.pk)) for one in courses_for(by).prefetch_related("lessons")]
    begun = sorted((row for row in rows if row["at"]), key=lambda row: row["at"].last_at, reverse=True)
    context = {"begun": begun, "offered": [row for row in rows if not row["at"]]}
    return page(request, "my/learning.html", context, at="my")


def _line(one: Course, at: Learner | None) -> dict[str, Any]:
    declared = catalogue.current().learnings.get(one.learning)
    subject = declared.item.subjects.get(one.subject, "") if declared else ""
    lessons = list(one.lessons.all())
    return {
        "course": one, "subject": subject, "lessons": len(lessons), "minutes": sum(each.minutes for each in lessons),
        "at": at,
    }  # fmt: skip


@resident_page
def course(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The page I have reached; turning it keeps the place."""
    one = course_for(pk, by)
    if request.method == "POST":
        return _turned(request, one, by)
    at, lessons = learner_of(one, by), list(one.lessons.order_by("number"))
    audit.read("courses.read", by=by, about=one, path=one.path)
    lesson, number = (at.lesson, at.page) if at else (lessons[0], 1)
    done = set(at.done.values_list("lesson_id", flat=True)) if at else set()
    last = lesson.pk == lessons[-1].pk and number >= len(lesson.pages)
    context = {
        "one": one, "at": at, "lesson": lesson, "number": number, "pages": len(lesson.pages),
        "text": lesson.pages[min(number, len(lesson.pages)) - 1], "last": last, "lessons": lessons, "done": done,
        "first": lesson.pk == lessons[0].pk and number == 1, "finished": bool(at and at.finished_on),
        "exam": standing(one, by),
    }  # fmt: skip
    return page(request, "my/course.html", context, at="my")


def _turned(request: HttpRequest, one: Course, by: Actor) -> HttpResponseBase:
    chosen = request.POST.get("lesson", "")
    if chosen.isdigit() and len(chosen) < 5:
        actions.go_to(course=one, number=int(chosen), by=by, key=key_of(request))
        return redirect(f"/my/learning/{one.pk}/")
    before = learner_of(one, by)
    to = "back" if request.POST.get("to") == "back" else "next"
    made = actions.turn(course=one, to=to, by=by, key=key_of(request))  # type: ignore[arg-type]
    if made.finished_on and not (before and before.finished_on):
        messages.success(request, f"“{one.title}”已经全部学完，祝贺您。")
        tested = declared(one.learning).item.exam is not None
        return redirect(f"/my/learning/{one.pk}/exam/" if tested else "/my/learning/")
    return redirect(f"/my/learning/{one.pk}/")

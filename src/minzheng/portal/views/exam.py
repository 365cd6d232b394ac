"""An exam on my telephone: begun, one question after the other, handed in, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor
from minzheng.kernel.courses import actions
from minzheng.kernel.courses.examining import Standing, questions_of, standing
from minzheng.kernel.courses.learning import course_for
from minzheng.kernel.courses.models import Course, Question, Sitting
from minzheng.kernel.courses.questions import LETTERS
from minzheng.kernel.errors import NotFound, Refused
from minzheng.portal.pages import key_of, page, resident_page

__all__ = ["exam"]


@resident_page
def exam(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The question at which I am; before it what is asked, after it the result."""
    course = course_for(pk, by)
    at = standing(course, by)
    if at is None:
        raise NotFound("no_exam", "这门课程没有考试。请返回课程。")
    problem = ""
    if request.method == "POST":
        try:
            return _done(request, course, at, by)
        except Refused as refused:
            problem = refused.message
    audit.read("courses.exam", by=by, about=course, path=course.path)
    context: dict[str, Any] = {
        "course": course,
        "at": at,
        "problem": problem,
        "url": f"/my/learning/{pk}/exam/",
    }
    if at.running is not None:
        context |= _sheet(at.running, request.GET.get("q", ""))
    return page(request, "my/exam.html", context, at="my", status=400 if problem else 200)


def _done(request: HttpRequest, course: Course, at: Standing, by: Actor) -> HttpResponseBase:
    url, sent = f"/my/learning/{course.pk}/exam/", request.POST
    if "begin" in sent:
        actions.sit(course=course, by=by, key=key_of(request))
        return redirect(url)
    sheet = at.running
    if sheet is None:
        # Sent twice, or from another telephone: the page says what came of it.
        return redirect(url)
    if "hand_in" in sent:
        made = actions.hand_in(sitting=sheet, by=by, key=key_of(request))
        if made.passed:
            messages.success(request, f"考试合格，证书编号 {made.number}。")
        return redirect(url)
    question = sent.get("question", "")
    if not question.isdigit() or len(question) > 18:
        raise Refused("question_unknown", "请先选择题目。")
    actions.answer(
        sitting=sheet, question=int(question), given=sent.getlist("given"), by=by, key=key_of(request)
    )
    here = sheet.drawn.index(int(question)) + 1
    return redirect(f"{url}?q={here + 1}")


def _sheet(sheet: Sitting, wanted: str) -> dict[str, Any]:
    """The question asked for, or the first without an answer; past the last one the whole sheet."""
    asked = questions_of(sheet)
    open_ = [n for n, one in enumerate(asked, 1) if str(one.pk) not in sheet.answers]
    here = int(wanted) if wanted.isdigit() and len(wanted) < 4 else (open_[0] if open_ else len(asked) + 1)
    shown: dict[str, Any] = {
        "many": len(asked), "here": here, "left_open": open_,
        "sheet": [(n, one.text, sheet.answers.get(str(one.pk), "")) for n, one in enumerate(asked, 1)],
    }  # fmt: skip
    if 1 <= here <= len(asked):
        one = asked[here - 1]
        given = sheet.answers.get(str(one.pk), "")
        shown |= {"question": one, "choices": _choices(one, given), "given": given, "back": here - 1}
    return shown


def _choices(one: Question, given: str) -> list[tuple[str, str, bool]]:
    """What may be ticked: its value, its words, whether it is."""
    if one.kind == Question.Kind.TRUTH:
        return [(said, said, said == given) for said in ("对", "错")]
    return [
        (letter, f"{letter}. {text}", letter in given)
        for letter, text in zip(LETTERS, one.options, strict=False)
    ]

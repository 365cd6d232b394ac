"""A course is opened over a place, given its lessons one by one, and closed; what was learnt stays."""

from __future__ import annotations

import re

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .models import Course, Lesson

__all__ = ["add_lesson", "close_course", "declared", "held", "open_course"]

LONGEST_PAGE, MOST_PAGES = 400, 40
Declared = catalogue.Declared[declare.Learning]


def declared(code: str) -> Declared:
    """What some domain says of these courses."""
    found = catalogue.current().learnings.get(code)
    if found is None:
        raise NotFound("learning_unknown", "没有这类课程。请返回重新选择。")
    return found


def _require(code: str, path: str, by: Actor) -> Declared:
    found = declared(code)
    if not by.holds({found.role(role): role.at for role in found.item.kept_by}, path=path):
        labels = "、".join(role.label for role in found.item.kept_by)
        raise NotAllowed("learning_duty", f"课程由{labels}管理，您在该地区没有这个岗位。")
    return found


@verb("courses.open", label="开设课程")
def open_course(
    *, learning: str, path: str, subject: str, title: str, summary: str, by: Actor, key: str | None = None
) -> Course:
    """Offered from today on to whoever lives beneath the place; shown once it has a lesson."""
    found = _require(learning, path, by)
    if subject not in found.item.subjects or not title.strip() or not summary.strip():
        raise Refused("course_facts", "请选择类别，填写课程名称和介绍。", field="title")
    if Course.objects.filter(learning=learning, path=path, title=title.strip(), closed_on=None).exists():
        raise Refused("course_twice", "已有同名课程。请换一个名称，或在原课程中增加内容。", field="title")
    made = Course.objects.create(
        learning=learning, path=path, subject=subject, title=title.strip()[:60], summary=summary.strip()[:200],
        opened_on=clock.today(), by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=path, article=found.item.basis, after={"title": made.title})
    return made


@verb("courses.add_lesson", label="增加一课")
def add_lesson(
    *, course: Course, title: str, text: str, minutes: int, by: Actor, key: str | None = None
) -> Lesson:
    """Comes last; an empty line begins a new page."""
    row = held(course, by)
    pages = [" ".join(one.split()) for one in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if one.strip()]
    if not title.strip() or not pages or not 0 < minutes <= 300:
        raise Refused("lesson_facts", "请填写标题、内容和大约几分钟。", field="text")
    if len(pages) > MOST_PAGES or any(len(one) > LONGEST_PAGE for one in pages):
        raise Refused(
            "lesson_long",
            f"每页最多 {LONGEST_PAGE} 个字，每课最多 {MOST_PAGES} 页。请用空行多分几页。",
            field="text",
        )
    last = row.lessons.order_by("-number").values_list("number", flat=True).first()
    made = Lesson.objects.create(
        course=row, number=(last or 0) + 1, title=title.strip()[:60], pages=pages, minutes=minutes
    )
    audit.note(about=row, path=row.path, after={"lesson": made.number, "pages": len(pages)})
    return made


@verb("courses.close", label="停止课程")
def close_course(*, course: Course, by: Actor, key: str | None = None) -> Course:
    """Nobody begins it any more; whoever has begun goes on to the end."""
    row = held(course, by)
    row.closed_on = clock.today()
    row.save()
    audit.note(about=row, path=row.path, after={"closed": str(row.closed_on)})
    return row


def held(course: Course, by: Actor) -> Course:
    """The course, locked, for whoever keeps it; a closed one is stale."""
    row = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if not by.covers(row.path):
        raise NotFound("course_unknown", "没有这门课程，或不在您的管辖范围内。")
    _require(row.learning, row.path, by)
    if row.closed_on is not None:
        raise Stale("course_closed", "课程已经停止。请刷新页面。")
    return row

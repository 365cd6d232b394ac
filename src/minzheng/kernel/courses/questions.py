"""Questions (考题) of a course: put in by whoever keeps it, withdrawn, drawn by a seed, and graded; never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.signing import sm3

from .keeping import declared, held
from .models import Course, Question

__all__ = ["LETTERS", "add_question", "draw", "letters", "right", "withdraw_question"]

LETTERS = "ABCDEF"
TRUE, FALSE = "对", "错"
_MOST_DIGITS = 6


@verb("courses.add_question", label="增加考题")
def add_question(
    *,
    course: Course,
    kind: str,
    text: str,
    options: Sequence[str],
    answer: str,
    by: Actor,
    key: str | None = None,
) -> Question:
    """Drawn from the next sitting on."""
    row = held(course, by)
    if declared(row.learning).item.exam is None:
        raise Refused("no_exam", "这类课程没有考试，不用登记考题。")
    asked, given = text.strip(), [one.strip() for one in options if one.strip()]
    if kind not in Question.Kind.values or not asked or len(asked) > 300:
        raise Refused("question_text", "请选择题型，写明题目（不超过300个字）。", field="text")
    found = _right_answer(kind, given, answer)
    if row.questions.filter(text=asked, withdrawn_at=None).exists():
        raise Refused("question_twice", "题库中已有同样的题目。", field="text")
    made = Question.objects.create(
        course=row, kind=kind, text=asked, options=given, answer=found, added_at=clock.now(), by_name=by.name
    )
    audit.note(about=row, path=row.path, after={"question": made.pk, "kind": kind})
    return made


def _right_answer(kind: str, options: Sequence[str], answer: str) -> str:
    """The right answer as it is kept; refused where it does not fit the kind."""
    said = letters(answer)
    choice = kind in (Question.Kind.SINGLE, Question.Kind.MULTI)
    if choice and not (2 <= len(options) <= len(LETTERS) and len(set(options)) == len(options)):
        raise Refused("question_options", "选择题要有 2 到 6 个不同的选项，一行一个。", field="options")
    if choice and any(len(one) > 100 for one in options):
        raise Refused("question_options", "每个选项不超过100个字。", field="options")
    if choice and not (said and set(said) <= set(LETTERS[: len(options)])):
        raise Refused("question_answer", "请用选项的字母写答案，例如 B 或 AC。", field="answer")
    if kind == Question.Kind.SINGLE and len(said) != 1:
        raise Refused("question_answer", "单选题只有一个正确答案。", field="answer")
    if not choice and options:
        raise Refused("question_options", "判断题和填数题不用写选项。", field="options")
    if kind == Question.Kind.TRUTH and said not in (TRUE, FALSE):
        raise Refused("question_answer", "判断题的答案请写“对”或“错”。", field="answer")
    if kind == Question.Kind.NUMBER and not _whole(said):
        raise Refused("question_answer", "填数题的答案请写一个整数（不超过六位）。", field="answer")
    return str(int(said)) if kind == Question.Kind.NUMBER else said


def _whole(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS


def letters(said: str | Iterable[str]) -> str:
    """What was ticked or typed, in one order: letters without doubles, everything else as it is."""
    whole = "".join(said).strip().upper().replace("、", "").replace("，", "").replace(" ", "")
    return "".join(sorted(set(whole))) if whole.isascii() and whole.isalpha() else whole


@verb("courses.withdraw_question", label="停用考题")
def withdraw_question(*, course: Course, question: int, by: Actor, key: str | None = None) -> Question:
    """Not drawn any more; what was sat with it stays."""
    row = held(course, by)
    found = row.questions.select_for_update(of=("self",)).filter(pk=question, withdrawn_at=None).first()
    if found is None:
        raise Stale("question_gone", "这道题已经停用。请刷新页面。")
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    audit.note(about=row, path=row.path, after={"withdrawn": found.pk})
    return found


def draw(seed: str, pool: Iterable[int], many: int) -> list[int]:
    """So many questions in an order that the seed alone decides: whoever has seed and pool draws the same."""
    return sorted(pool, key=lambda one: sm3(f"{seed}‖{one}".encode()))[:many]


def right(questions: Iterable[Question], answers: Mapping[str, str]) -> int:
    """How many were answered right: all of the right options and no other."""
    return sum(_same(one, answers.get(str(one.pk), "")) for one in questions)


def _same(one: Question, given: str) -> bool:
    said = letters(given)
    if one.kind == Question.Kind.NUMBER:
        return _whole(said) and str(int(said)) == one.answer
    return said == one.answer

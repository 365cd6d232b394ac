"""Caregiver training (养老护理培训): courses with an exam at their end, its questions, and who sat it."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.courses import actions as courses
from minzheng.kernel.courses.models import Question
from minzheng.kernel.declare import Column, Deed, Exam, Form, Learning, Lines, Register
from minzheng.kernel.declare.forms import Answers

from .. import roles, rules
from ..actions.training import certify
from ..forms import learning as forms
from .learning import KEEPING, LESSONS, opener, running

__all__ = ["REGISTERS", "TRAINING"]

_OFFICER = (roles.COUNTY_OFFICER,)
TRAINING = Learning(
    "training", "养老护理培训", subjects=forms.TRAINED, kept_by=_OFFICER, basis=rules.PLAN.as_a_whole(),
    exam=Exam(
        "training.exam.questions", "training.exam.pass_mark", "training.exam.tries", "training.exam.days", certify
    ),
)  # fmt: skip
_CODE = "eldercare.training"


def _add(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    plain = given.plain
    made = courses.add_question(
        course=entry, kind=plain["kind"], text=plain["text"], options=(plain.get("options") or "").splitlines(),
        answer=plain["answer"], by=by, key=key,
    )  # fmt: skip
    return (
        f"已增加{made.get_kind_display()}，题库现有 {entry.questions.filter(withdrawn_at=None).count()} 题。"
    )


def _withdraw_form(entry: Any, by: Actor) -> Form:
    del by
    rows = entry.questions.filter(withdrawn_at=None).order_by("id")
    return forms.withdrawing({str(one.pk): f"{one.get_kind_display()}：{one.text[:40]}" for one in rows})


def _withdraw(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    courses.withdraw_question(course=entry, question=int(given.plain["question"]), by=by, key=key)
    return "考题已停用，已经考过的不受影响。"


def _asks(entry: Any, by: Actor) -> bool:
    """Whether a course still given has a question to withdraw."""
    return running(entry, by) and entry.questions.filter(withdrawn_at=None).exists()


def _only_training(rows: Any, by: Actor) -> Any:
    """Courses of caregiver training alone."""
    del by
    return rows.filter(learning=_CODE)


COURSES = Register(
    "training_courses", "养老护理培训课程", model="courses.Course", read_by=_OFFICER,
    basis=rules.PLAN.as_a_whole(), within=_only_training,
    columns=(
        Column("title", "课程", search=True),
        Column("subject", "发证课程", kind="choice", options=forms.TRAINED, filter=True),
        Column("path", "开设地区", kind="place", filter=True), Column("opened_on", "开课日期", kind="day"),
        Column("closed_on", "停课日期", kind="day"), Column("by_name", "登记人", secondary=True),
        Column("learning", "学习项目", kind="choice", options={_CODE: TRAINING.label}, secondary=True),
    ),
    opens=(Deed("open_course", "开设培训课程", _OFFICER, forms.TRAINING_COURSE, opener(_CODE),
                lead="居民在手机上学完全部内容后考试，合格即发证书；题库不少于一次抽题的题数才能考试。"),),
    deeds=(
        *KEEPING,
        Deed("add_question", "增加考题", _OFFICER, forms.QUESTION, _add, when=running),
        Deed("withdraw_question", "停用考题", _OFFICER, _withdraw_form, _withdraw, when=_asks, quiet=True),
    ),
    lines=(LESSONS, Lines("questions", "题库", "courses.Question", "course", (
        Column("kind", "题型", kind="choice", options=dict(Question.Kind.choices)), Column("text", "题目"),
        Column("answer", "答案"), Column("added_at", "登记时间", kind="instant"),
        Column("withdrawn_at", "停用时间", kind="instant")))),
)  # fmt: skip


def _only_sat(rows: Any, by: Actor) -> Any:
    """Sittings of caregiver training alone."""
    del by
    return rows.filter(course__learning=_CODE)


SITTINGS = Register(
    "sittings", "养老护理培训考试记录", model="courses.Sitting", read_by=_OFFICER, basis=rules.PLAN.as_a_whole(),
    within=_only_sat,
    columns=(
        Column("person.name", "考生", search=True), Column("course.title", "课程", search=True),
        Column("path", "地区", kind="place", filter=True), Column("begun_at", "开始时间", kind="instant"),
        Column("handed_at", "交卷时间", kind="instant"), Column("right", "答对题数", kind="number"),
        Column("pass_mark", "合格线（%）", kind="number", secondary=True),
        Column("passed", "结果", kind="choice", options={True: "合格", False: "不合格"}, filter=True),
        Column("number", "证书编号"), Column("seed", "随机种子", secondary=True),
    ),
)  # fmt: skip
REGISTERS = (COURSES, SITTINGS)

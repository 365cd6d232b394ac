"""What is kept of courses: lessons in pages, the page each learner reached, questions, and the exams that were sat."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.models import Person

__all__ = ["Course", "Learner", "Lesson", "LessonDone", "Question", "Sitting"]


@keeps_history()
class Course(Placed):
    """A course offered to whoever lives beneath its place, until it is closed."""

    stands_open = "课程内容公开，不涉及具体的人"

    learning = models.CharField("学习项目", max_length=60)
    subject = models.CharField("类别", max_length=20)
    title = models.CharField("课程名称", max_length=60)
    summary = models.CharField("课程介绍", max_length=200)
    opened_on = models.DateField("开课日期")
    closed_on = models.DateField("停课日期", null=True)
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "课程"
        constraints = (
            models.UniqueConstraint(
                fields=["learning", "path", "title"], condition=Q(closed_on=None), name="course_title_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="course_interval"
            ),
        )

    def __str__(self) -> str:
        return self.title


@keeps_history()
class Lesson(models.Model):
    """One lesson: pages in their order, each as much as a telephone shows in large letters."""

    stands_open = "课程内容公开，不涉及具体的人"

    course = models.ForeignKey(Course, models.PROTECT, related_name="lessons", verbose_name="课程")
    number = models.PositiveSmallIntegerField("第几课")
    title = models.CharField("标题", max_length=60)
    pages = models.JSONField("各页内容")
    minutes = models.PositiveSmallIntegerField("大约几分钟")

    class Meta:
        verbose_name = "课"
        constraints = (
            models.UniqueConstraint(fields=["course", "number"], name="lesson_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0, minutes__gt=0), name="lesson_counts"),
        )

    def __str__(self) -> str:
        return f"第{self.number}课 {self.title}"


class Learner(Placed):
    """Somebody who follows a course: the lesson and page reached, and the day on which all lessons were done."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="learners", verbose_name="课程")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="学员")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name="学到第几课")
    page = models.PositiveSmallIntegerField("学到第几页", default=1)
    begun_on = models.DateField("开始日期")
    last_at = models.DateTimeField("最近学习时间")
    finished_on = models.DateField("学完日期", null=True)

    class Meta:
        verbose_name = "学习记录"
        constraints = (
            models.UniqueConstraint(fields=["course", "person"], name="learner_once_a_course"),
            models.CheckConstraint(condition=Q(page__gt=0), name="learner_page"),
            models.CheckConstraint(
                condition=Q(finished_on=None) | Q(finished_on__gte=F("begun_on")), name="learner_interval"
            ),
        )


class LessonDone(models.Model):
    """A lesson whose last page was turned, once for each learner."""

    learner = models.ForeignKey(Learner, models.PROTECT, related_name="done", verbose_name="学习记录")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name="课")
    on = models.DateField("学完日期")

    class Meta:
        verbose_name = "学完的课"
        constraints = (models.UniqueConstraint(fields=["learner", "lesson"], name="lesson_done_once"),)


class Question(models.Model):
    """A question of a course: its kind, what is asked, the options, and the right answer, which no page shows."""

    class Kind(models.TextChoices):
        TRUTH = "truth", "判断题"
        SINGLE = "single", "单选题"
        MULTI = "multi", "多选题"
        NUMBER = "number", "填数题"

    stands_open = "题目不涉及具体的人，答案只在服务器上比对"

    course = models.ForeignKey(Course, models.PROTECT, related_name="questions", verbose_name="课程")
    kind = models.CharField("题型", max_length=6, choices=Kind)
    text = models.CharField("题目", max_length=300)
    options = models.JSONField("选项", default=list)
    # The letters of the right options in their order, 对 or 错, or a whole number.
    answer = models.CharField("答案", max_length=12)
    added_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("停用时间", null=True)
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "考题"
        triggers = (
            # A sitting is graded anew from the question as it was: it is withdrawn, never changed.
            pgtrigger.ReadOnly(name="question_asked_is_asked", exclude=["withdrawn_at"]),
            pgtrigger.Protect(name="question_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.text


class Sitting(Placed):
    """Somebody sits the exam of a course: what was drawn and from what, what was answered, and what came of it."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="sittings", verbose_name="课程")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="考生")
    seed = models.CharField("随机种子", max_length=64)
    pool = models.JSONField("题库")
    drawn = models.JSONField("抽到的题")
    answers = models.JSONField("作答", default=dict)
    pass_mark = models.PositiveSmallIntegerField("合格线（%）")
    begun_at = models.DateTimeField("开始时间")
    handed_at = models.DateTimeField("交卷时间", null=True)
    right = models.PositiveSmallIntegerField("答对题数", null=True)
    passed = models.BooleanField("合格", null=True)
    number = models.CharField("证书编号", max_length=40, blank=True)

    class Meta:
        verbose_name = "考试记录"
        constraints = (
            models.UniqueConstraint(
                fields=["course", "person"], condition=Q(handed_at=None), name="sitting_one_open"
            ),
            models.UniqueConstraint(
                fields=["course", "person"], condition=Q(passed=True), name="sitting_passed_once"
            ),
            models.CheckConstraint(
                condition=Q(handed_at=None, right=None, passed=None)
                | Q(handed_at__isnull=False, right__isnull=False, passed__isnull=False),
                name="sitting_graded",
            ),
        )
        indexes = (models.Index(fields=["person", "course", "begun_at"]),)
        triggers = (
            pgtrigger.ReadOnly(
                name="sitting_drawn_is_drawn",
                exclude=["answers", "handed_at", "right", "passed", "number"],
            ),
            pgtrigger.Protect(name="sitting_kept", operation=pgtrigger.Delete),
            # A sheet that was handed in is answered no more; only the certificate comes after it.
            pgtrigger.Protect(
                name="sitting_handed_is_handed", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__handed_at__isnull=False)
                & (
                    pgtrigger.Q(old__answers__df=pgtrigger.F("new__answers"))
                    | pgtrigger.Q(old__right__df=pgtrigger.F("new__right"))
                    | pgtrigger.Q(old__passed__df=pgtrigger.F("new__passed"))
                ),
            ),
        )  # fmt: skip

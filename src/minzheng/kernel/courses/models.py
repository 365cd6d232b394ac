"""What is kept of courses: their lessons in pages, and of each learner the page reached and the lessons done."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.models import Person

__all__ = ["Course", "Learner", "Lesson", "LessonDone"]


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

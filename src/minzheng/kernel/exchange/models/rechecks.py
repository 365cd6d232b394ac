"""The yearly re-check (年度复核): a run over a place, its parts by county and source, its subjects, their answers.

Answers come by the million and are kept in sealed blocks: one line for each subject and source, found, none, or unknown
with the reason.  What all lines of a part share (day, validity, hash of the file) stands once, with the part.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.people.fields import SealedTextField

__all__ = ["AnswerBlock", "Recheck", "RecheckPart", "RecheckSubject"]


class Recheck(Placed):
    """Everyone in a place who draws benefits, asked about at every source at one reference date."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "进行中"
        FAILED = "failed", "有来源未返回"
        DONE = "done", "已完成"

    year = models.PositiveSmallIntegerField("年度")
    reference_date = models.DateField("基准日")
    basis = models.CharField("依据", max_length=100)
    schemes = ArrayField(models.CharField(max_length=60), verbose_name="项目")
    source_codes = ArrayField(models.CharField(max_length=20), verbose_name="数据来源")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    by = models.CharField("发起人标识", max_length=40)
    by_name = models.CharField("发起人", max_length=60)
    asked_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    households = models.PositiveIntegerField("户数", default=0)
    subjects = models.PositiveIntegerField("人数", default=0)
    # Nothing is asked about a household in which an adult's letter is missing or withdrawn.
    unauthorised = models.PositiveIntegerField("缺授权户数", default=0)

    class Meta:
        verbose_name = "年度复核"
        constraints = (
            models.UniqueConstraint(
                fields=["path"], condition=~Q(state="done"), name="recheck_one_open_per_place"
            ),
        )


class RecheckPart(Placed):
    """One county and one source: asked, answered and written in one transaction, or not at all.

    The part without a source compares: it begins when no source of its county is awaited any more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        LATE = "late", "已受理待返回"
        DONE = "done", "已完成"
        FAILED = "failed", "未返回"
        GIVEN_UP = "given_up", "不再等待"

    run = models.ForeignKey(Recheck, models.PROTECT, related_name="parts", verbose_name="年度复核")
    source = models.CharField(
        "来源", max_length=20, choices=[(one.code, one.label) for one in SOURCES.values()], blank=True
    )
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    subjects = models.PositiveIntegerField("人数", default=0)
    found = models.PositiveIntegerField("有记录", default=0)
    none = models.PositiveIntegerField("无记录", default=0)
    unknown = models.PositiveIntegerField("未知", default=0)
    differences = models.PositiveIntegerField("差异", default=0)
    request_sha = models.CharField("请求文件摘要", max_length=64, blank=True)
    answer_sha = models.CharField("答复文件摘要", max_length=64, blank=True)
    asked_at = models.DateTimeField("查询时间", null=True)
    answered_at = models.DateTimeField("返回时间", null=True)
    as_of = models.DateField("数据截至", null=True)
    valid_until = models.DateField("有效期至（不含）", null=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("原因", max_length=200, blank=True)
    policy = models.CharField("未返回的处理", max_length=10, blank=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)

    class Meta:
        verbose_name = "年度复核分项"
        constraints = (models.UniqueConstraint(fields=["run", "path", "source"], name="recheck_part_once"),)


class RecheckSubject(models.Model):
    """Who is asked about, settled when the run begins: all sources answer about the same people."""

    pk = models.CompositePrimaryKey("run_id", "path", "person_id", verbose_name="标识")
    run_id = models.BigIntegerField("年度复核")
    path = PathField(verbose_name="县（市、区）")
    person_id = models.BigIntegerField("人员")
    household_id = models.BigIntegerField("家庭")
    # The matter under which the letters were signed: a difference is explained and decided there.
    case_id = models.BigIntegerField("办件")
    purpose = models.CharField("用途", max_length=60)
    wordings = models.CharField("授权书版本", max_length=200)

    class Meta:
        verbose_name = "年度复核对象"


class AnswerBlock(models.Model):
    """What one source has on a hundred subjects of a county, in the order of the file: one sealed text.

    Whom the lines are about, and whether anything was found, is inside the seal.
    """

    part = models.ForeignKey(RecheckPart, models.PROTECT, related_name="blocks", verbose_name="分项")
    path = PathField(verbose_name="县（市、区）")
    at = models.PositiveIntegerField("块号")
    answers = SealedTextField("答复")

    class Meta:
        verbose_name = "年度复核答复"
        constraints = (models.UniqueConstraint(fields=["part", "at"], name="recheck_block_once"),)

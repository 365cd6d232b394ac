"""What an office says of its own targets after a year (年度自评)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import Guard, never

from .standing import kept_once

__all__ = ["YearReview"]


class YearReview(Placed):
    """An office's review of one year: its targets as they stood at its end, what was done, what stands in the way.

    Written by one person with a paper, accepted or returned by another; one that came back is followed by a new one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待核对"
        ACCEPTED = "accepted", "已核对"
        RETURNED = "returned", "已退回"

    plan = models.CharField("规划", max_length=60)
    owner = models.CharField("责任处室", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    lines = models.JSONField("年末数值和状态", default=list)
    problems = models.JSONField("问题清单", default=list)
    sha = models.CharField("摘要（SM3）", max_length=64)
    done = models.CharField("主要工作和成效", max_length=1000)
    lacking = models.CharField("存在的不足", max_length=1000)
    following = models.CharField("下一步措施", max_length=1000)
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="依据材料")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    late = models.BooleanField("逾期", default=False)
    written_by = models.CharField("自评人标识", max_length=40)
    written_by_name = models.CharField("自评人", max_length=60)
    written_at = models.DateTimeField("提交时间")
    checked_by = models.CharField("核对人标识", max_length=40, blank=True)
    checked_by_name = models.CharField("核对人", max_length=60, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True)
    opinion = models.CharField("核对意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "年度自评"
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "owner", "year"], condition=~Q(state="returned"), name="year_review_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | ~Q(checked_by="") & ~Q(opinion=""), name="year_review_checked"
            ),
            models.CheckConstraint(
                condition=Q(checked_by="") | ~Q(checked_by=F("written_by")), name="year_review_by_two"
            ),
            Guard(
                name="year_review_stands", when="BEFORE UPDATE",
                body=kept_once(
                    "OLD.state <> 'waiting' OR NEW.lines IS DISTINCT FROM OLD.lines"
                    " OR NEW.problems IS DISTINCT FROM OLD.problems OR NEW.sha <> OLD.sha"
                    " OR (NEW.done, NEW.lacking, NEW.following, NEW.evidence_id)"
                    " IS DISTINCT FROM (OLD.done, OLD.lacking, OLD.following, OLD.evidence_id)",
                    "a year review is checked once and not changed",
                ),
            ),
            *never("plans_yearreview", "DELETE", "a year review is not deleted"),
        )  # fmt: skip

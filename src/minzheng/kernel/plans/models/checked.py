"""What a county says of its own figures: that it has looked at them, and which of them it holds to be wrong."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import Guard, never

from .reports import Evaluation
from .standing import kept_once

__all__ = ["Confirmation", "CrossCheck", "Dispute"]


class Confirmation(Placed):
    """A county has looked at its figures of a quarter (季度核对), in time or late."""

    plan = models.CharField("规划", max_length=60)
    quarter = models.DateField("季度末月")
    late = models.BooleanField("逾期", default=False)
    by_name = models.CharField("核对人", max_length=60)
    at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = "季度核对"
        constraints = (
            models.UniqueConstraint(fields=["plan", "path", "quarter"], name="confirmation_once_a_quarter"),
            *never("plans_confirmation", "UPDATE OR DELETE", "a county's word on its figures stands"),
        )


class Dispute(Placed):
    """A computed figure that a county holds to be wrong (数值异议), until the planning office has answered."""

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    quarter = models.DateField("季度末月")
    reason = models.CharField("异议理由", max_length=300)
    by = models.CharField("提出人标识", max_length=40)
    by_name = models.CharField("提出人", max_length=60)
    at = models.DateTimeField("提出时间")
    answer = models.CharField("答复", max_length=300, blank=True)
    settled_on = models.DateField("答复日期", null=True)
    settled_by_name = models.CharField("答复人", max_length=60, blank=True)

    class Meta:
        verbose_name = "数值异议"
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_on=None) | ~Q(answer=""), name="dispute_settled_in_words"
            ),
            models.UniqueConstraint(
                fields=["plan", "target", "path"], condition=Q(settled_on=None), name="dispute_one_open"
            ),
            *never("plans_dispute", "DELETE", "a dispute is answered, never deleted"),
        )


class CrossCheck(Placed):
    """One county's figures as another one that was drawn finds them (县际交叉核查), until it is settled."""

    stands_open = "交叉核查只有各地的统计数"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="checks", verbose_name="规划评估")
    checker = models.CharField("核查单位", max_length=64, db_collation="C")
    figures = models.JSONField("快照数值", default=list)
    differences = models.JSONField("差异", default=list)
    evidence = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="核查底稿"
    )
    found_by_name = models.CharField("核查人", max_length=60, blank=True)
    found_at = models.DateTimeField("核查时间", null=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    settled_on = models.DateField("办结日期", null=True)
    settled_by_name = models.CharField("答复人", max_length=60, blank=True)

    class Meta:
        verbose_name = "县际交叉核查"
        constraints = (
            models.UniqueConstraint(fields=["evaluation", "path"], name="cross_check_once"),
            models.UniqueConstraint(fields=["evaluation", "checker"], name="cross_check_one_each"),
            models.CheckConstraint(condition=~Q(checker=models.F("path")), name="cross_check_by_another"),
            models.CheckConstraint(
                condition=Q(settled_on=None) | ~Q(answer="") & Q(found_at__isnull=False),
                name="cross_check_settled_in_words",
            ),
            models.CheckConstraint(
                condition=Q(differences=[]) | Q(evidence__isnull=False), name="cross_check_on_paper"
            ),
            Guard(
                name="cross_check_stands", when="BEFORE UPDATE",
                body=kept_once(
                    "OLD.settled_on IS NOT NULL OR NEW.figures IS DISTINCT FROM OLD.figures"
                    " OR NEW.checker <> OLD.checker OR (OLD.found_at IS NOT NULL"
                    " AND NEW.differences IS DISTINCT FROM OLD.differences)",
                    "what a county found at another stands",
                ),
            ),
            *never("plans_crosscheck", "DELETE", "a cross check is not deleted"),
        )  # fmt: skip

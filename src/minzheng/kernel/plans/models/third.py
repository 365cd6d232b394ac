"""What the third party found where it looked itself, and what it put right afterwards."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import never

from .reports import Evaluation

__all__ = ["ReviewCorrection", "SampleFinding"]


class SampleFinding(Placed):
    """One drawn township as the third party found it (样本核实): each figure drawn there, and what was counted."""

    stands_open = "样本核实只有各地的统计数"

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="findings", verbose_name="规划评估"
    )
    rows = models.JSONField("核实情况", default=list)
    evidence = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="核实底稿"
    )
    by_name = models.CharField("核实人", max_length=60)
    at = models.DateTimeField("核实时间")

    class Meta:
        verbose_name = "样本核实"
        constraints = (
            models.UniqueConstraint(fields=["evaluation", "path"], name="sample_finding_once"),
            *never("plans_samplefinding", "UPDATE OR DELETE", "what a third party found stands"),
        )


class ReviewCorrection(Placed):
    """A finding or a mark that the third party put right (更正): what stood before stays beside it."""

    stands_open = "更正只涉及各地的统计数和评分"

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="corrections", verbose_name="规划评估"
    )
    # A drawn township, or an office or county that was given marks.
    unit = models.CharField("单位", max_length=64)
    # The target of a finding, or the part of the marks.
    part = models.CharField("更正内容", max_length=12)
    before = models.CharField("更正前", max_length=60)
    after = models.CharField("更正后", max_length=60)
    row = models.JSONField("更正后的整行", default=dict)
    reason = models.CharField("理由", max_length=300)
    by_name = models.CharField("更正人", max_length=60)
    at = models.DateTimeField("更正时间")

    class Meta:
        verbose_name = "第三方更正"
        constraints = never("plans_reviewcorrection", "UPDATE OR DELETE", "a correction stands")

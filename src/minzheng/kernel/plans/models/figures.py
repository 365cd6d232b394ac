"""Figures without a register, by two persons, and what each county is to bring."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import Guard, never

from .standing import kept_once

__all__ = ["CountyPart", "Reported"]


class Reported(Placed):
    """A figure for which no register exists, given with its paper by one person and verified by another."""

    class State(models.TextChoices):
        DRAFT = "draft", "待核实"
        VERIFIED = "verified", "已核实"
        REJECTED = "rejected", "已退回"

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    month = models.DateField("所属月份")
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="依据材料")
    # A verified figure stands; a later and better one is a row of its own, and says why.
    reason = models.CharField("更正理由", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    reported_by = models.CharField("填报人标识", max_length=40)
    reported_by_name = models.CharField("填报人", max_length=60)
    reported_at = models.DateTimeField("填报时间")
    verified_by = models.CharField("核实人标识", max_length=40, blank=True)
    verified_by_name = models.CharField("核实人", max_length=60, blank=True)
    verified_at = models.DateTimeField("核实时间", null=True)
    opinion = models.CharField("核实意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "填报数值"
        constraints = (
            models.CheckConstraint(
                condition=Q(verified_by="") | ~Q(verified_by=F("reported_by")), name="reported_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(verified_by=""), name="reported_verified_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=0), name="reported_denominator"
            ),
            models.UniqueConstraint(
                fields=["plan", "target", "path", "month"], condition=Q(state="draft"), name="reported_one_draft"
            ),
            Guard(
                name="reported_stands", when="BEFORE UPDATE",
                body=kept_once("OLD.state <> 'draft'", "a verified figure is not changed"),
            ),
            *never("plans_reported", "DELETE", "a figure that was given is not deleted"),
        )  # fmt: skip
        indexes = (models.Index(fields=["plan", "target", "path", "month"], name="reported_of_a_target"),)


class CountyPart(Placed):
    """What a county is to bring of a target in a year (县级分解)."""

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("分解值", max_digits=16, decimal_places=2)
    by_name = models.CharField("分解人", max_length=60)
    at = models.DateTimeField("分解时间")

    class Meta:
        verbose_name = "县级分解"
        constraints = (
            models.UniqueConstraint(fields=["plan", "target", "path", "year"], name="county_part_once"),
        )

"""Scored assessments as they were signed, and who is certified to make them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.sealing import label

__all__ = ["Assessment", "Qualification"]

_SIGNED_STAYS = f"""
IF OLD.state <> 'first_signed' AND
   (NEW.instrument, NEW.version_used, NEW.person_id, NEW.total, NEW.level, NEW.on, NEW.first_by, NEW.second_by,
    {label("NEW.sheet")}, {label("NEW.beside")}, {label("NEW.scored")})
   IS DISTINCT FROM
   (OLD.instrument, OLD.version_used, OLD.person_id, OLD.total, OLD.level, OLD.on, OLD.first_by, OLD.second_by,
    {label("OLD.sheet")}, {label("OLD.beside")}, {label("OLD.scored")}) THEN
  RAISE EXCEPTION 'assessment %: what both have signed cannot change', OLD.number
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


@keeps_history()
class Assessment(Placed):
    """One sheet of one instrument in one version: filled in by one assessor, signed by the team, then in force."""

    class State(models.TextChoices):
        FIRST_SIGNED = "first_signed", "待另一名评估员签字"
        IN_FORCE = "in_force", "已生效"
        OBJECTED = "objected", "已提出异议"
        REPLACED = "replaced", "已由新的评估取代"
        WITHDRAWN = "withdrawn", "已退回"

    instrument = models.CharField("评估", max_length=60)
    version_used = models.CharField("量表版本", max_length=20)
    number = models.CharField("评估编号", max_length=40, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="评估对象")
    state = models.CharField("状态", max_length=12, choices=State, default=State.FIRST_SIGNED)
    on = models.DateField("评估日期")
    sheet = SealedJSONField("各项得分")
    beside = SealedJSONField("其他内容")
    scored = SealedJSONField("计算结果")
    total = models.PositiveSmallIntegerField("总分")
    level = models.PositiveSmallIntegerField("等级")
    rule_set = models.CharField("规则版本", max_length=60)
    first_by = models.CharField("第一评估员标识", max_length=40)
    first_by_name = models.CharField("第一评估员", max_length=60)
    first_at = models.DateTimeField("第一次签字时间")
    second_by = models.CharField("第二评估员标识", max_length=40, blank=True)
    second_by_name = models.CharField("第二评估员", max_length=60, blank=True)
    second_at = models.DateTimeField("第二次签字时间", null=True)
    valid_until = models.DateField("有效期至", null=True)
    objection_until = models.DateField("异议期限", null=True)
    objection = SealedTextField("异议理由", blank=True)
    objected_at = models.DateTimeField("异议时间", null=True)
    objected_by_name = models.CharField("异议登记人", max_length=60, blank=True)
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="again", verbose_name="复评对象"
    )
    letter_id = models.BigIntegerField("结果告知书", null=True)
    words = SealedTextField("退回原因", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "评估记录"
        constraints = (
            models.UniqueConstraint(
                fields=["instrument", "person"], condition=Q(state__in=["in_force", "objected"]),
                name="assessment_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["instrument", "person"], condition=Q(state="first_signed"), name="assessment_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(second_by="") | ~Q(second_by=F("first_by")), name="assessment_two_assessors"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["first_signed", "withdrawn"]) | Q(valid_until__isnull=False),
                name="assessment_in_force_holds_until",
            ),
            Guard(name="visits_assessment_signed", when="BEFORE UPDATE", body=_SIGNED_STAYS),
            *never("visits_assessment", "DELETE", "an assessment is replaced, never deleted"),
        )  # fmt: skip
        indexes = (models.Index(fields=["person", "-id"]), models.Index(fields=["path", "-id"]))

    def __str__(self) -> str:
        return self.number


@keeps_history()
class Qualification(Placed):
    """A certificate by which somebody may assess, with the days on which it holds and who employs them."""

    instrument = models.CharField("评估", max_length=60)
    holder = models.CharField("持证人标识", max_length=40)
    holder_name = models.CharField("持证人", max_length=60)
    kind = models.CharField("证书类别", max_length=20)
    number = models.CharField("证书编号", max_length=60)
    employer = models.CharField("所在单位", max_length=100, blank=True)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)
    registered_by = models.CharField("登记人标识", max_length=40)
    registered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "评估员资格"
        constraints = (
            models.UniqueConstraint(
                fields=["instrument", "kind", "number"], name="qualification_number_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="qualification_interval"
            ),
        )
        indexes = (models.Index(fields=["holder", "instrument"]),)

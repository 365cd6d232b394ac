"""Bought services (政府购买服务): contracts of a county in a year, what was delivered, accepted and paid."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.ledger.models import Fund

__all__ = ["Contract", "Handover", "PurchaseYear"]

_SIGNED = """
IF EXISTS (SELECT 1 FROM funds_purchaseyear y WHERE y.id = {year} AND y.signed <>
    (SELECT coalesce(sum(c.amount), 0) FROM funds_contract c WHERE c.year_id = y.id)) THEN
  RAISE EXCEPTION 'what is signed in year % is not the sum of its contracts', {year}
    USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;"""

_WITHIN = """
PERFORM 1 FROM funds_contract c WHERE c.id = NEW.contract_id AND c.path = NEW.path FOR UPDATE;
IF NOT FOUND OR (SELECT sum(coalesce(h.accepted, h.claimed)) FROM funds_handover h
                 WHERE h.contract_id = NEW.contract_id AND h.state <> 'refused')
   > (SELECT c.amount FROM funds_contract c WHERE c.id = NEW.contract_id) THEN
  RAISE EXCEPTION 'no more is delivered than the contract is worth' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;"""

_ONWARD = """
IF (to_jsonb(NEW) - 'state' - 'accepted' - 'accepted_by' - 'accepted_by_name' - 'accepted_at' - 'opinion'
     - 'scheme' - 'source' - 'paid_by' - 'paid_at') IS DISTINCT FROM
   (to_jsonb(OLD) - 'state' - 'accepted' - 'accepted_by' - 'accepted_by_name' - 'accepted_at' - 'opinion'
     - 'scheme' - 'source' - 'paid_by' - 'paid_at')
   OR NOT (OLD.state = 'delivered' AND NEW.state IN ('accepted', 'refused')
           OR OLD.state = 'accepted' AND NEW.state = 'paid' AND NEW.accepted = OLD.accepted) THEN
  RAISE EXCEPTION 'a delivery is accepted once and paid once' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class PurchaseYear(Placed):
    """A county's purchases of one kind in one year: what is signed, and the cap as it stood at the last signing."""

    purchasing = models.CharField("购买服务", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    signed = models.BigIntegerField("已签合同（分）", default=0)
    cap = models.BigIntegerField("签约时上限（分）", default=0)

    class Meta:
        verbose_name = "购买服务年度账"
        constraints = (
            models.UniqueConstraint(fields=["path", "purchasing", "year"], name="purchase_year_once"),
            models.CheckConstraint(
                condition=Q(signed__gte=0, signed__lte=F("cap")), name="purchase_year_within_cap"
            ),
            Guard(
                name="funds_purchaseyear_adds_up", when="AFTER INSERT OR UPDATE", body=_SIGNED.format(year="NEW.id"),
                deferred=True,
            ),
            *never("funds_purchaseyear", "DELETE", "a year of purchases is never deleted"),
        )  # fmt: skip


class Contract(Placed):
    """A signed contract: of whom, which service, for how many people, at what price; never edited."""

    year = models.ForeignKey(PurchaseYear, models.PROTECT, related_name="contracts", verbose_name="年度账")
    number = models.CharField("合同编号", max_length=60)
    provider = models.CharField("承接主体", max_length=100)
    provider_code = models.CharField("统一社会信用代码", max_length=18)
    service = models.CharField("服务内容", max_length=30)
    people = models.PositiveIntegerField("服务人数")
    unit_price = models.BigIntegerField("单价（分）")
    amount = models.BigIntegerField("合同金额（分）")
    acceptance = models.CharField("验收标准", max_length=300)
    from_on = models.DateField("服务起始日")
    until_on = models.DateField("服务截止日")
    signed_on = models.DateField("签订日期")
    signed_by = models.CharField("签订人标识", max_length=40)
    signed_by_name = models.CharField("签订人", max_length=60)

    class Meta:
        verbose_name = "购买服务合同"
        constraints = (
            models.UniqueConstraint(fields=["path", "number"], name="contract_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, unit_price__gt=0, people__gt=0, until_on__gte=F("from_on")),
                name="contract_sound",
            ),
            Guard(
                name="funds_contract_adds_up", when="AFTER INSERT", body=_SIGNED.format(year="NEW.year_id"),
                deferred=True,
            ),
            *never("funds_contract", "UPDATE OR DELETE", "a signed contract is never edited"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Handover(Placed):
    """Services delivered for a stretch, with proof; accepted by somebody else, then paid once into the ledger."""

    class State(models.TextChoices):
        DELIVERED = "delivered", "待验收"
        ACCEPTED = "accepted", "已验收，待付款"
        REFUSED = "refused", "验收不合格"
        PAID = "paid", "已付款"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="handovers", verbose_name="合同")
    period = models.CharField("服务时段", max_length=60)
    served = models.PositiveIntegerField("服务人次")
    claimed = models.BigIntegerField("申报金额（分）")
    evidence = ArrayField(models.BigIntegerField(), default=list, verbose_name="服务凭证")
    record = models.CharField("服务记录", max_length=500)
    state = models.CharField("状态", max_length=9, choices=State, default=State.DELIVERED)
    registered_by = models.CharField("登记人标识", max_length=40)
    registered_by_name = models.CharField("登记人", max_length=60)
    registered_at = models.DateTimeField("登记时间")
    accepted = models.BigIntegerField("验收金额（分）", null=True)
    accepted_by = models.CharField("验收人标识", max_length=40, blank=True)
    accepted_by_name = models.CharField("验收人", max_length=60, blank=True)
    accepted_at = models.DateTimeField("验收时间", null=True)
    opinion = models.CharField("验收意见", max_length=300, blank=True)
    scheme = models.CharField("列支项目", max_length=60, blank=True)
    source = models.CharField("资金来源", max_length=10, choices=Fund, blank=True)
    paid_by = models.CharField("付款人标识", max_length=40, blank=True)
    paid_at = models.DateTimeField("付款时间", null=True)

    class Meta:
        verbose_name = "购买服务验收"
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "period"], condition=~Q(state="refused"), name="handover_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(claimed__gt=0)
                & (Q(accepted=None) | Q(accepted__gte=0, accepted__lte=F("claimed"))),
                name="handover_accepted_within_claim",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by="") | ~Q(accepted_by=F("registered_by")),
                name="handover_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", accepted=None)
                | Q(state="refused", accepted=0)
                | Q(state="accepted", accepted__gt=0, paid_at=None)
                | (Q(state="paid", accepted__gt=0, paid_at__isnull=False) & ~Q(paid_by=F("accepted_by"))),
                name="handover_state",
            ),
            Guard(name="funds_handover_moves", when="BEFORE UPDATE", body=_ONWARD),
            Guard(name="funds_handover_within", when="AFTER INSERT OR UPDATE", body=_WITHIN),
            *never("funds_handover", "DELETE", "a delivery is refused, never deleted"),
        )

"""A township's reserve fund in a year (乡镇备用金): its quota, what came, what went; never below zero.

The database holds it, not the program: the totals of a fund are the sums of its rows, a closed fund is never
touched again, and no row is altered or deleted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.ledger.models import Fund

__all__ = ["ReserveFund", "ReserveMove", "ReserveQuota", "totals_hold"]

_TOTALS = """
IF EXISTS (SELECT 1 FROM funds_reservefund f WHERE f.id = {fund} AND (
    f.paid <> (SELECT coalesce(sum(p.amount), 0) FROM funds_reservepayment p WHERE p.fund_id = f.id)
    OR (f.advanced, f.returned, f.cleared) <> (
      SELECT coalesce(sum(m.amount) FILTER (WHERE m.kind = 'advance'), 0),
             coalesce(sum(m.amount) FILTER (WHERE m.kind = 'back'), 0),
             coalesce(sum(m.amount) FILTER (WHERE m.kind = 'cleared'), 0)
      FROM funds_reservemove m WHERE m.fund_id = f.id))) THEN
  RAISE EXCEPTION 'the totals of reserve fund % are not the sums of its rows', {fund}
    USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;"""

_FUND_KEPT = """
IF (to_jsonb(NEW) - 'quota' - 'advanced' - 'paid' - 'returned' - 'cleared' - 'state' - 'closed_at') IS DISTINCT FROM
   (to_jsonb(OLD) - 'quota' - 'advanced' - 'paid' - 'returned' - 'cleared' - 'state' - 'closed_at')
   OR OLD.state = 'closed' THEN
  RAISE EXCEPTION 'a reserve fund keeps its place and year, and once closed it is not touched'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

_MOVE_STANDS = """
IF NOT EXISTS (SELECT 1 FROM funds_reservefund f WHERE f.id = NEW.fund_id AND f.path = NEW.path) THEN
  RAISE EXCEPTION 'money of a reserve fund stays in its township' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind = 'back' AND (
  SELECT p.amount < NEW.amount + coalesce((SELECT sum(m.amount) FROM funds_reservemove m WHERE m.payment_id = p.id), 0)
      OR p.fund_id <> NEW.fund_id
  FROM funds_reservepayment p WHERE p.id = NEW.payment_id FOR UPDATE) THEN
  RAISE EXCEPTION 'no more comes back than was paid' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;"""


def totals_hold(table: str, fund: str, when: str) -> Guard:
    """The totals of a fund are looked at again when a transaction that wrote this table ends."""
    return Guard(name=f"{table}_adds_up", when=when, body=_TOTALS.format(fund=fund), deferred=True)


class ReserveFund(Placed):
    """One township's fund for one scheme in one year, advanced by the county out of one source."""

    class State(models.TextChoices):
        OPEN = "open", "使用中"
        CLOSED = "closed", "已清缴"

    reserve = models.CharField("备用金", max_length=60)
    scheme = models.CharField("项目", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("拨付资金来源", max_length=10, choices=Fund)
    quota = models.BigIntegerField("核定额度（分）")
    advanced = models.BigIntegerField("拨入（分）", default=0)
    paid = models.BigIntegerField("支出（分）", default=0)
    returned = models.BigIntegerField("退回（分）", default=0)
    cleared = models.BigIntegerField("年终清缴（分）", default=0)
    state = models.CharField("状态", max_length=6, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField("清缴时间", null=True)

    class Meta:
        verbose_name = "乡镇备用金"
        constraints = (
            models.UniqueConstraint(fields=["path", "reserve", "year"], name="reserve_fund_once_a_year"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, returned__gte=0, cleared__gte=0, quota__gt=0)
                & Q(advanced__gte=F("paid") + F("cleared") - F("returned")),
                name="reserve_fund_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(returned__lte=F("paid")), name="reserve_fund_back_within_paid"
            ),
            models.CheckConstraint(
                condition=Q(state="open", cleared=0, closed_at=None)
                | Q(
                    state="closed", closed_at__isnull=False, advanced=F("paid") + F("cleared") - F("returned")
                ),
                name="reserve_fund_closed_empty",
            ),
            Guard(name="funds_reservefund_moves", when="BEFORE UPDATE", body=_FUND_KEPT),
            totals_hold("funds_reservefund", "NEW.id", "AFTER INSERT OR UPDATE"),
            *never("funds_reservefund", "DELETE", "a reserve fund is cleared, never deleted"),
        )

    @property
    def balance(self) -> int:
        """What may still be paid out of it."""
        return self.advanced - self.paid + self.returned - self.cleared

    def __str__(self) -> str:
        return f"{self.year} 年备用金"


class ReserveQuota(Placed):
    """What the county has fixed for a fund, with the grounds it had before it (人口、上年使用); the latest holds."""

    fund = models.ForeignKey(ReserveFund, models.PROTECT, related_name="quotas", verbose_name="备用金")
    amount = models.BigIntegerField("核定额度（分）")
    document = models.CharField("核定文号", max_length=60)
    population = models.PositiveIntegerField("人口")
    used_before = models.BigIntegerField("上年支出（分）")
    on = models.DateField("核定日期")
    by = models.CharField("核定人", max_length=40)

    class Meta:
        verbose_name = "备用金额度"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="reserve_quota_positive"),
            *never("funds_reservequota", "UPDATE OR DELETE", "a quota is fixed anew, never edited"),
        )


class ReserveMove(Placed):
    """Money into a fund from the county, back from somebody it was paid to, or back to the county at the year's end."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", "拨入"
        BACK = "back", "退回"
        CLEARED = "cleared", "年终清缴"

    fund = models.ForeignKey(ReserveFund, models.PROTECT, related_name="moves", verbose_name="备用金")
    kind = models.CharField("类别", max_length=7, choices=Kind)
    amount = models.BigIntegerField("金额（分）")
    document = models.CharField("凭据", max_length=200)
    payment = models.ForeignKey(
        "funds.ReservePayment", models.PROTECT, null=True, related_name="backs", verbose_name="支出"
    )
    on = models.DateField("日期")
    at = models.DateTimeField("时间")
    by = models.CharField("办理人标识", max_length=40)
    by_name = models.CharField("办理人", max_length=60)

    class Meta:
        verbose_name = "备用金收支"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="reserve_move_positive"),
            models.CheckConstraint(
                condition=Q(kind="back", payment__isnull=False) | (~Q(kind="back") & Q(payment=None)),
                name="reserve_move_back_names_payment",
            ),
            models.UniqueConstraint(
                fields=["fund", "document"],
                condition=Q(kind="advance"),
                name="reserve_advance_once_a_document",
            ),
            models.UniqueConstraint(
                fields=["fund"], condition=Q(kind="cleared"), name="reserve_cleared_once"
            ),
            Guard(name="funds_reservemove_stands", when="BEFORE INSERT", body=_MOVE_STANDS),
            totals_hold("funds_reservemove", "NEW.fund_id", "AFTER INSERT"),
            *never("funds_reservemove", "UPDATE OR DELETE", "a move is corrected by another one only"),
        )

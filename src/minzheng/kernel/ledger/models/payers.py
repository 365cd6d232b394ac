"""From which account of the office a place pays (发放专户): typed by one, confirmed by another, never altered."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed

from ..guards import Guard, never
from .books import Fund

__all__ = ["PayingAccount"]

_MOVES = """
IF (to_jsonb(NEW) - 'state' - 'decided_by' - 'decided_at') IS DISTINCT FROM
   (to_jsonb(OLD) - 'state' - 'decided_by' - 'decided_at')
   OR (OLD.state, NEW.state) NOT IN (('waiting', 'confirmed'), ('waiting', 'withdrawn')) THEN
  RAISE EXCEPTION 'a paying account is confirmed or withdrawn once, and never altered'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class PayingAccount(Placed):
    """An account of the office at a bank, out of which a scheme and fund of a place are paid from a day on.

    It is the office's, not a person's: its number is kept as it stands on the contract with the bank.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        WITHDRAWN = "withdrawn", "已作废"

    scheme = models.CharField("项目", max_length=60)
    fund = models.CharField("资金来源", max_length=10, choices=Fund)
    bank = models.CharField("开户银行", max_length=100)
    owner = models.CharField("户名", max_length=100)
    number = models.CharField("账号", max_length=34, validators=[RegexValidator(r"^[0-9]{6,34}$")])
    from_on = models.DateField("启用日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    registered_by = models.CharField("登记人", max_length=40)
    registered_at = models.DateTimeField("登记时间")
    decided_by = models.CharField("确认人", max_length=40, null=True)
    decided_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "发放专户"
        constraints = (
            models.UniqueConstraint(
                fields=["path", "scheme", "fund"], condition=Q(state="waiting"), name="paying_account_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["path", "scheme", "fund", "from_on"], condition=Q(state="confirmed"),
                name="paying_account_one_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | Q(state="withdrawn", decided_by__isnull=False, decided_at__isnull=False)
                | (Q(state="confirmed", decided_at__isnull=False) & ~Q(decided_by=F("registered_by"))),
                name="paying_account_under_four_eyes",
            ),
            Guard(name="ledger_payingaccount_moves", when="BEFORE UPDATE", body=_MOVES),
            *never("ledger_payingaccount", "DELETE", "a paying account is replaced by a later one, never deleted"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"

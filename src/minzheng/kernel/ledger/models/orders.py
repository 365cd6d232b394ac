"""What is ordered of the bank and what it answers: files, instructions, and the rows of its answers.

A payment may need several instructions (a closed account is repaired), but only one of them can be alive.
"Sent" is not "paid".
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.sealing import label, last_mark

from ..guards import Guard, never
from .runs import Batch, Payment

__all__ = ["BankFile", "Instruction", "ReturnRow"]

_ORDERS_AS_APPROVED = """
IF EXISTS (
  SELECT 1 FROM touched t LEFT JOIN ledger_payment p ON p.id = t.payment_id
  LEFT JOIN ledger_batch b ON b.id = p.batch_id
  WHERE p.id IS NULL OR t.batch_id <> p.batch_id OR t.amount <> p.amount
     OR b.state NOT IN ('approved', 'sent', 'reconciled')) THEN
  RAISE EXCEPTION 'an instruction is not of an approved payment' USING ERRCODE = 'foreign_key_violation';
END IF;
RETURN NULL;"""

# A new key seals or digests the same account anew: its first digest stays, or its last.
_INSTRUCTION_MOVES = f"""
IF TG_OP = 'DELETE' THEN
  RAISE EXCEPTION 'an instruction is never deleted' USING ERRCODE = 'restrict_violation';
END IF;
IF (NEW.payment_id, NEW.batch_id, NEW.amount, NEW.attempt, NEW.reference,
    NEW.account_owner, NEW.repaired_by)
   IS DISTINCT FROM
   (OLD.payment_id, OLD.batch_id, OLD.amount, OLD.attempt, OLD.reference,
    OLD.account_owner, OLD.repaired_by)
   OR ({label("NEW.account")} <> {label("OLD.account")} AND {last_mark("NEW.account")} <> {last_mark("OLD.account")})
   OR (OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id)
   OR NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
       ('pending', 'sent'), ('sent', 'paid'), ('sent', 'failed'))) THEN
  RAISE EXCEPTION 'instruction %: what was ordered cannot change', OLD.reference
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class BankFile(Placed):
    """A file handed to the bank: the first of a batch, or a later one with repaired instructions."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="files", verbose_name="批次")
    number = models.PositiveSmallIntegerField("文件序号")
    kind = models.CharField("格式", max_length=30, default="standard_csv")
    message_id = models.CharField("报文编号", max_length=35, unique=True, null=True)
    sha = models.CharField("文件摘要", max_length=64)
    count = models.PositiveIntegerField("笔数")
    total = models.BigIntegerField("金额（分）")
    # The payer as the file names it, kept so that the same bytes can be written again; a table names none.
    debtor = models.CharField("付款户名", max_length=100, blank=True)
    debtor_account = models.CharField("付款账号", max_length=34, blank=True)
    debtor_bank = models.CharField("付款银行", max_length=100, blank=True)
    by = models.CharField("送出人", max_length=40)
    at = models.DateTimeField("送出时间")

    class Meta:
        verbose_name = "银行文件"
        constraints = (
            models.UniqueConstraint(fields=["batch", "number"], name="bank_file_once"),
            *never("ledger_bankfile", "UPDATE OR DELETE", "a file that was sent is never changed"),
        )


class Instruction(Placed):
    """One attempt to carry out a payment, to one account, under one bank reference."""

    class State(models.TextChoices):
        PENDING = "pending", "待送银行"
        SENT = "sent", "已送银行"
        PAID = "paid", "发放成功"
        FAILED = "failed", "发放失败"

    # Read by its batch, payment or reference, never by place alone: a province's million rows need no more indexes.
    path = PathField(verbose_name="管辖")
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="instructions",
        verbose_name="发放明细",
    )
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="instructions",
        verbose_name="批次",
    )
    amount = models.BigIntegerField("金额（分）")
    attempt = models.PositiveSmallIntegerField("次数")
    reference = models.CharField("付款编号", max_length=60)
    account = SealedField(verbose_name="银行账号")
    account_owner = models.CharField("户名", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PENDING)
    failure = models.CharField("失败原因", max_length=200, blank=True)
    file = models.ForeignKey(
        BankFile,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="instructions",
        verbose_name="银行文件",
    )
    repaired_by = models.CharField("修正人", max_length=40, null=True)
    released_by = models.CharField("放行人", max_length=40, null=True)

    class Meta:
        verbose_name = "付款指令"
        constraints = (
            models.UniqueConstraint(fields=["reference"], name="instruction_reference_once"),
            models.UniqueConstraint(fields=["payment", "attempt"], name="instruction_attempt_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=~Q(state="failed"), name="instruction_one_alive"
            ),
            models.CheckConstraint(
                condition=Q(repaired_by=None) | Q(released_by=None) | ~Q(released_by=F("repaired_by")),
                name="instruction_repair_under_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", file=None) | (~Q(state="pending") & Q(file__isnull=False)),
                name="instruction_sent_is_in_a_file",
            ),
            Guard(
                name="ledger_instruction_as_approved", when="AFTER INSERT", level="STATEMENT",
                body=_ORDERS_AS_APPROVED, referencing="REFERENCING NEW TABLE AS touched",
            ),
            Guard(name="ledger_instruction_moves", when="BEFORE UPDATE OR DELETE", body=_INSTRUCTION_MOVES),
            never("ledger_instruction", "DELETE", "an instruction is never deleted")[1],
        )  # fmt: skip
        indexes = (models.Index(fields=["batch", "state"]),)


class ReturnRow(Placed):
    """One row of a bank's answer as it came, and what was made of it; unknown ones stay in sight."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", "已入账"
        DUPLICATE = "duplicate", "重复回执，已忽略"
        UNKNOWN = "unknown", "编号不在已送明细中"
        AMOUNT_DIFFERS = "amount_differs", "金额与送出不符"
        CONTRADICTS = "contradicts", "与先前回执矛盾"

    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="returns", verbose_name="批次")
    receipt = models.ForeignKey(
        "ledger.Receipt", models.PROTECT, null=True, related_name="lines", verbose_name="回单文件"
    )
    reference = models.CharField("付款编号", max_length=60)
    paid = models.BooleanField("成功")
    amount = models.BigIntegerField("金额（分）")
    reason = models.CharField("银行说明", max_length=200, blank=True)
    outcome = models.CharField("处理结果", max_length=14, choices=Outcome)
    by = models.CharField("读入人", max_length=40)
    at = models.DateTimeField("读入时间")

    class Meta:
        verbose_name = "银行回执"
        constraints = (
            models.UniqueConstraint(
                fields=["reference"], condition=Q(outcome="applied"), name="return_applied_once"
            ),
            *never("ledger_returnrow", "UPDATE OR DELETE", "a bank's answer is kept as it came"),
        )

"""What goes to the bank: the approved content exactly, in a file that can be produced again byte for byte."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.db import connection
from django.db.models import Max

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, read, verb
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused

from .bank import FILE_HEADER, BankLine, write_file
from .content import sm3
from .duties import locked, require_payer, require_reviewer, require_state
from .models import BankFile, Batch, Entitlement, Instruction, Journal
from .payees import Payee, check_payee
from .posting import post
from .running import refuse_if_altered
from .statements import ORDER_PAYMENTS

__all__ = ["Outgoing", "bank_file", "bank_workbook", "repair", "resend", "send"]


@dataclass(frozen=True)
class Outgoing:
    """A file for the bank: its record, a name to save it under, and its bytes."""

    record: BankFile
    name: str
    content: bytes


@verb("ledger.send", label="送银行")
def send(*, batch: Batch, by: Actor) -> Outgoing:
    """The approved batch goes to the bank, once; its digest is checked again first."""
    row = locked(batch)
    require_payer(row, by)
    require_state(row, Batch.State.APPROVED)
    refuse_if_altered(row)
    return _hand_over(row, by)


@verb("ledger.repair", label="修正收款账户")
def repair(*, instruction: Instruction, account: str, owner: str, reason: str, by: Actor) -> Instruction:
    """A failed payment gets another account: a new instruction waits for release, the payment stays one.

    The entitlement takes the account over, so that next month does not fail again.
    """
    batch = locked(instruction.payment.batch)
    require_payer(batch, by)
    require_state(batch, Batch.State.SENT, Batch.State.RECONCILED)
    failed = _failed(instruction)
    if not reason.strip():
        raise Refused("reason_missing", "请写明修正账户的原因。", field="reason")
    payment, entitlement = failed.payment, failed.payment.entitlement
    payee = check_payee(
        Payee(person=entitlement.payee, account=account, owner=owner, agreement=entitlement.agreement),
        household=payment.household,
        person=payment.person,
    )
    attempt = failed.attempt + 1
    repaired = Instruction.objects.create(
        payment=payment, batch=batch, amount=payment.amount, path=payment.path, attempt=attempt,
        account=payee.account, account_owner=payee.owner,
        reference=f"MZ{batch.pk}-{payment.pk}-{attempt}", repaired_by=by.id,
    )  # fmt: skip
    _carry_over(entitlement, payee)
    note(about=repaired, path=payment.path, reason=reason, after={"payment": payment.pk, "attempt": attempt})
    return repaired


def _failed(instruction: Instruction) -> Instruction:
    """The instruction the bank gave back, if nothing has been done about it yet."""
    failed = Instruction.objects.select_related("payment__entitlement__payee").get(pk=instruction.pk)
    if failed.state != Instruction.State.FAILED:
        raise Refused("instruction_not_failed", "只有银行退回的付款才能修正账户。请刷新页面查看最新状态。")
    if failed.payment.instructions.filter(attempt__gt=failed.attempt).exists():
        raise Refused("repaired_already", "这笔付款已修正过账户，正等待放行或银行答复。请勿重复修正。")
    return failed


@verb("ledger.resend", label="放行修正后的付款")
def resend(*, batch: Batch, by: Actor) -> Outgoing:
    """A reviewer who typed none of the new accounts releases them to the bank, in a file of their own."""
    row = locked(batch)
    require_reviewer(row, by)
    require_state(row, Batch.State.SENT, Batch.State.RECONCILED)
    refuse_if_altered(row)
    waiting = Instruction.objects.filter(batch=row, state=Instruction.State.PENDING)
    if not waiting.exists():
        raise Refused("nothing_to_send", "没有等待放行的付款。请先修正退回付款的账户。")
    if waiting.filter(repaired_by=by.id).exists():
        raise NotAllowed("repairer_releases", "修正账户的人不能自己放行。请由另一位复核人员办理。")
    return _hand_over(row, by)


def bank_file(*, record: BankFile, by: Actor) -> Outgoing:
    """A file already handed over, once more: the same bytes, or an alarm."""
    batch = in_scope(Batch.objects.filter(pk=record.batch_id), by).first()
    if batch is None:
        raise NotFound("batch_unknown", "没有这个发放批次。请返回批次列表重新选择。")
    if by.post_for(batch.payer_role, path=batch.path) is None:
        require_reviewer(batch, by)
    content = write_file(_lines(batch, _SENT, [record.pk]))
    if sm3(content) != record.sha:
        raise Mistake("bank_file_altered", "重新生成的银行文件与送出时不一致。请立即报告资金主管核查。")
    read("ledger.bank_file", by=by, about=record, path=batch.path)
    return Outgoing(record=record, name=_name(batch, record.number), content=content)


def bank_workbook(*, record: BankFile, by: Actor) -> bytes:
    """The same file as a workbook, every cell a text, for a bank that asks for one."""
    sent = bank_file(record=record, by=by)
    batch = record.batch
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False}) as book:
        sheet = book.add_worksheet("发放明细")
        sheet.write_row(0, 0, FILE_HEADER)
        for at, line in enumerate(_lines(batch, _SENT, [sent.record.pk]), start=1):
            for column, text in enumerate((line.batch, line.reference, line.owner, line.account)):
                sheet.write_string(at, column, text)
            sheet.write_string(at, 4, f"{line.amount // 100}.{line.amount % 100:02d}")
    return out.getvalue()


def _hand_over(batch: Batch, by: Actor) -> Outgoing:
    """Everything that waits goes into one file; the money is in transit from now on.

    The first time these are the payments themselves, whose orders are written as sent; later the repaired ones.
    """
    number = (batch.files.aggregate(Max("number"))["number__max"] or 0) + 1
    first = number == 1
    lines = list(_lines(batch, _FIRST if first else _WAITING, [batch.pk]))
    content = write_file(lines)
    record = BankFile.objects.create(
        batch=batch, path=batch.path, number=number, sha=sm3(content), count=len(lines),
        total=sum(line.amount for line in lines), by=by.id, at=clock.now(),
    )  # fmt: skip
    if first:
        facts: dict[str, Any] = {"batch": batch.pk, "file": record.pk, "by": by.id, "after": 0, "last": _LAST}
        with connection.cursor() as cursor:
            cursor.execute(ORDER_PAYMENTS, facts)
    else:
        waiting = Instruction.objects.filter(batch=batch, state=Instruction.State.PENDING)
        waiting.update(state=Instruction.State.SENT, file=record, released_by=by.id)
    post(batch, Journal.Kind.ORDER, record.total, step=number, by=by)
    batch.state, batch.version = Batch.State.SENT, batch.version + 1
    batch.save(update_fields=["state", "version"])
    note(about=batch, path=batch.path, after={"file": number, "count": record.count, "sha": record.sha})
    return Outgoing(record=record, name=_name(batch, number), content=content)


_LAST = 2**63 - 1
_COLUMNS = "reference, account_owner, account, amount"
_FIRST = """
SELECT 'MZ' || batch_id || '-' || id || '-1', account_owner, account, amount
FROM ledger_payment WHERE batch_id = %s ORDER BY id"""
_WAITING = f"""
SELECT {_COLUMNS} FROM ledger_instruction WHERE batch_id = %s AND state = 'pending' ORDER BY payment_id, attempt"""
_SENT = f"SELECT {_COLUMNS} FROM ledger_instruction WHERE file_id = %s ORDER BY payment_id, attempt"


def _lines(batch: Batch, select: str, of: list[int]) -> Iterator[BankLine]:
    """The lines of a file, in their one order."""
    with connection.cursor() as cursor:
        cursor.execute(select, of)
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                yield BankLine(batch.number, *row)


def _name(batch: Batch, number: int) -> str:
    return f"{batch.number.replace('/', '_')}_{number:02d}.csv"


def _carry_over(paid: Entitlement, payee: Payee) -> None:
    """The account of whatever entitlement of the same beneficiary and scheme still runs."""
    running = Entitlement.objects.select_for_update().filter(
        paid.beneficiary, scheme=paid.scheme, payee_id=paid.payee_id
    )
    for row in running.exclude(state=Entitlement.State.SUPERSEDED).order_by("id"):
        row.account, row.account_owner, row.version = payee.account, payee.owner, row.version + 1
        row.save(update_fields=["account", "account_owner", "version"])

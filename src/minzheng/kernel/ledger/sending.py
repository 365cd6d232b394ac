"""What goes to the bank: the approved content exactly, in a file that can be produced again byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Subquery, Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor, note, read, verb
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused
from minzheng.kernel.people.bulksealing import opened_many

from .bank.layouts import BankLayout, layout, layout_at
from .bank.lines import Row
from .bank.pain001 import Heading
from .bank.producing import produce
from .content import sm3
from .duties import locked, require_payer, require_reviewer, require_state
from .models import BankFile, Batch, Delivery, Entitlement, Fund, Instruction, Journal, Payment
from .payees import Payee, check_payee
from .paying import paying_account
from .posting import post
from .running import refuse_if_altered
from .statements import ORDER_PAYMENTS

__all__ = ["Outgoing", "bank_file", "bank_workbook", "content_of", "order_again", "repair", "resend", "send"]


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
    payee = _another(payment, entitlement, account, owner)
    attempt = failed.attempt + 1
    repaired = Instruction.objects.create(
        payment=payment, batch=batch, amount=payment.amount, path=payment.path, attempt=attempt,
        account=payee.account, account_owner=payee.owner,
        reference=f"MZ{batch.pk}-{payment.pk}-{attempt}", repaired_by=by.id,
    )  # fmt: skip
    _carry_over(entitlement, payee)
    note(about=repaired, path=payment.path, reason=reason, after={"payment": payment.pk, "attempt": attempt})
    return repaired


def _another(payment: Payment, entitlement: Entitlement, account: str, owner: str) -> Payee:
    """Another account of whoever is paid, or of the organisation that the agreement pays to."""
    found = Payee(
        person=entitlement.payee, account=account, owner=owner, agreement=entitlement.agreement,
        unit=entitlement.account_owner,
    )  # fmt: skip
    return check_payee(found, household=payment.household, person=payment.person)


def _failed(instruction: Instruction) -> Instruction:
    """The instruction the bank gave back, if nothing has been done about it yet."""
    failed = Instruction.objects.select_related("payment__entitlement__payee").get(pk=instruction.pk)
    if failed.state != Instruction.State.FAILED:
        raise Refused("instruction_not_failed", "只有银行退回的付款才能修正账户。请刷新页面查看最新状态。")
    if failed.payment.instructions.filter(attempt__gt=failed.attempt).exists():
        raise Refused("repaired_already", "这笔付款已修正过账户，正等待放行或银行答复。请勿重复修正。")
    return failed


@verb("ledger.order_again", label="重新送出银行拒收的文件")
def order_again(*, batch: Batch, by: Actor) -> int:
    """What the bank refused as a whole file waits to be released again, to the same accounts; gives how many."""
    row = locked(batch)
    require_payer(row, by)
    require_state(row, Batch.State.SENT, Batch.State.RECONCILED)
    refused = Instruction.objects.filter(
        batch=row, state=Instruction.State.FAILED, file__delivery__state=Delivery.State.REFUSED
    )
    later = Instruction.objects.filter(payment=OuterRef("payment"), attempt__gt=OuterRef("attempt")).values(
        "pk"
    )[:1]
    again = [
        Instruction(
            payment_id=one.payment_id, batch=row, amount=one.amount, path=one.path, attempt=one.attempt + 1,
            account=one.account, account_owner=one.account_owner, repaired_by=by.id,
            reference=f"MZ{row.pk}-{one.payment_id}-{one.attempt + 1}",
        )
        for one in refused.alias(later=Subquery(later)).filter(later=None).order_by("id").iterator()
    ]  # fmt: skip
    if not again:
        raise Refused("nothing_to_send", "没有因银行拒收文件而需要重新送出的付款。")
    Instruction.objects.bulk_create(again, batch_size=2000)
    note(about=row, path=row.path, after={"again": len(again)})
    return len(again)


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
    content = content_of(record)
    if sm3(content) != record.sha:
        raise Mistake("bank_file_altered", "重新生成的银行文件与送出时不一致。请立即报告资金主管核查。")
    read("ledger.bank_file", by=by, about=record, path=batch.path)
    return Outgoing(record=record, name=_name(batch, record), content=content)


def content_of(record: BankFile) -> bytes:
    """The bytes that were handed over, written once more."""
    return _written(record, _lines(record.batch, _SENT, [record.pk]))


def bank_workbook(*, record: BankFile, by: Actor) -> bytes:
    """The same payments as a workbook, for eyes that want one."""
    sent = bank_file(record=record, by=by)
    heading = Heading(
        message_id="", created=record.at, debtor="", debtor_account="", on=record.at.date(), count=record.count,
        total=record.total,
    )  # fmt: skip
    lines = _lines(sent.record.batch, _SENT, [record.pk])
    return b"".join(produce(lines, layout=layout("xlsx"), heading=heading))


def _hand_over(batch: Batch, by: Actor) -> Outgoing:
    """Everything that waits goes into one file; the money is in transit from now on.

    The first time these are the payments themselves, whose orders are written as sent; later the repaired ones.
    """
    number = (batch.files.aggregate(Max("number"))["number__max"] or 0) + 1
    first, at = number == 1, clock.now()
    layout = layout_at(catalogue.current().parameters(), path=batch.path, on=clock.today())
    waiting = Instruction.objects.filter(batch=batch, state=Instruction.State.PENDING)
    sums = waiting.aggregate(count=Count("id"), total=Sum("amount", default=0))
    count, total = (batch.count, batch.total) if first else (sums["count"], sums["total"])
    record = BankFile(
        batch=batch, path=batch.path, number=number, kind=layout.code, message_id=f"MZ{batch.pk}F{number}",
        count=count, total=total, by=by.id, at=at, **_payer(batch, layout),
    )  # fmt: skip
    content = _written(record, _lines(batch, _FIRST if first else _WAITING, [batch.pk]))
    record.sha = sm3(content)
    record.save(force_insert=True)
    if first:
        _order(record, by)
    else:
        waiting.update(state=Instruction.State.SENT, file=record, released_by=by.id)
    post(batch, Journal.Kind.ORDER, record.total, step=number, by=by)
    batch.state, batch.version = Batch.State.SENT, batch.version + 1
    batch.save(update_fields=["state", "version"])
    channel = Delivery.Channel(str(_parameter("ledger.bank_channel", batch.path)))
    Delivery.objects.create(file=record, path=batch.path, channel=channel, next_at=at)
    note(about=batch, path=batch.path, after={"file": number, "count": record.count, "sha": record.sha})
    return Outgoing(record=record, name=_name(batch, record), content=content)


def _order(record: BankFile, by: Actor) -> None:
    """The orders of all payments of the batch, written as sent with this file."""
    facts: dict[str, Any] = {"batch": record.batch_id, "file": record.pk, "by": by.id}
    with connection.cursor() as cursor:
        cursor.execute(ORDER_PAYMENTS, facts)


def _parameter(key: str, path: str) -> object:
    return catalogue.current().parameters().get(key, path=path, on=clock.today()).value


def _payer(batch: Batch, layout: BankLayout) -> dict[str, str]:
    """The office's own account, for a layout that names it."""
    if layout.kind != "pain001":
        return {}
    found = paying_account(batch, on=clock.today())
    if found is None:
        raise Refused(
            "paying_account_missing",
            f"尚未登记{name_of(batch.path)}{Fund(batch.fund).label}的发放专户，付款文件须写明付款账户。"
            "请由资金复核岗位在“资金发放 › 发放专户”登记，另一人确认后再送银行。",
        )
    return {"debtor": found.owner, "debtor_account": found.number, "debtor_bank": found.bank}


def _written(record: BankFile, lines: Iterable[Row]) -> bytes:
    """The file in its layout: the same bytes whenever it is written again."""
    heading = Heading(
        message_id=record.message_id or "", created=record.at, debtor=record.debtor, bank=record.debtor_bank,
        debtor_account=record.debtor_account, on=record.at.date(), count=record.count, total=record.total,
    )  # fmt: skip
    return b"".join(produce(lines, layout=layout(record.kind), heading=heading))


_COLUMNS = "reference, account_owner, account, amount"
_FIRST = """
SELECT 'MZ' || batch_id || '-' || id || '-1', account_owner, account, amount
FROM ledger_payment WHERE batch_id = %s ORDER BY id"""
_WAITING = f"""
SELECT {_COLUMNS} FROM ledger_instruction WHERE batch_id = %s AND state = 'pending' ORDER BY payment_id, attempt"""
_SENT = f"SELECT {_COLUMNS} FROM ledger_instruction WHERE file_id = %s ORDER BY payment_id, attempt"


def _lines(batch: Batch, select: str, of: list[int]) -> Iterator[Row]:
    """The lines of a file, in their one order."""
    with connection.cursor() as cursor:
        cursor.execute(select, of)
        while rows := cursor.fetchmany(10_000):
            accounts = opened_many([account for _, _, account, _ in rows], "account")
            for (reference, owner, _, amount), account in zip(rows, accounts, strict=True):
                yield batch.number, reference, owner, account, amount


def _name(batch: Batch, record: BankFile) -> str:
    return f"{batch.number.replace('/', '_')}_{record.number:02d}{layout(record.kind).suffix}"


def _carry_over(paid: Entitlement, payee: Payee) -> None:
    """The account of whatever entitlement of the same beneficiary and scheme still runs."""
    running = Entitlement.objects.select_for_update().filter(
        paid.beneficiary, scheme=paid.scheme, payee_id=paid.payee_id
    )
    for row in running.exclude(state=Entitlement.State.SUPERSEDED).order_by("id"):
        row.account, row.account_owner, row.version = payee.account, payee.owner, row.version + 1
        row.save(update_fields=["account", "account_owner", "version"])

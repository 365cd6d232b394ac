"""Files on their way to the bank, and the bank's answers as they come in: tried until acknowledged, kept as they came.

Nothing here pays or orders anything: a file that is handed over twice bears the same number, and the bank takes
a number once.  An answer is kept before it is understood; one that cannot be read stays in sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused

from .bank.answers import Answer, read
from .bank.channel import (
    Collected,
    Unacknowledged,
    collect_folder,
    collect_http,
    deliver_folder,
    deliver_http,
    put_aside,
)  # fmt: skip
from .bank.layouts import layout
from .bank.lines import Return
from .content import sm3
from .keys import bank_key
from .models import BankFile, Batch, Delivery, Instruction, Receipt, ReturnRow
from .sending import content_of
from .settling import read_returns

__all__ = ["collect", "deliver", "deliver_waiting", "receive"]

CLERK = system("bank")
_LONGEST_WAIT = timedelta(minutes=30)
_AT_BANK = (Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)
_REFERENCE = re.compile(r"MZ([0-9]{1,18})-[0-9]+-[0-9]+")


def deliver_waiting() -> int:
    """Every file whose time has come is handed over; gives how many the bank has acknowledged."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=clock.now())
    rows = due.exclude(channel=Delivery.Channel.HAND).order_by("id")
    return sum(deliver(delivery=row, by=CLERK).state == Delivery.State.ACKNOWLEDGED for row in rows)


@verb("ledger.deliver", label="向银行送达文件")
def deliver(*, delivery: Delivery, by: Actor) -> Delivery:
    """Hand one file over: acknowledged, refused for good, or to be tried again later under the same number."""
    _only_the_platform(by)
    row = Delivery.objects.select_for_update().select_related("file__batch").get(pk=delivery.pk)
    if row.state != Delivery.State.WAITING or row.channel == Delivery.Channel.HAND:
        return row
    row.attempts += 1
    try:
        _hand(row)
    except Unacknowledged as error:
        wait = min(timedelta(seconds=5 * 2 ** min(row.attempts, 10)), _LONGEST_WAIT)
        row.error, row.next_at = error.message[:300], clock.now() + wait
    except Refused as error:
        row.state, row.error, row.next_at = Delivery.State.REFUSED, error.message[:300], None
        row.save()
        _refused(row.file, error.message, by)
    else:
        row.state, row.acknowledged_at = Delivery.State.ACKNOWLEDGED, clock.now()
        row.error, row.next_at = "", None
    row.save()
    note(about=row, path=row.path, after={"state": row.state, "attempts": row.attempts})
    return row


def _hand(row: Delivery) -> None:
    record = row.file
    content = content_of(record)
    if sm3(content) != record.sha:
        raise Refused("bank_file_altered", "重新生成的银行文件与送出时不一致。请立即报告资金主管核查。")
    name = f"{record.message_id}{layout(record.kind).suffix}"
    if row.channel == Delivery.Channel.FOLDER:
        deliver_folder(Path(settings.MINZHENG_BANK_FOLDER), name, content)
    else:
        deliver_http(settings.MINZHENG_BANK, bank_key(), record.message_id or "", name, content)


def _refused(record: BankFile, reason: str, by: Actor, receipt: Receipt | None = None) -> None:
    """A file refused whole pays nothing: each of its orders comes back, in the books as well."""
    open_ = Instruction.objects.filter(file=record, state=Instruction.State.SENT)
    rows = [
        Return(reference, False, amount, reason[:200])
        for reference, amount in open_.values_list("reference", "amount")
    ]
    if rows:
        read_returns(batch=record.batch, rows=rows, by=by, receipt=receipt)


def collect() -> int:
    """Fetch what the bank has answered since the last time, over every channel in use; gives how many came."""
    number = 0
    used = set(Delivery.objects.values_list("channel", flat=True).distinct())
    if Delivery.Channel.HTTP in used:
        after = Receipt.objects.aggregate(last=Max("cursor"))["last"] or 0
        for one in collect_http(settings.MINZHENG_BANK, bank_key(), after):
            receive(one=one, channel=Delivery.Channel.HTTP, by=CLERK)
            number += 1
    if Delivery.Channel.FOLDER in used:
        folder = Path(settings.MINZHENG_BANK_FOLDER)
        for one in collect_folder(folder):
            receive(one=one, channel=Delivery.Channel.FOLDER, by=CLERK)
            put_aside(folder, one.name)
            number += 1
    return number


@verb("ledger.receive", label="收取银行回单")
def receive(*, one: Collected, channel: Delivery.Channel, by: Actor) -> Receipt:
    """Keep an answer as it came and carry out what it says; the same content takes effect once."""
    _only_the_platform(by)
    sha, cursor = sm3(one.content), one.cursor or None
    if cursor is not None and (known := Receipt.objects.filter(cursor=cursor).first()) is not None:
        return known
    words = {
        "name": one.name[:200],
        "channel": channel,
        "sha": sha,
        "cursor": cursor,
        "at": clock.now(),
        "by": by.id,
    }
    root = _root()
    if Receipt.objects.filter(sha=sha).exclude(state=Receipt.State.REPEATED).exists():
        return Receipt.objects.create(**words, path=root, content=b"", state=Receipt.State.REPEATED)
    try:
        answer = read(one.content)
    except MinzhengError as error:
        unread = Receipt.State.UNREADABLE
        return Receipt.objects.create(
            **words, path=root, content=one.content, state=unread, message=error.message[:300]
        )
    receipt = Receipt.objects.create(
        **words, path=root, content=one.content, state=Receipt.State.READ, rows=len(answer.returns)
    )
    _carry_out(receipt, answer, by)
    note(about=receipt, path=root, after={"rows": receipt.rows, "pending": len(answer.pending)})
    return receipt


def _carry_out(receipt: Receipt, answer: Answer, by: Actor) -> None:
    """Each batch its own rows; what belongs to none stays in sight."""
    if answer.refused and (record := BankFile.objects.filter(message_id=answer.original).first()) is not None:
        Delivery.objects.filter(file=record).update(
            state=Delivery.State.REFUSED, error=answer.refused[:300], acknowledged_at=None, next_at=None
        )
        _refused(record, answer.refused, by, receipt)
    found: dict[int, list[Return]] = {}
    for one in answer.returns:
        match = _REFERENCE.fullmatch(one.reference)
        found.setdefault(int(match[1]) if match else 0, []).append(one)
    batches = Batch.objects.in_bulk(found)
    for pk in sorted(found):
        batch = batches.get(pk)
        if batch is not None and batch.state in _AT_BANK:
            read_returns(batch=batch, rows=found[pk], by=by, receipt=receipt)
        else:
            ReturnRow.objects.bulk_create(_strangers(receipt, found[pk], by), batch_size=2000)


def _strangers(receipt: Receipt, rows: list[Return], by: Actor) -> Iterator[ReturnRow]:
    for one in rows:
        yield ReturnRow(
            receipt=receipt, path=receipt.path, reference=one.reference[:60], paid=one.paid, amount=one.amount,
            reason=one.reason[:200], outcome=ReturnRow.Outcome.UNKNOWN, by=by.id, at=receipt.at,
        )  # fmt: skip


def _root() -> str:
    """The place of what belongs to no county: the topmost that has batches."""
    first = Batch.objects.order_by("id").values_list("path", flat=True).first()
    return f"{first.split('/')[0]}/" if first else "22/"


def _only_the_platform(by: Actor) -> None:
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "银行文件的收发由平台自动办理。人工送交的，请在批次页面读入回单。")

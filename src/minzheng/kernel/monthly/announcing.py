"""Payees are told by themselves: what has arrived and on which card, or what came back and what to bring.

Told from the books, batch by batch, by one statement; each payment once, whoever runs it and however often.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger.models import Journal
from minzheng.kernel.notices.telling import tell_all
from minzheng.kernel.people.sealing import tail

from .models import Announcement

__all__ = ["announce", "unannounced"]

_KINDS = (Journal.Kind.SETTLEMENT, Journal.Kind.RETURN)
_AT_ONCE = 200
# What arrived longer ago is no news to anybody.
_MONTHS_BACK = 2

_YUAN = "ltrim(to_char(i.amount / 100.0, '999,999,999,990.00'))"

_ARRIVED = f"""
SELECT i.path, e.payee_id, %(month)s || %(scheme)s || '已到账',
  %(month)s || %(scheme)s || ' ' || {_YUAN} || ' 元已发放到尾号 ' || {tail("i.account")} || ' 的账户（户名'
  || i.account_owner || '）。' || CASE WHEN p.makeup > 0 THEN '其中含补发。' ELSE '' END
  || CASE WHEN p.withheld > 0 THEN '已按约定扣回以前多发的部分。' ELSE '' END
  || '如未收到，请联系乡镇（街道）经办人员。', 'paid:' || i.id
FROM ledger_instruction i JOIN ledger_payment p ON p.id = i.payment_id
  JOIN ledger_entitlement e ON e.id = p.entitlement_id
WHERE i.batch_id = %(batch)s AND i.state = 'paid'
UNION ALL
SELECT i.path, e.payee_id, %(month)s || %(scheme)s || '未能到账',
  %(month)s || %(scheme)s || ' ' || {_YUAN} || ' 元被银行退回，原因：' || i.failure || '。退回的账户尾号 '
  || {tail("i.account")} || '。请带本人身份证和另一张本人的银行卡，到乡镇（街道）经办窗口更换账户，更换后补发。',
  'returned:' || i.id
FROM ledger_instruction i JOIN ledger_payment p ON p.id = i.payment_id
  JOIN ledger_entitlement e ON e.id = p.entitlement_id
WHERE i.batch_id = %(batch)s AND i.state = 'failed'
  AND NOT EXISTS (SELECT 1 FROM ledger_instruction n WHERE n.payment_id = i.payment_id AND n.attempt > i.attempt)"""


def unannounced() -> list[int]:
    """Vouchers of what arrived or came back whose payees were not told yet, the oldest first."""
    since = Month.of(clock.today()) - _MONTHS_BACK
    rows = Journal.objects.filter(kind__in=_KINDS, batch__month__gte=since.first)
    told = Announcement.objects.values("journal")
    return list(rows.exclude(pk__in=told).order_by("id").values_list("id", flat=True)[:_AT_ONCE])


@verb("monthly.announce", label="到账告知")
def announce(*, journal_id: int, by: Actor) -> int:
    """Tell everyone of the voucher's batch who was not told; of two at once the second finds it done."""
    journal = Journal.objects.select_for_update(of=("self",)).select_related("batch").get(pk=journal_id)
    if Announcement.objects.filter(journal=journal).exists() or journal.batch is None:
        return 0
    batch, month = journal.batch, Month.of(journal.batch.month)
    declared = catalogue.current().schemes.get(batch.scheme)
    facts: dict[str, Any] = {
        "batch": batch.pk, "month": f"{month.year}年{month.month}月",
        "scheme": declared.item.label if declared else batch.scheme,
    }  # fmt: skip
    told = tell_all(select=_ARRIVED, facts=facts, path=batch.path, by=by)
    row = Announcement.objects.create(journal=journal, path=batch.path, told=told, at=clock.now())
    note(about=row, path=batch.path, after={"told": told, "batch": batch.number})
    return told

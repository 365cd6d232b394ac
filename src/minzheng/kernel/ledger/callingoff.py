"""Make-ups called off together, when the decision they rest on is taken back (撤销标准发布)."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed

from .models import Adjustment, Batch, Payment

__all__ = ["call_off_decision"]


@verb("ledger.call_off_decision", label="批量撤销补发")
def call_off_decision(*, decision_number: str, reason: str, by: Actor) -> int:
    """Whatever of it no batch under review or approved carries; drafts that carry it are drawn up again."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "批量撤销补发由平台随标准发布的撤销自动办理，不能代办。")
    rows = Adjustment.objects.filter(
        kind=Adjustment.Kind.MAKEUP, decision_number=decision_number, cancelled_at=None
    )
    carried = Payment.objects.exclude(batch__state=Batch.State.DRAFT).filter(carried__adjustment__in=rows)
    count = rows.exclude(carried__payment__in=carried).update(cancelled_at=clock.now(), cancelled_by=by.id)
    note(reason=reason, after={"called_off": count, "decision": decision_number})
    return count

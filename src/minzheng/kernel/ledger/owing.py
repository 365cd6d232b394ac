"""What is owed later: make-ups (补发) added to a later payment, and what is called off before it is approved.

An approved month is never edited (00 §0.4): what it lacked is an entry of its own, with the decision it
rests on, and travels with the next payment of the same household or person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused

from .duties import require_scheme_payer
from .entitling import Basis
from .models import Adjustment, Entitlement, Payment

__all__ = ["Owed", "adjustment", "books_of", "call_off", "make_up"]


@dataclass(frozen=True, slots=True)
class Owed:
    """One entitlement, the benefit months it is about (until exclusive), and how much in fen."""

    entitlement: int
    for_from: Month
    for_until: Month
    amount: int


@verb("ledger.make_up", label="登记补发")
def make_up(
    *, rows: Sequence[Owed], from_month: Month, basis: Basis, reason: str, place: str, by: Actor
) -> int:
    """Amounts added to the next payment from a month on; each once for a decision and month.  Gives how many."""
    if not by.covers(place):
        raise NotAllowed("out_of_scope", "该地区不在您的管辖范围内，不能办理。")
    if any(one.amount <= 0 or not one.for_from < one.for_until for one in rows):
        raise Refused("amount_positive", "补发金额须大于零，起始月须早于截止月。请核对。", field="amount")
    if not reason.strip():
        raise Refused("reason_missing", "补发须写明原因。请填写。", field="reason")
    found = Entitlement.objects.in_bulk([one.entitlement for one in rows])
    if any(not found[one.entitlement].path.startswith(place) for one in rows):
        raise NotAllowed("out_of_scope", "其中有不在本地区的待遇，不能办理。")
    Adjustment.objects.bulk_create(
        [
            adjustment(Adjustment.Kind.MAKEUP, found[one.entitlement], one, from_month, basis, reason, by)
            for one in rows
        ],
        batch_size=5000, ignore_conflicts=True,
    )  # fmt: skip
    note(path=place, reason=reason, case_id=basis.case_id,
         after={"count": len(rows), "total": sum(one.amount for one in rows)})  # fmt: skip
    return len(rows)


def adjustment(
    kind: Adjustment.Kind,
    of: Entitlement,
    owed: Owed,
    month: Month,
    basis: Basis,
    reason: str,
    by: Actor,
    **more: Any,
) -> Adjustment:
    """What one household or person is owed, or gives back, with the decision it rests on."""
    return Adjustment(
        kind=kind, scheme=of.scheme, path=of.path, household_id=of.household_id, person_id=of.person_id,
        entitlement=of, amount=owed.amount, from_month=month.first, for_from=owed.for_from.first,
        for_until=owed.for_until.first, reason=reason[:200], case_id=basis.case_id,
        decision_number=basis.decision_number, rule_set=basis.rule_set, trace_sha=basis.trace_sha, by=by.id,
        at=clock.now(), **more,
    )  # fmt: skip


@verb("ledger.call_off", label="撤销补发或扣回")
def call_off(*, adjustment: Adjustment, reason: str, by: Actor) -> Adjustment:
    """What is not approved for payment yet is called off; a draft that carries it must be drawn up again."""
    row = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    require_scheme_payer(row.scheme, path=books_of(row.path), by=by)
    if row.cancelled_at is not None:
        raise Refused("called_off_already", "这笔补发（扣回）已撤销。请刷新页面。")
    if Payment.objects.filter(carried__adjustment=row).exclude(batch__state="draft").exists():
        raise Refused("carried_already", "这笔补发（扣回）已随批次送审或发放，不能撤销。多发的请办理追缴。")
    row.cancelled_at, row.cancelled_by = clock.now(), by.id
    row.save(update_fields=["cancelled_at", "cancelled_by"])
    note(about=row, path=row.path, reason=reason, after={"cancelled": True})
    return row


def books_of(path: str) -> str:
    """The place in whose books a household's money stands: its county."""
    return county_of(path) or path

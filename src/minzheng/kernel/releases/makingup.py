"""What a release owes is posted in the ledger, once: a make-up with the next payment of each household.

Taken back, what is not approved for payment yet is called off; what was paid up already is listed to be recovered,
and a human decides whether it is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch

from .duties import declared
from .models import Arrears, Release
from .reckoning import Outcome

__all__ = ["called_off", "post", "posted"]

_POSTED = """
UPDATE releases_arrears a SET adjustment_id = d.id FROM ledger_adjustment d
WHERE a.release_id = %(release)s AND a.cancelled_at IS NULL AND a.adjustment_id IS NULL AND a.difference > 0
  AND d.kind = 'makeup' AND d.decision_number = %(number)s AND d.cancelled_at IS NULL
  AND d.scheme = a.scheme AND d.household_id = a.household_id AND d.for_from = a.month"""


def post(row: Release, found: Sequence[Outcome], opened: Mapping[int, int], by: Actor) -> None:
    """Each month owed becomes a make-up under the entitlement that is now in force, from its first open month on."""
    by_month: dict[Month, list[ledger.Owed]] = {}
    for one in found:
        entitlement = opened.get(one.interval.entitlement, one.interval.entitlement)
        for owed in one.owed:
            if owed.difference > 0:
                by_month.setdefault(one.from_month, []).append(
                    ledger.Owed(entitlement, owed.month, owed.month.next, owed.difference)
                )
    basis = ledger.Basis(
        decision_number=row.number, rule_set=declared(row.domain).item.rule_set(row.from_month),
        trace_sha=row.payload_sha,
    )  # fmt: skip
    for month, rows in sorted(by_month.items()):
        ledger.make_up(
            rows=rows,
            from_month=month,
            basis=basis,
            reason=f"{row.number}：{row.title}",
            place=row.path,
            by=by,
        )


def posted(row: Release) -> int:
    """Every month owed knows the make-up that pays it; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTED, {"release": row.pk, "number": row.number})
        return int(cursor.rowcount)


def called_off(row: Release, by: Actor) -> list[Arrears]:
    """Nothing more is owed by the release; gives what was paid up and is to be recovered."""
    open_ = row.arrears.filter(cancelled_at=None)
    paid_up = [
        Arrears(
            release=row, household_id=one.household_id, scheme=one.scheme, path=one.path, month=one.month,
            before=one.after, after=one.before, difference=-one.difference,
        )
        for one in open_.filter(adjustment__carried__isnull=False)
        .exclude(adjustment__carried__payment__batch__state=Batch.State.DRAFT)
        .order_by("id")
    ]  # fmt: skip
    ledger.call_off_decision(decision_number=row.number, reason=f"撤销{row.number}", by=by)
    open_.update(cancelled_at=clock.now())
    return paid_up

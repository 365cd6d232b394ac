"""Many entitlements changed at once by one decision for all (提标): the same rules as for one, without a loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import connection

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused

__all__ = ["NewAmount", "change_amounts"]


@dataclass(frozen=True, slots=True)
class NewAmount:
    """From a month on, one entitlement is paid another amount."""

    entitlement: int
    from_month: Month
    amount: int


_ASKED = """
CREATE TEMPORARY TABLE ledger_new_amount ON COMMIT DROP AS
SELECT c.id, c.month, c.amount, e.until_month AS until
FROM unnest(%(ids)s::bigint[], %(months)s::date[], %(amounts)s::bigint[]) AS c(id, month, amount)
JOIN ledger_entitlement e USING (id)"""

# A run that is approved at this moment is waited for, and one that comes later finds the new amounts.
_HELD = "SELECT id FROM ledger_entitlement WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"

# Looked up by key: a month just paid is not yet in the statistics, and a join would read it again for every row.
_WRONG = """
SELECT count(*) FROM ledger_new_amount c
CROSS JOIN LATERAL (SELECT * FROM ledger_entitlement o WHERE o.id = c.id LIMIT 1) e
LEFT JOIN LATERAL (
  SELECT 1 AS found FROM ledger_payment p
  CROSS JOIN LATERAL (SELECT state FROM ledger_batch o WHERE o.id = p.batch_id LIMIT 1) b
  WHERE p.entitlement_id = c.id AND p.month >= c.month
    AND b.state IN ('approved', 'sent', 'reconciled', 'closed') LIMIT 1) paid ON true
WHERE e.state <> 'current' OR c.amount <= 0 OR c.month < e.from_month OR c.month >= coalesce(c.until, 'infinity')
   OR paid.found IS NOT NULL"""

_CLOSE = """
UPDATE ledger_entitlement e SET until_month = c.month, state = 'superseded', end_reason = %(reason)s,
       version = e.version + 1
FROM ledger_new_amount c WHERE c.id = e.id"""

_CLOSE_COVERED = """
UPDATE ledger_covered v SET until_month = c.month FROM ledger_new_amount c WHERE c.id = v.entitlement_id"""

_OPEN = """
INSERT INTO ledger_entitlement (path, scheme, household_id, person_id, case_id, from_month, until_month, amount,
       class_ur, payee_id, account, account_owner, agreement, decision_number, rule_set, trace_sha, state,
       end_reason, supersedes_id, version)
SELECT e.path, e.scheme, e.household_id, e.person_id, e.case_id, c.month, c.until, c.amount, e.class_ur,
       e.payee_id, e.account, e.account_owner, e.agreement, %(decision)s, %(rule_set)s, %(trace)s, 'current',
       '', e.id, 1
FROM ledger_new_amount c JOIN ledger_entitlement e USING (id) ORDER BY e.id
RETURNING id, supersedes_id"""

_COVER = """
INSERT INTO ledger_covered (path, entitlement_id, person_id, exclusive_group, from_month, until_month)
SELECT v.path, n.id, v.person_id, v.exclusive_group, c.month, c.until
FROM ledger_new_amount c JOIN ledger_entitlement n ON n.supersedes_id = c.id
JOIN ledger_covered v ON v.entitlement_id = c.id"""


@verb("ledger.change_amounts", label="批量调整待遇")
def change_amounts(
    *,
    changes: Sequence[NewAmount],
    decision_number: str,
    rule_set: str,
    trace_sha: str,
    reason: str,
    by: Actor,
) -> dict[int, int]:
    """Each old interval closes and a new one opens, under the case that granted it; gives new by old."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "批量调整待遇由平台按已发布的标准自动办理，不能代办。")
    if not changes:
        return {}
    words = {"reason": reason[:200], "decision": decision_number, "rule_set": rule_set, "trace": trace_sha}
    facts: dict[str, Any] = {
        **words,
        "ids": [one.entitlement for one in changes],
        "months": [one.from_month.first for one in changes],
        "amounts": [one.amount for one in changes],
    }
    opened = _carried_out(facts)
    note(reason=reason, after={"entitlements": len(opened), "decision": decision_number})
    return opened


def _carried_out(facts: dict[str, Any]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, facts)
        cursor.execute(_ASKED, facts)
        cursor.execute("ANALYZE ledger_new_amount")
        _refuse_wrong(cursor)
        # The history of each row names what it was changed by: looking for that in vain costs a millisecond a row.
        with pghistory.context(decision=facts["decision"], reason=facts["reason"]):
            cursor.execute(_CLOSE, facts)
        cursor.execute(_CLOSE_COVERED, facts)
        cursor.execute(_OPEN, facts)
        opened = {old: new for new, old in cursor.fetchall()}
        cursor.execute(_COVER, facts)
        cursor.execute("DROP TABLE ledger_new_amount")
    return opened


def _refuse_wrong(cursor: Any) -> None:
    """All or none: what one change may not do, many may not either."""
    cursor.execute(_WRONG)
    (wrong,) = cursor.fetchone()
    if wrong:
        raise Refused(
            "months_already_approved",
            f"有 {wrong} 户（人）的待遇已终止、已变更，或所涉月份已审批发放，不能调整。请重新计算后再办理。",
            wrong=wrong,
        )

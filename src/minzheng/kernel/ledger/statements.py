"""The set-based statements of a monthly run: a province's payments are drafted and ordered without a loop."""

from __future__ import annotations

__all__ = ["ADD_PAYMENTS", "DROP_OUTDATED", "HOLD_ENTITLEMENTS", "ORDER_PAYMENTS", "OUTDATED"]

_COVERS = """e.from_month <= %(month)s AND (e.until_month IS NULL OR e.until_month > %(month)s)"""

# In order of entitlement: two drafts over the same households take their locks in the same order.
ADD_PAYMENTS = f"""
INSERT INTO ledger_payment (batch_id, path, scheme, entitlement_id, household_id, person_id, month, amount,
                            payee_name, account, account_owner)
SELECT %(batch)s, e.path, e.scheme, e.id, e.household_id, e.person_id, %(month)s, e.amount,
       p.name, e.account, e.account_owner
FROM ledger_entitlement e JOIN people_person p ON p.id = e.payee_id
WHERE e.scheme = %(scheme)s AND e.path >= %(path)s AND e.path < %(path_end)s AND {_COVERS}
ORDER BY e.id
ON CONFLICT DO NOTHING"""

_STILL_RIGHT = f"""
SELECT 1 FROM ledger_entitlement e JOIN people_person n ON n.id = e.payee_id
WHERE e.id = p.entitlement_id AND e.amount = p.amount AND e.account = p.account
  AND e.account_owner = p.account_owner AND n.name = p.payee_name AND e.path = p.path AND {_COVERS}"""

# A change or an end that runs at this moment is waited for, and one that comes later finds the approval.
HOLD_ENTITLEMENTS = """
SELECT count(*) FROM (
  SELECT e.id FROM ledger_entitlement e
  WHERE e.id IN (SELECT p.entitlement_id FROM ledger_payment p WHERE p.batch_id = %(batch)s)
  ORDER BY e.id FOR SHARE OF e) held"""

OUTDATED = (
    f"SELECT count(*) FROM ledger_payment p WHERE p.batch_id = %(batch)s AND NOT EXISTS ({_STILL_RIGHT})"
)

DROP_OUTDATED = f"DELETE FROM ledger_payment p WHERE p.batch_id = %(batch)s AND NOT EXISTS ({_STILL_RIGHT})"

ORDER_PAYMENTS = """
INSERT INTO ledger_instruction (payment_id, batch_id, amount, path, attempt, reference, account, account_owner,
                                state, failure)
SELECT p.id, p.batch_id, p.amount, p.path, 1,
       'MZ' || p.batch_id || '-' || p.id || '-1', p.account, p.account_owner, 'pending', ''
FROM ledger_payment p WHERE p.batch_id = %(batch)s ORDER BY p.id"""

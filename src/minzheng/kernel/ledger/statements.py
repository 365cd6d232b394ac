"""The set-based statements of a monthly run: a province's payments are drafted and ordered without a loop."""

from __future__ import annotations

from minzheng.kernel.people.sealing import alike

__all__ = [
    "ADD_PAYMENTS", "CARRY", "DROP_OUTDATED", "HOLD_ENTITLEMENTS", "LEFT_OUT", "ORDER_PAYMENTS", "OUTDATED", "SUMS",
]  # fmt: skip

_COVERS = "e.from_month <= %(month)s AND (e.until_month IS NULL OR e.until_month > %(month)s)"
_HERE = "{0}.scheme = %(scheme)s AND {0}.path >= %(path)s AND {0}.path < %(path_end)s"
# Of the same household or person, written so that a hash join can serve it.
_SAME = (
    "coalesce({0}.household_id, 0) = coalesce({1}.household_id, 0)"
    " AND coalesce({0}.person_id, 0) = coalesce({1}.person_id, 0)"
)

# Made up or withheld with this month: decided, not called off, and not carried by any payment yet.
_DUE = f"""
SELECT a.* FROM ledger_adjustment a
WHERE {_HERE.format("a")} AND a.cancelled_at IS NULL AND a.from_month <= %(month)s
  AND NOT EXISTS (SELECT 1 FROM ledger_carried c WHERE c.adjustment_id = a.id)"""

# A doubt that holds is found anew at every draft; one answered "pay" holds no more.
_HELD = """
SELECT 1 FROM ledger_doubt d WHERE d.entitlement_id = {0} AND d.month = %(month)s AND d.weight = 'hold'
  AND d.answer <> 'pay'"""

# In order of entitlement: two drafts over the same households take their locks in the same order.  What is only
# made up is paid under the entitlement it belongs to.  Withheld is only what leaves something to be paid.
ADD_PAYMENTS = f"""
WITH due AS (
  SELECT coalesce(household_id, 0) AS h, coalesce(person_id, 0) AS n, max(entitlement_id) AS entitlement,
         coalesce(sum(amount) FILTER (WHERE kind = 'makeup'), 0) AS makeup,
         coalesce(sum(amount) FILTER (WHERE kind = 'withhold'), 0) AS withheld
  FROM ({_DUE}) a GROUP BY 1, 2),
entitled AS (
  SELECT e.*, e.amount AS regular FROM ledger_entitlement e WHERE {_HERE.format("e")} AND {_COVERS}
  UNION ALL
  SELECT e.*, 0 FROM due JOIN ledger_entitlement e ON e.id = due.entitlement
  WHERE due.makeup > 0 AND NOT EXISTS (
    SELECT 1 FROM ledger_entitlement o WHERE o.scheme = e.scheme AND {_SAME.format("o", "e")}
      AND o.from_month <= %(month)s AND (o.until_month IS NULL OR o.until_month > %(month)s)))
INSERT INTO ledger_payment (batch_id, path, scheme, entitlement_id, household_id, person_id, month, regular,
                            makeup, withheld, amount, payee_name, account, account_owner)
SELECT %(batch)s, e.path, e.scheme, e.id, e.household_id, e.person_id, %(month)s, e.regular, d.makeup,
       d.withheld, e.regular + d.makeup - d.withheld, p.name, e.account, e.account_owner
FROM entitled e CROSS JOIN LATERAL (SELECT name FROM people_person n WHERE n.id = e.payee_id LIMIT 1) p
LEFT JOIN due ON due.h = coalesce(e.household_id, 0) AND due.n = coalesce(e.person_id, 0)
CROSS JOIN LATERAL (
  SELECT coalesce(due.makeup, 0) AS makeup,
         CASE WHEN due.withheld < e.regular + due.makeup THEN due.withheld ELSE 0 END AS withheld) d
WHERE NOT EXISTS ({_HELD.format("e.id")})
ORDER BY e.id
ON CONFLICT DO NOTHING"""

# Entitled, not held, and yet paid by no batch of this place: another county has drafted the month first.
LEFT_OUT = f"""
SELECT e.id FROM ledger_entitlement e
LEFT JOIN ledger_payment p ON {_HERE.format("p")} AND p.month = %(month)s AND {_SAME.format("p", "e")}
WHERE {_HERE.format("e")} AND {_COVERS} AND p.id IS NULL AND NOT EXISTS ({_HELD.format("e.id")})"""

CARRY = f"""
INSERT INTO ledger_carried (payment_id, adjustment_id)
SELECT p.id, a.id FROM ({_DUE}) a JOIN ledger_payment p ON p.batch_id = %(batch)s AND {_SAME.format("p", "a")}
WHERE a.kind = 'makeup' OR p.withheld > 0
ORDER BY a.id"""

# Payments that entitlements no longer say as drafted, that carry what was called off, or that a doubt now holds.
# Entitlement and payee are looked up by key (LIMIT 1): a join might read a province's to check a county's.
_WRONG = f"""
SELECT p.id FROM ledger_payment p
LEFT JOIN LATERAL (SELECT * FROM ledger_entitlement o WHERE o.id = p.entitlement_id LIMIT 1) e ON true
LEFT JOIN LATERAL (SELECT name FROM people_person o WHERE o.id = e.payee_id LIMIT 1) n ON true
LEFT JOIN (SELECT DISTINCT c.payment_id FROM ledger_adjustment a JOIN ledger_carried c ON c.adjustment_id = a.id
           WHERE {_HERE.format("a")} AND a.cancelled_at IS NOT NULL) off ON off.payment_id = p.id
LEFT JOIN (SELECT DISTINCT d.entitlement_id FROM ledger_doubt d
           WHERE {_HERE.format("d")} AND d.month = %(month)s AND d.weight = 'hold' AND d.answer <> 'pay') held
       ON held.entitlement_id = p.entitlement_id
WHERE p.batch_id = %(batch)s AND (off.payment_id IS NOT NULL OR held.entitlement_id IS NOT NULL OR (
  {alike("e.account")} = {alike("p.account")} AND e.account_owner = p.account_owner
  AND n.name = p.payee_name AND e.path = p.path
  AND ((e.amount = p.regular AND {_COVERS}) OR (p.regular = 0 AND NOT ({_COVERS})))) IS NOT TRUE)"""

# A change or an end that runs at this moment is waited for, and one that comes later finds the approval.
HOLD_ENTITLEMENTS = """
SELECT count(*) FROM (SELECT entitlement_id AS id FROM ledger_payment WHERE batch_id = %(batch)s ORDER BY 1) p
CROSS JOIN LATERAL (SELECT 1 FROM ledger_entitlement e WHERE e.id = p.id FOR SHARE) held"""

OUTDATED = f"SELECT count(*) FROM ({_WRONG}) wrong"

# Drafting again also takes up what has become due since, so that payment is drawn up anew.
DROP_OUTDATED = f"""
WITH wrong AS (
  {_WRONG}
  UNION
  SELECT p.id FROM ledger_payment p JOIN ({_DUE}) a ON {_SAME.format("a", "p")} WHERE p.batch_id = %(batch)s),
let_go AS (DELETE FROM ledger_carried c USING wrong WHERE c.payment_id = wrong.id)
DELETE FROM ledger_payment p USING wrong WHERE p.id = wrong.id"""

SUMS = """
SELECT count(*), coalesce(sum(amount), 0)::bigint, coalesce(sum(withheld), 0)::bigint
FROM ledger_payment WHERE batch_id = %(batch)s"""

# The first order of a payment is written when it goes out, already as sent; only repaired ones wait for release.
ORDER_PAYMENTS = """
INSERT INTO ledger_instruction (payment_id, batch_id, amount, path, attempt, reference, account, account_owner,
                                state, failure, file_id, released_by)
SELECT p.id, p.batch_id, p.amount, p.path, 1, 'MZ' || p.batch_id || '-' || p.id || '-1', p.account,
       p.account_owner, 'sent', '', %(file)s, %(by)s
FROM ledger_payment p WHERE p.batch_id = %(batch)s ORDER BY p.id"""

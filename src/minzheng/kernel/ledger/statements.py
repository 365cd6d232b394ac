"""The set-based statements of a monthly run: a province's payments are drafted and ordered without a loop."""

from __future__ import annotations

from minzheng.kernel.people.sealing import alike

from .bykey import paid, rows_of

__all__ = [
    "ADD_PAYMENTS", "CARRY", "DROP_OUTDATED", "HOLD_ENTITLEMENTS", "LEFT_OUT", "ORDER_PAYMENTS", "OUTDATED", "SUMS",
]  # fmt: skip

_COVERS = "e.from_month <= %(month)s AND (e.until_month IS NULL OR e.until_month > %(month)s)"
_HERE = "{0}.scheme = %(scheme)s AND {0}.path >= %(path)s AND {0}.path < %(path_end)s"

# Made up or withheld with this month: decided, not called off, and not carried by any payment yet.
_DUE = f"""
SELECT a.* FROM {{0}} a
WHERE {_HERE.format("a")} AND a.cancelled_at IS NULL AND a.from_month <= %(month)s
  AND (SELECT c.id FROM ledger_carried c WHERE c.adjustment_id = a.id LIMIT 1) IS NULL"""
_ALL_DUE = _DUE.format("ledger_adjustment")
_DUE_TO_HOUSEHOLD, _DUE_TO_PERSON = (
    _DUE.format(rows_of("ledger_adjustment", key, "e")) for key in ("household_id", "person_id")
)

# A doubt that holds is found anew at every draft; one answered "pay" holds no more.  Asked by NOT IN, the server
# reads it once, whatever it believes of how many there are.
_HELD = f"""
SELECT d.entitlement_id FROM ledger_doubt d
WHERE {_HERE.format("d")} AND d.month = %(month)s AND d.weight = 'hold' AND d.answer <> 'pay'"""

# In order of entitlement: two drafts over the same households take their locks in the same order.  What is only
# made up is paid under the entitlement it belongs to.  Withheld is only what leaves something to be paid; of
# instalments that have come together because a month was not paid, as many as the share allows, the others later.
_RUNS = """
SELECT 1 FROM {0} o
WHERE o.scheme = e.scheme AND o.from_month <= %(month)s AND (o.until_month IS NULL OR o.until_month > %(month)s)"""
_HOUSEHOLD_RUNS, _PERSON_RUNS = (
    _RUNS.format(rows_of("ledger_entitlement", key, "e")) for key in ("household_id", "person_id")
)
ADD_PAYMENTS = f"""
WITH due AS (
  SELECT household_id, person_id, max(entitlement_id) AS entitlement,
         coalesce(sum(amount) FILTER (WHERE kind = 'makeup'), 0) AS makeup,
         coalesce(sum(amount) FILTER (WHERE kind = 'withhold'), 0) AS withheld
  FROM ({_ALL_DUE}) a GROUP BY 1, 2),
entitled AS (
  SELECT e.*, e.amount AS regular FROM ledger_entitlement e WHERE {_HERE.format("e")} AND {_COVERS}
  UNION ALL
  SELECT e.*, 0 FROM due CROSS JOIN LATERAL (
    SELECT * FROM ledger_entitlement o WHERE o.id = due.entitlement LIMIT 1) e
  WHERE due.makeup > 0
    AND NOT EXISTS ({_HOUSEHOLD_RUNS}) AND NOT EXISTS ({_PERSON_RUNS}))
INSERT INTO ledger_payment (batch_id, path, scheme, entitlement_id, household_id, person_id, month, regular,
                            makeup, withheld, amount, payee_name, account, account_owner)
SELECT %(batch)s, e.path, e.scheme, e.id, e.household_id, e.person_id, %(month)s, e.regular, d.makeup,
       d.withheld, e.regular + d.makeup - d.withheld, p.name, e.account, e.account_owner
FROM entitled e CROSS JOIN LATERAL (SELECT name FROM people_person n WHERE n.id = e.payee_id LIMIT 1) p
LEFT JOIN LATERAL (
  SELECT coalesce(sum(amount) FILTER (WHERE kind = 'makeup'), 0) AS makeup,
         coalesce(max(upto) FILTER (WHERE kind = 'withhold'
           AND (nth = 1 OR upto * %(share_of)s <= e.regular * %(share)s)), 0) AS withheld
  FROM (SELECT kind, amount, sum(amount) OVER turns AS upto, row_number() OVER turns AS nth
        FROM ({_DUE_TO_HOUSEHOLD} UNION ALL {_DUE_TO_PERSON}) a
        WINDOW turns AS (PARTITION BY kind ORDER BY from_month, id)) a) due ON true
CROSS JOIN LATERAL (
  SELECT due.makeup, CASE WHEN due.withheld < e.regular + due.makeup THEN due.withheld ELSE 0 END AS withheld) d
WHERE e.id NOT IN ({_HELD})
ORDER BY e.id
ON CONFLICT DO NOTHING"""

# Entitled, not held, and yet paid by no batch of this place: another county has drafted the month first.
LEFT_OUT = f"""
SELECT e.id FROM ledger_entitlement e LEFT JOIN LATERAL ({paid("path", "e")}) p ON true
WHERE {_HERE.format("e")} AND {_COVERS} AND (p.path >= %(path)s AND p.path < %(path_end)s) IS NOT TRUE
  AND e.id NOT IN ({_HELD})"""

CARRY = f"""
INSERT INTO ledger_carried (payment_id, adjustment_id)
SELECT p.id, a.id FROM (
  SELECT *, sum(amount) OVER (PARTITION BY household_id, person_id, kind ORDER BY from_month, id) AS upto
  FROM ({_ALL_DUE}) a) a CROSS JOIN LATERAL ({paid("id, batch_id, withheld", "a")}) p
WHERE p.batch_id = %(batch)s AND (a.kind = 'makeup' OR a.upto <= p.withheld)
ORDER BY a.id"""

# Payments that entitlements no longer say as drafted, that carry what was called off, or that a doubt now holds.
# Entitlement and payee are looked up by key (LIMIT 1): a join might read a province's to check a county's.
_WRONG = f"""
SELECT p.id FROM ledger_payment p
LEFT JOIN LATERAL (SELECT * FROM ledger_entitlement o WHERE o.id = p.entitlement_id LIMIT 1) e ON true
LEFT JOIN LATERAL (SELECT name FROM people_person o WHERE o.id = e.payee_id LIMIT 1) n ON true
WHERE p.batch_id = %(batch)s AND (p.entitlement_id IN ({_HELD}) OR p.id IN (
  SELECT c.payment_id FROM ledger_adjustment a JOIN ledger_carried c ON c.adjustment_id = a.id
  WHERE {_HERE.format("a")} AND a.cancelled_at IS NOT NULL) OR (
  {alike("e.account")} = {alike("p.account")} AND e.account_owner = p.account_owner
  AND n.name = p.payee_name AND e.path = p.path
  AND ((e.amount = p.regular AND {_COVERS}) OR (p.regular = 0 AND NOT ({_COVERS})))) IS NOT TRUE)"""

# Set apart (OFFSET 0), so that the order in which its payments are wanted leads nobody through those of all others.
_OF_BATCH = "(SELECT * FROM ledger_payment WHERE batch_id = %(batch)s OFFSET 0)"

# A change or an end that runs at this moment is waited for, and one that comes later finds the approval.
HOLD_ENTITLEMENTS = f"""
SELECT count(*) FROM (SELECT entitlement_id AS id FROM {_OF_BATCH} b ORDER BY 1) p
CROSS JOIN LATERAL (SELECT 1 FROM ledger_entitlement e WHERE e.id = p.id FOR SHARE) held"""

OUTDATED = f"SELECT count(*) FROM ({_WRONG}) wrong"

# Drafting again also takes up what has become due since, so that payment is drawn up anew.
DROP_OUTDATED = f"""
WITH wrong AS (
  {_WRONG}
  UNION
  SELECT p.id FROM ({_ALL_DUE}) a CROSS JOIN LATERAL ({paid("id, batch_id", "a")}) p WHERE p.batch_id = %(batch)s),
let_go AS (DELETE FROM ledger_carried c USING wrong WHERE c.payment_id = wrong.id)
DELETE FROM ledger_payment p USING wrong WHERE p.id = wrong.id"""

SUMS = """
SELECT count(*), coalesce(sum(amount), 0)::bigint, coalesce(sum(withheld), 0)::bigint
FROM ledger_payment WHERE batch_id = %(batch)s"""

# The first order of a payment is written when it goes out, already as sent; only repaired ones wait for release.
ORDER_PAYMENTS = f"""
INSERT INTO ledger_instruction (payment_id, batch_id, amount, path, attempt, reference, account, account_owner,
                                state, failure, file_id, released_by)
SELECT p.id, p.batch_id, p.amount, p.path, 1, 'MZ' || p.batch_id || '-' || p.id || '-1', p.account,
       p.account_owner, 'sent', '', %(file)s, %(by)s
FROM {_OF_BATCH} p ORDER BY p.id"""

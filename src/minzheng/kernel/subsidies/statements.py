"""The set-based statements of a list: a county of any size is drawn up without a loop."""

from __future__ import annotations

from minzheng.kernel.people.sealing import alike

__all__ = ["ADD_LEFT_OUT", "ADD_LISTED", "BENEFICIARIES", "CHOSEN", "CONTENT", "DROP", "ONCE", "SUMS"]

DROP = (
    "DELETE FROM subsidies_listed WHERE list_id = %(list)s",
    "DELETE FROM subsidies_leftout WHERE list_id = %(list)s",
)

# Of a household the account of its running benefit; of one that has ended, the last that was used.  A benefit of
# one's own (a person's, not the household's) keeps its own account.
_LATEST = "(e.until_month IS NULL) DESC, e.until_month DESC, e.from_month DESC, e.id DESC"

ONCE = """
CREATE TEMPORARY TABLE subsidies_once ON COMMIT DROP AS
WITH people (person_id, household_id, path, class_ur, grp, rank) AS ({people})
SELECT DISTINCT ON (person_id) person_id, household_id, path, class_ur, grp FROM people
WHERE grp = ANY(%(groups)s) ORDER BY person_id, rank, household_id NULLS LAST"""

# The account is looked up for each person: a plan that stays good whatever the statistics of the tables say.
CHOSEN = f"""
CREATE TEMPORARY TABLE subsidies_chosen ON COMMIT DROP AS
SELECT o.*, a.payee_id, a.account, a.account_owner, a.agreement,
       CASE WHEN n.died_on < %(died_before)s THEN 'died'
            WHEN EXISTS (SELECT 1 FROM subsidies_listed l WHERE l.scheme = %(scheme)s AND l.month = %(month)s
                         AND l.person_id = o.person_id AND l.list_id <> %(list)s) THEN 'elsewhere'
            WHEN a.suspended <> '' THEN 'suspended'
            WHEN a.payee_id IS NULL THEN 'no_account' ELSE '' END AS left_out
FROM subsidies_once o JOIN people_person n ON n.id = o.person_id
LEFT JOIN LATERAL (
  (SELECT e.payee_id, e.account, e.account_owner, e.agreement, '' AS suspended FROM ledger_entitlement e
   WHERE NOT %(confirmed)s AND e.household_id = o.household_id ORDER BY {_LATEST} LIMIT 1)
  UNION ALL
  (SELECT e.payee_id, e.account, e.account_owner, e.agreement, '' FROM ledger_entitlement e
   WHERE NOT %(confirmed)s AND o.household_id IS NULL AND e.person_id = o.person_id ORDER BY {_LATEST} LIMIT 1)
  UNION ALL
  (SELECT c.person_id, c.account, c.account_owner, c.agreement, c.suspended FROM subsidies_confirmedaccount c
   WHERE %(confirmed)s AND c.subsidy = %(subsidy)s AND c.person_id = o.person_id)) a ON true"""

# By group, where the law says so for the group; else by class.
_AMOUNT = """coalesce((%(by_group)s::jsonb ->> grp)::bigint,
         CASE class_ur WHEN 'urban' THEN %(urban)s::bigint ELSE %(rural)s::bigint END)"""

ADD_LISTED = f"""
INSERT INTO subsidies_listed (list_id, scheme, month, path, person_id, household_id, "group", class_ur, amount,
                              payee_id, account, account_owner, agreement)
SELECT %(list)s, %(scheme)s, %(month)s, path, person_id, household_id, grp, class_ur,
       {_AMOUNT}, payee_id, account, account_owner, agreement
FROM subsidies_chosen WHERE left_out = '' AND {_AMOUNT} > 0
ORDER BY person_id"""

ADD_LEFT_OUT = """
INSERT INTO subsidies_leftout (list_id, path, person_id, household_id, "group", reason)
SELECT %(list)s, path, person_id, household_id, grp, left_out
FROM subsidies_chosen WHERE left_out <> '' ORDER BY person_id"""

_BENEFICIARY = "household_id, CASE WHEN household_id IS NULL THEN person_id END"

SUMS = f"""
SELECT count(*), count(DISTINCT ({_BENEFICIARY})), coalesce(sum(amount), 0)::bigint,
       (SELECT count(*) FROM subsidies_leftout WHERE list_id = %(list)s)
FROM subsidies_listed WHERE list_id = %(list)s"""

CONTENT = """
COPY (SELECT person_id, household_id, "group", class_ur, amount, payee_id, account, account_owner, agreement
      FROM subsidies_listed WHERE list_id = {} ORDER BY person_id) TO STDOUT"""

# One entitlement for a household: the amount of each of its persons, rounded for each, then added up.
BENEFICIARIES = f"""
SELECT min(path), sum(amount)::bigint, min(class_ur), payee_id, min(account), account_owner, {_BENEFICIARY}, agreement
FROM subsidies_listed WHERE list_id = %(list)s
GROUP BY household_id, CASE WHEN household_id IS NULL THEN person_id END, payee_id, {alike("account")},
         account_owner, agreement
ORDER BY household_id, 8"""

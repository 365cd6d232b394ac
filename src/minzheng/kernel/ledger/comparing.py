"""A month against the one before: whose regular amount is new, changed, ended or the same, and why.

What is made up or withheld once does not make an amount a changed one: it stands in columns of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound

from .models import Batch

__all__ = ["LISTED", "Change", "Comparison", "compare_with_last_month"]

LISTED = 200


@dataclass(frozen=True)
class Change:
    """A household or person whose payment differs from last month's; amounts are the regular ones."""

    kind: str
    household_id: int | None
    person_id: int | None
    before: int
    after: int
    makeup: int
    withheld: int
    reason: str


@dataclass(frozen=True)
class Comparison:
    """This month against the last: how many in each class, what is added once, the first of those that differ."""

    new: int
    changed: int
    ended: int
    unchanged: int
    made_up: int
    makeup_total: int
    held_back: int
    withheld_total: int
    changes: tuple[Change, ...]


_MONTH = """
  SELECT coalesce(household_id, 0) h, coalesce(person_id, 0) n, regular, makeup, withheld, entitlement_id, batch_id, id
  FROM ledger_payment
  WHERE scheme = %(scheme)s AND month = {month} AND path >= %(path)s AND path < %(path_end)s"""

_COMPARED = f"""
WITH this AS ({_MONTH.format(month="%(month)s")}), last AS ({_MONTH.format(month="%(before)s")} AND regular > 0),
both_months AS (
  SELECT coalesce(t.h, l.h) h, coalesce(t.n, l.n) n, coalesce(l.regular, 0) was, coalesce(t.regular, 0) now,
    coalesce(t.makeup, 0) makeup, coalesce(t.withheld, 0) withheld,
    CASE WHEN coalesce(t.regular, 0) = 0 AND l.regular IS NULL THEN 'once'
         WHEN l.regular IS NULL THEN 'new' WHEN coalesce(t.regular, 0) = 0 THEN 'ended'
         WHEN l.regular <> t.regular THEN 'changed' ELSE 'unchanged' END kind,
    l.entitlement_id old_id, t.entitlement_id new_id, t.id payment_id
  FROM this t FULL JOIN last l ON l.h = t.h AND l.n = t.n)
"""

_NUMBERS = """
SELECT kind, count(*), count(*) FILTER (WHERE makeup > 0), sum(makeup)::bigint,
       count(*) FILTER (WHERE withheld > 0), sum(withheld)::bigint
FROM both_months GROUP BY kind"""

# The first that differ, and only for them the reasons.  A reason by what is made up or withheld is that of the
# decision it rests on.
_ORDER = "array_position(ARRAY['new', 'changed', 'ended', 'once', 'unchanged'], b.kind), b.h, b.n"
_LIST = f"""
, b AS MATERIALIZED (
  SELECT * FROM both_months b WHERE b.kind <> 'unchanged' OR b.makeup > 0 OR b.withheld > 0
  ORDER BY {_ORDER} LIMIT %(listed)s)
SELECT b.kind, nullif(b.h, 0), nullif(b.n, 0), b.was, b.now, b.makeup, b.withheld,
  concat_ws('；',
    CASE b.kind WHEN 'unchanged' THEN NULL WHEN 'once' THEN NULL WHEN 'new' THEN nullif(w.decision_number, '')
      ELSE coalesce(nullif(o.end_reason, ''), h.words, nullif(w.decision_number, '')) END,
    a.words)
FROM b LEFT JOIN ledger_entitlement o ON o.id = b.old_id
  LEFT JOIN ledger_entitlement w ON w.id = b.new_id
  LEFT JOIN LATERAL (
    SELECT '因疑点缓发' AS words FROM ledger_doubt d WHERE d.entitlement_id = b.old_id AND d.month = %(month)s
      AND d.weight = 'hold' AND d.answer <> 'pay' LIMIT 1) h ON true
  LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT CASE j.kind WHEN 'makeup' THEN '补发：' ELSE '扣回：' END || j.reason, '；') AS words
    FROM ledger_carried c JOIN ledger_adjustment j ON j.id = c.adjustment_id
    WHERE c.payment_id = b.payment_id) a ON true
ORDER BY {_ORDER}"""


def compare_with_last_month(batch: Batch, *, by: Actor) -> Comparison:
    """The whole month of the batch's scheme and place against the month before, with the reasons on file."""
    if not by.covers(batch.path):
        raise NotFound("batch_unknown", "没有这个发放批次。请返回批次列表重新选择。")
    month = Month.of(batch.month)
    facts = {
        "scheme": batch.scheme, "month": month.first, "before": month.previous.first, "path": batch.path,
        "path_end": batch.path[:-1] + chr(ord(batch.path[-1]) + 1), "listed": LISTED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED + _NUMBERS, facts)
        rows = cursor.fetchall()
        cursor.execute(_COMPARED + _LIST, facts)
        changes = tuple(Change(*row) for row in cursor.fetchall())
    numbers = {kind: count for kind, count, *_ in rows}
    return Comparison(
        new=numbers.get("new", 0), changed=numbers.get("changed", 0), ended=numbers.get("ended", 0),
        unchanged=numbers.get("unchanged", 0), made_up=sum(row[2] for row in rows),
        makeup_total=sum(row[3] for row in rows), held_back=sum(row[4] for row in rows),
        withheld_total=sum(row[5] for row in rows), changes=changes,
    )  # fmt: skip

"""A family is told what the yearly re-check has found beyond what it stated, and until when it may explain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from minzheng.kernel.audit import system
from minzheng.kernel.notices.telling import tell_all

from .sources import SOURCES

__all__ = ["tell_families"]

# Each adult member once for each check.  What was found stands on the page of the case, not in a message that a
# telephone shows to whoever holds it.
_CONCERNED = """
SELECT v.path, p.id, '年度复核有需要说明的情况',
  format('年度复核中，从有关部门查得的%%s与登记的情况不一致。请在%%s前登录平台或到乡镇窗口说明；说明前不会调整待遇。',
    d.labels, to_char(d.due, 'YYYY年MM月DD日')),
  format('recheck:%%s:%%s', v.id, p.id)
FROM exchange_verification v
JOIN LATERAL (
  SELECT string_agg(DISTINCT x.label, '、') AS labels, min(y.explain_due) AS due FROM exchange_discrepancy y
  JOIN unnest(%(items)s::text[], %(labels)s::text[]) x(item, label) ON x.item = y.item
  WHERE y.verification_id = v.id AND y.state = 'open') d ON d.labels IS NOT NULL
JOIN unnest(v.member_ids) AS member(id) ON true
JOIN people_person p ON p.id = member.id AND p.died_on IS NULL
  AND (p.birth IS NULL OR p.birth <= %(grown)s)
WHERE v.id = ANY(%(checks)s)"""


def tell_families(checks: Collection[int], *, path: str, grown: date) -> int:
    """Everyone of age in these checks; a check is told of once, however often the comparison is repeated."""
    if not checks:
        return 0
    labels = {item.name: item.label for source in SOURCES.values() for item in source.items}
    facts = {
        "checks": list(checks), "items": list(labels), "labels": list(labels.values()), "grown": grown,
    }  # fmt: skip
    told: int = tell_all(select=_CONCERNED, facts=facts, path=path, by=system("exchange"))
    return told

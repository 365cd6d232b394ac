"""For whom a service voucher is drawn: poor elders at home, dependent or very old, by where they live.

财社〔2014〕113号; handbook 02 §6.  Services go by residence, allowances by registration.  Tekun are served by their
support and draw none; whoever lives in an institution is served there.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.clock import Month

__all__ = ["HOLDERS", "asked", "value"]

HOLDERS = """
WITH elder AS MATERIALIZED (
  SELECT p.id, p.path, date_part('year', age(%(month)s::date,
      CASE WHEN to_char(p.birth, 'MMDD') = '0229' THEN p.birth + 1 ELSE p.birth END))::int AS age
  FROM people_person p WHERE p.path >= %(path)s AND p.path < %(path_end)s AND p.merged_into_id IS NULL
    AND p.birth <= %(month)s::date - interval '60 years' + interval '1 day' AND p.died_on IS NULL
), poor AS (
  SELECT c.person_id, bool_or(e.scheme = ANY(%(kept)s)) AS kept FROM ledger_covered c
  JOIN ledger_entitlement e ON e.id = c.entitlement_id JOIN elder o ON o.id = c.person_id
  WHERE e.scheme = ANY(%(poor)s) AND c.from_month <= %(month)s AND (c.until_month IS NULL OR c.until_month > %(month)s)
    AND e.from_month IS DISTINCT FROM e.until_month GROUP BY 1
), able AS (
  SELECT DISTINCT ON (a.person_id) a.person_id, a.level FROM visits_assessment a JOIN elder e ON e.id = a.person_id
  WHERE a.instrument = 'eldercare.ability' AND a.state IN ('in_force', 'objected') AND a.valid_until >= %(month)s
  ORDER BY a.person_id, a.on DESC, a.id DESC
)
SELECT e.id, e.path, CASE WHEN a.level >= 2 THEN 'dependent' || a.level ELSE 'very_old' END
FROM elder e JOIN poor d ON d.person_id = e.id AND NOT d.kept LEFT JOIN able a ON a.person_id = e.id
WHERE e.age >= 60 AND (a.level >= 2 OR e.age >= %(very_old)s)
  AND NOT EXISTS (SELECT FROM visits_watched w WHERE w.person_id = e.id AND w.away = 'institution'
    AND w.until_on <= %(month)s AND w.back_on IS NULL)
  AND NOT EXISTS (SELECT FROM facilities_stay s WHERE s.person_id = e.id AND s.from_on <= %(month)s
    AND (s.until_on IS NULL OR s.until_on > %(month)s))
  AND (%(nursing)s = 'together' OR NOT EXISTS (SELECT FROM ledger_entitlement n WHERE n.person_id = e.id
    AND n.scheme = 'eldercare.elder_nursing' AND n.from_month <= %(month)s
    AND (n.until_month IS NULL OR n.until_month > %(month)s)))"""


def value(key: str, path: str, month: Month) -> Any:
    """A dated value of the place."""
    return catalogue.current().parameters().get(key, path=path, on=month.first).value


def asked(path: str, month: Month) -> dict[str, Any]:
    """What keeps families and single persons from destitution, by what other offices declare; age and overlap here."""
    found = {
        code: one.item.beneficiary
        for code, one in catalogue.current().schemes.items()
        if one.item.exclusive_group == "livelihood"
    }
    return {
        "poor": list(found), "kept": [code for code, whose in found.items() if whose == "person"],
        "very_old": value("elder.service.age", path, month),
        "nursing": value("overlap.elder_service.nursing", path, month),
    }  # fmt: skip

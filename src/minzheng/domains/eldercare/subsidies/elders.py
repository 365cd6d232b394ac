"""Allowances nobody applies for (免申即享): the high-age allowance, the nursing subsidy of poor elders at home.

《老年人权益保障法》 arts. 30 and 33; 财社〔2014〕113号; handbook 02 §6.  Each month the data say who is meant; whoever
has confirmed an account is paid.  An age counts from the month on whose first day it is reached (handbook 16 #2), the
month of death is paid, and of two nursing subsidies the higher is kept (国发〔2015〕52号).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.clock import Month

from ..roles import CLERK, COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER
from ..rules import ELDERS

__all__ = ["HIGHAGE", "NURSING", "highage_money", "nursing_money"]

highage_money = declare.Scheme(
    "highage", "高龄津贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, basis=ELDERS.article(33)
)
nursing_money = declare.Scheme(
    "elder_nursing", "经济困难老年人护理补贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    basis=ELDERS.article(30),
)  # fmt: skip

_BANDS = {"80": "80至89周岁", "90": "90至99周岁", "100": "100周岁以上"}
_DRAWS = {"": "", "_dibao": "（低保对象）", "_tekun": "（特困人员）"}
_LEVELS = {"2": "中度失能", "3": "重度失能", "4": "完全失能"}
# The subsidy of the severely disabled that somebody could draw as well, by the grade of the certificate.
_GRADES = {"": "", "_first": "（一级残疾）", "_second": "（二级残疾）"}

# Whose home the county is by registration, with what is drawn against destitution in the month.
_ELDERS = """
WITH elder AS MATERIALIZED (
  SELECT p.id, p.hukou_path AS path, p.disability_grade, date_part('year', age(%(month)s::date,
      CASE WHEN to_char(p.birth, 'MMDD') = '0229' THEN p.birth + 1 ELSE p.birth END))::int AS age,
    coalesce(h.class_ur, 'urban') AS class_ur
  FROM people_person p LEFT JOIN people_membership m ON m.person_id = p.id AND m.until_on IS NULL
  LEFT JOIN people_household h ON h.id = m.household_id
  WHERE p.hukou_path >= %(path)s AND p.hukou_path < %(path_end)s AND p.merged_into_id IS NULL
    AND p.birth <= %(month)s::date - interval '60 years' + interval '1 day'
    AND (p.died_on IS NULL OR p.died_on >= %(month)s)
), drawn AS (
  SELECT c.person_id, bool_or(e.scheme = ANY(%(kept)s)) AS kept FROM ledger_covered c
  JOIN ledger_entitlement e ON e.id = c.entitlement_id JOIN elder o ON o.id = c.person_id
  WHERE e.scheme = ANY(%(poor)s) AND c.from_month <= %(month)s AND (c.until_month IS NULL OR c.until_month > %(month)s)
    AND e.from_month IS DISTINCT FROM e.until_month GROUP BY 1
)"""

_OLD = f"""{_ELDERS}
SELECT e.id, NULL::bigint, e.path, e.class_ur,
  CASE WHEN e.age >= 100 THEN '100' WHEN e.age >= 90 THEN '90' ELSE '80' END
    || CASE WHEN d.kept THEN '_tekun' WHEN d.person_id IS NOT NULL THEN '_dibao' ELSE '' END, 0
FROM elder e LEFT JOIN drawn d ON d.person_id = e.id WHERE e.age >= 80"""

_DEPENDENT = f"""{_ELDERS}
SELECT e.id, NULL::bigint, e.path, e.class_ur,
  a.level::text || CASE e.disability_grade WHEN 1 THEN '_first' WHEN 2 THEN '_second' ELSE '' END, 0
FROM elder e JOIN drawn d ON d.person_id = e.id AND NOT d.kept
JOIN LATERAL (SELECT x.level FROM visits_assessment x WHERE x.person_id = e.id AND x.instrument = 'eldercare.ability'
  AND x.state IN ('in_force', 'objected', 'replaced') AND x.on < %(month)s AND x.valid_until >= %(month)s
  ORDER BY x.on DESC, x.id DESC LIMIT 1) a ON true
WHERE e.age >= 60 AND a.level >= 2 AND NOT EXISTS (SELECT FROM visits_watched w
  WHERE w.person_id = e.id AND w.away = 'institution' AND w.until_on < %(month)s AND w.back_on IS NULL)"""


def _asked() -> Mapping[str, Any]:
    """What keeps families and single persons from destitution, by what other offices declare."""
    found = {
        code: one.item.beneficiary
        for code, one in catalogue.current().schemes.items()
        if one.item.exclusive_group == "livelihood"
    }
    return {"poor": list(found), "kept": [code for code, whose in found.items() if whose == "person"]}


def _value(key: str, path: str, month: Month) -> Any:
    return catalogue.current().parameters().get(key, path=path, on=month.first).value


def _rates(amounts: Mapping[str, int], path: str, month: Month) -> declare.Rates:
    trace = {"place": path, "month": str(month), "amounts": dict(amounts)}
    return declare.Rates(True, {}, frozenset(amounts), "EL-2018", trace, by_group=amounts)


def _highage(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """By band; whether beside dibao and tekun is each county's to say."""
    draws = [""] + [
        suffix
        for suffix, other in (("_dibao", "dibao"), ("_tekun", "tekun"))
        if _value(f"overlap.highage.{other}", path, month) == "together"
    ]
    amounts = {
        f"{band}{draw}": _value(f"elder.highage.{band}", path, month) for band in _BANDS for draw in draws
    }
    return _rates(amounts, path, month)


def _nursing(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """By level; whoever would draw more as a severely disabled person draws that instead."""
    amounts = {}
    for level in _LEVELS:
        own = _value(f"elder.nursing.level{level}", path, month)
        for grade in _GRADES:
            other = _value(f"ts.nursing.{grade[1:]}", path, month) if grade else 0
            if own >= other:
                amounts[f"{level}{grade}"] = own
    return _rates(amounts, path, month)


HIGHAGE = declare.Subsidy(
    "highage", "高龄津贴", highage_money, started_by="month", rates=_highage, people=_OLD, asks=_asked,
    groups={f"{band}{draw}": f"{words}{beside}" for band, words in _BANDS.items() for draw, beside in _DRAWS.items()},
    confirmed_by=(CLERK, COUNTY_OFFICER), death_month=True, basis=ELDERS.article(33),
    told="80周岁以上的老人按月领取，金额按当地标准。不用申请：按户籍和年龄列出名单，乡镇（街道）与老人核对收款账户后发放。",
    words=("高龄补贴", "高龄", "老人补贴", "养老补贴", "80岁", "90岁", "百岁"),
)  # fmt: skip
NURSING = declare.Subsidy(
    "elder_nursing", "经济困难老年人护理补贴", nursing_money, started_by="month", rates=_nursing, people=_DEPENDENT,
    asks=_asked, groups={
        f"{level}{grade}": f"{words}{beside}" for level, words in _LEVELS.items() for grade, beside in _GRADES.items()
    },
    confirmed_by=(CLERK, COUNTY_OFFICER), death_month=True, basis=ELDERS.article(30),
    told="领取低保的失能老人按失能等级按月领取。不用申请补贴：经老年人能力评估后列入名单，乡镇（街道）核对收款账户后发放。",
    words=("护理补贴", "失能补贴", "失能", "能力评估", "瘫痪", "卧床", "养老补贴"),
)  # fmt: skip

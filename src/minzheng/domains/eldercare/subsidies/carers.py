"""Entry and seniority subsidies of carers (养老护理员入职、工龄补贴; plan 5.5): from jobs that a county has confirmed.

Nobody applies: whoever has served long enough on the first of the month stands on the list.  The entry subsidy is paid
once in a life; what has been on a signed list is never on another.  Seniority adds up over all confirmed jobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.clock import Month

from ..roles import COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER
from ..rules import CARER_BANDS, PLAN

__all__ = ["ENTRY", "SENIORITY", "entry_money", "seniority_money"]

entry_money = declare.Scheme(
    "carer_entry", "养老护理员入职补贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, unit="元/次",
    basis=PLAN.as_a_whole(),
)  # fmt: skip
seniority_money = declare.Scheme(
    "carer_seniority", "养老护理员工龄补贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    basis=PLAN.as_a_whole(),
)  # fmt: skip

# Whoever is employed on the first of the month, with the day since when here, and all days of confirmed service.
_CARERS = """
WITH now AS (
  SELECT j.person_id, j.path, j.from_on FROM eldercare_carerjob j
  WHERE j.path >= %(path)s AND j.path < %(path_end)s AND j.state = 'confirmed' AND j.from_on <= %(month)s
    AND (j.until_on IS NULL OR j.until_on > %(month)s)
), served AS (
  SELECT n.person_id, n.path, n.from_on, sum(least(coalesce(j.until_on, %(month)s), %(month)s) - j.from_on)::int AS days
  FROM now n JOIN eldercare_carerjob j ON j.person_id = n.person_id AND j.state = 'confirmed' AND j.from_on <= %(month)s
  GROUP BY 1, 2, 3
), carer AS (
  SELECT s.person_id, s.path, date_part('year', age(%(month)s::date, s.from_on)) * 12
      + date_part('month', age(%(month)s::date, s.from_on)) AS months,
    date_part('year', age(%(month)s::date, %(month)s::date - s.days)) AS years,
    coalesce(h.class_ur, 'urban') AS class_ur
  FROM served s LEFT JOIN people_membership m ON m.person_id = s.person_id AND m.until_on IS NULL
  LEFT JOIN people_household h ON h.id = m.household_id
)"""

_ENTERED = f"""{_CARERS}
SELECT c.person_id, NULL::bigint, c.path, c.class_ur, 'entry', 0 FROM carer c
WHERE c.months >= %(least)s AND NOT EXISTS (
  SELECT FROM subsidies_listed l JOIN subsidies_subsidylist s ON s.id = l.list_id
  WHERE l.person_id = c.person_id AND s.subsidy = 'eldercare.carer_entry' AND s.state = 'approved'
    AND s.month <> %(month)s)"""

_SERVED = f"""{_CARERS}
SELECT c.person_id, NULL::bigint, c.path, c.class_ur,
  (SELECT max(b) FROM unnest(%(bands)s::int[]) b WHERE b <= c.years)::text, 0
FROM carer c WHERE c.years >= (SELECT min(b) FROM unnest(%(bands)s::int[]) b)"""


def _asked() -> Mapping[str, Any]:
    """One yardstick for the province on how long somebody serves before the entry subsidy."""
    return {"least": number("carer.entry.months", path="22/", on=clock.today()), "bands": list(CARER_BANDS)}


def _rates(keys: Mapping[str, str], path: str, month: Month) -> declare.Rates:
    """Amounts by group, of the county in the month of the list; what is set to nothing is not listed."""
    figures = catalogue.current().parameters()
    amounts = {group: figures.get(key, path=path, on=month.first).value for group, key in keys.items()}
    paid = {group: amount for group, amount in amounts.items() if amount}
    trace = {"place": path, "month": str(month), "amounts": paid}
    return declare.Rates(True, {}, frozenset(paid), "JL-14", trace, by_group=paid)


def _entry(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    del given
    return _rates({"entry": "carer.entry.amount"}, path, month)


def _seniority(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    del given
    return _rates({str(years): f"carer.seniority.y{years}" for years in CARER_BANDS}, path, month)


ENTRY = declare.Subsidy(
    "carer_entry", "养老护理员入职补贴", entry_money, started_by="month", rates=_entry, people=_ENTERED, asks=_asked,
    groups={"entry": "从业满规定月数"}, confirmed_by=(COUNTY_OFFICER,), basis=PLAN.as_a_whole(),
    told="在养老机构从事护理工作满规定月数的护理员发放一次。不用申请：机构登记入职、县级核对合同和社会保险后列入名单。",
    words=("护理员补贴", "入职补贴", "入职奖补", "养老护理员"),
)  # fmt: skip
SENIORITY = declare.Subsidy(
    "carer_seniority", "养老护理员工龄补贴", seniority_money, started_by="month", rates=_seniority, people=_SERVED,
    asks=_asked, groups={str(years): f"满{years}年" for years in CARER_BANDS}, confirmed_by=(COUNTY_OFFICER,),
    basis=PLAN.as_a_whole(),
    told="养老护理员按累计从业年限按月领取，金额按当地标准。不用申请：县级核实的从业时间达到年限的列入名单。",
    words=("护理员补贴", "工龄补贴", "岗位津贴", "养老护理员"),
)  # fmt: skip

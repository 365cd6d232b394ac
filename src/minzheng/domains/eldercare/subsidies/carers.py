"""The subsidy of carers (养老护理员入职、工龄补贴; plan 5.5): from jobs that a county has looked at and confirmed.

Nobody applies: whoever has served long enough on the first of the month stands on the list.  Entry is paid once in a
life, seniority each month by the years of all confirmed jobs; who is due both is paid both in one sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.clock import Month

from ..roles import COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER
from ..rules import CARER_BANDS, PLAN

__all__ = ["CARERS", "carer_money"]

carer_money = declare.Scheme(
    "carer", "养老护理员补贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, basis=PLAN.as_a_whole(),
)  # fmt: skip

# Whoever is employed on the first of the month, with the months since when here, and the years of all confirmed jobs.
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
    date_part('year', age(%(month)s::date, %(month)s::date - s.days)) AS years
  FROM served s
), due AS (
  SELECT c.person_id, c.path, (SELECT max(b) FROM unnest(%(bands)s::int[]) b WHERE b <= c.years) AS band,
    c.months >= %(least)s AND NOT EXISTS (
      SELECT FROM subsidies_listed l JOIN subsidies_subsidylist s ON s.id = l.list_id
      WHERE l.person_id = c.person_id AND l."group" LIKE 'entry%%' AND s.subsidy = 'eldercare.carer'
        AND s.state = 'approved' AND s.month <> %(month)s) AS entry
  FROM carer c
)
SELECT d.person_id, NULL::bigint, d.path, coalesce(h.class_ur, 'urban'),
  concat_ws('_', CASE WHEN d.entry THEN 'entry' END, d.band), 0
FROM due d LEFT JOIN people_membership m ON m.person_id = d.person_id AND m.until_on IS NULL
LEFT JOIN people_household h ON h.id = m.household_id
WHERE d.entry OR d.band IS NOT NULL"""

_GROUPS = {
    "entry": "入职补贴", **{str(years): f"工龄满{years}年" for years in CARER_BANDS},
    **{f"entry_{years}": f"入职补贴和工龄满{years}年" for years in CARER_BANDS},
}  # fmt: skip


def _asked() -> Mapping[str, Any]:
    """One yardstick for the province on how long somebody serves before the entry subsidy."""
    return {"least": number("carer.entry.months", path="22/", on=clock.today()), "bands": list(CARER_BANDS)}


def _rates(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """Amounts of the county in the month of the list; what is set to nothing is not listed."""
    del given

    def value(key: str) -> int:
        return number(key, path=path, on=month.first)

    entry = value("carer.entry.amount")
    years = {str(band): value(f"carer.seniority.y{band}") for band in CARER_BANDS}
    amounts = {"entry": entry, **years, **{f"entry_{band}": entry + sum_ for band, sum_ in years.items()}}
    paid = {group: amount for group, amount in amounts.items() if amount}
    trace = {"place": path, "month": str(month), "amounts": paid}
    return declare.Rates(True, {}, frozenset(paid), "JL-14", trace, by_group=paid)


CARERS = declare.Subsidy(
    "carer", "养老护理员补贴", carer_money, started_by="month", rates=_rates, people=_CARERS, asks=_asked,
    groups=_GROUPS, confirmed_by=(COUNTY_OFFICER,), basis=PLAN.as_a_whole(),
    told="养老机构的护理员从业满规定月数发放一次入职补贴，满一定年限按月发放工龄补贴。不用申请：机构登记入职、县级核对后列入名单。",
    words=("护理员补贴", "入职补贴", "工龄补贴", "岗位津贴", "养老护理员"),
)  # fmt: skip

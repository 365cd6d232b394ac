"""Subsidies paid by a list: the price subsidy when an index crosses its trigger, a living subsidy in an emergency.

发改价格〔2021〕1553号 and handbook 01 §§6.3, 7.  The law says who of the protected is meant in a month, and for
how much; the register and the ledger say who was protected on the last day of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.clock import Month
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import to_json

from . import rules
from .roles import COUNTY_APPROVER, PAYER, PAYMENT_REVIEWER, PROVINCIAL_OFFICER, PROVINCIAL_SIGNER
from .rules import price

__all__ = ["LIVING", "PRICE", "living_money", "price_money"]

price_money = declare.Scheme(
    "price", "价格临时补贴", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    unit="元/月", basis=rules.PR1553.as_a_whole(),
)  # fmt: skip
living_money = declare.Scheme(
    "living_subsidy", "临时生活补贴", "household", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    unit="元/月", basis=rules.SA2014.article(47),
)  # fmt: skip

# What a group is to the law.  Those that a list does not tell apart (so that nobody's illness or service can be read
# off it) stand together under one word.
_GROUPS: Mapping[str, Mapping[str, Any]] = {
    "dibao": {"receives": "dibao"},
    "tekun": {"receives": "tekun"},
    "edge": {"receives": "edge"},
    "other": {"unemployment": "insurance"},
    "aid": {"unemployment": "aid"},
}
_LABELS = {
    "tekun": "特困人员", "dibao": "低保对象", "other": "其他法定保障对象", "edge": "低保边缘家庭成员",
    "aid": "领取失业补助金人员",
}  # fmt: skip

# Covered by dibao or tekun in the month; on the register as an edge family on the day; and whoever the profile of a
# family says is insured against unemployment, served, or is a protected child.
_PEOPLE = """
SELECT c.person_id, e.household_id, e.path, e.class_ur,
       CASE e.scheme WHEN 'assistance.tekun' THEN 'tekun' ELSE 'dibao' END,
       CASE e.scheme WHEN 'assistance.tekun' THEN 0 ELSE 1 END
FROM ledger_covered c JOIN ledger_entitlement e ON e.id = c.entitlement_id
WHERE e.scheme IN ('assistance.dibao', 'assistance.tekun') AND e.path >= %(path)s AND e.path < %(path_end)s
  AND c.from_month <= %(month)s AND (c.until_month IS NULL OR c.until_month > %(month)s)
  AND e.from_month IS DISTINCT FROM e.until_month
UNION ALL
SELECT m.person_id, s.household_id, s.path, s.class_ur, 'edge', 3
FROM assistance_standing s JOIN people_membership m ON m.household_id = s.household_id AND m.counted
WHERE s.low_income_class = 'L3' AND s.path >= %(path)s AND s.path < %(path_end)s
  AND s.valid_from <= %(day)s AND (s.ended_on IS NULL OR s.ended_on > %(day)s)
  AND m.from_on <= %(day)s AND (m.until_on IS NULL OR m.until_on > %(day)s)
UNION ALL
SELECT p.person_id, h.household_id, h.path, h.class_ur, CASE WHEN p.unemployment = 'aid'
         AND NOT (p.receives IN ('orphan', 'fuc') OR p.hiv_infected OR p.veteran_benefit) THEN 'aid' ELSE 'other' END, 2
FROM assistance_personprofile p JOIN assistance_householdprofile h ON h.household_id = p.profile_id
WHERE h.path >= %(path)s AND h.path < %(path_end)s AND p.person_id IS NOT NULL AND h.class_ur IS NOT NULL
  AND p.relation <> 'supporter' AND (p.unemployment IN ('insurance', 'aid') OR p.veteran_benefit OR p.hiv_infected
    OR p.receives IN ('orphan', 'fuc'))"""


def _price(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """By the index of the month: whether it starts, for which groups, and what one person of each class is paid."""
    parameters = catalogue.current().parameters()
    facts = filled(Facts(dict(given)), rules.place_month)
    run = Evaluation(rules.place_month, facts, parameters, path=path, on=month.first, month=month.first)
    triggered = _yes(run, price.price_trigger)
    amounts, groups = {"urban": 0, "rural": 0}, frozenset[str]()
    if triggered and level_of(path) is Level.COUNTY:
        amounts = {"urban": _fen(run, price.price_urban), "rural": _fen(run, price.price_rural)}
        groups = frozenset(code for code in _GROUPS if _meant(code, parameters, path, month))
    return declare.Rates(triggered, amounts, groups, _rule_set(month), _trace(run, given, amounts, groups))


def _living(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """As the order says, for each protected person; who that is beside dibao and tekun is the place's to say."""
    amount = int(given["amount"])
    found = catalogue.current().parameters().get("emergency.living.edge", path=path, on=month.first)
    groups = frozenset({"dibao", "tekun", *(("edge",) if found.value else ())})
    trace = {"amount": amount, "groups": sorted(groups)}
    return declare.Rates(True, {"urban": amount, "rural": amount}, groups, _rule_set(month), trace)


def _meant(code: str, parameters: Parameters, path: str, month: Month) -> bool:
    """Whether the law of the month means this group: it widens for a time."""
    person = {"relation": "self", **_GROUPS[code]}
    facts = filled(Facts({}, (person,)), rules.household)
    run = Evaluation(rules.household, facts, parameters, path=path, on=month.first, month=month.first)
    return run.answer(price.price_group, 0) is True


def _yes(run: Evaluation, rule: Rule) -> bool | None:
    found = run.answer(rule)
    return None if isinstance(found, Unknown) else bool(found)


def _fen(run: Evaluation, rule: Rule) -> int:
    found = run.answer(rule)
    assert isinstance(found, int)
    return found


def _trace(
    run: Evaluation, given: Mapping[str, Any], amounts: Mapping[str, int], groups: frozenset[str]
) -> dict[str, Any]:
    """The figures, the values they were held against, and what came of it: kept with the list."""
    used = [
        {"key": one.key, "title": one.title, "value": str(one.value),
         "from": one.from_.isoformat(), "source": one.source}
        for one in run.used.values()
    ]  # fmt: skip
    figures = {name: to_json(value) for name, value in given.items()}
    return {"figures": figures, "parameters": used, "amounts": dict(amounts), "groups": sorted(groups)}


def _rule_set(month: Month) -> str:
    return rules.SOCIAL_ASSISTANCE.on(month.first).code


PRICE = declare.Subsidy(
    "price", "价格临时补贴", price_money, started_by="index", rates=_price, people=_PEOPLE, groups=_LABELS,
    declared_by=(PROVINCIAL_OFFICER,), checked_by=(PROVINCIAL_SIGNER,), term="price.term",
    basis=rules.PR1553.as_a_whole(),
)  # fmt: skip
LIVING = declare.Subsidy(
    "living", "临时生活补贴", living_money, started_by="emergency", rates=_living, people=_PEOPLE, groups=_LABELS,
    declared_by=(PROVINCIAL_OFFICER,), carried_out_by=(COUNTY_APPROVER, PAYER), term="emergency.task_term",
    basis=rules.SA2014.article(47),
)  # fmt: skip

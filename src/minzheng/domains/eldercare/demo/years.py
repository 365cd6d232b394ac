"""Made-up years of all counties in a few statements: residents assessed, houses checked, incidents, mutual-aid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.inspections.models import Check, Hazard, Incident
from minzheng.kernel.people.contents import written
from minzheng.kernel.people.models import Household

from ..forms.homes import SAFETY_RISKS
from ..models import SiteMonth
from ..queries.homes import SORT, SUPERVISION, key_of
from ..queries.sites import KINDS
from ..queries.sites import SORT as COMMUNITY

__all__ = ["populate"]

ABILITY = "eldercare.ability"
# The points of a sheet of each level, from intact to complete loss.
_POINTS = (90, 80, 56, 38, 12)
_SITE_MONTHS = 30
# Everybody who stays has been assessed twice, the later one holds; whoever was assessed at home keeps that report.
_ASSESSED = """
INSERT INTO visits_assessment (path, instrument, version_used, number, person_id, state, "on", sheet, beside, scored,
  total, level, rule_set, first_by, first_by_name, first_at, second_by, second_by_name, second_at, valid_until,
  objection_until, objection, objected_by_name, words, version)
SELECT p.path, %(instrument)s, %(version)s, '演示评' || s.id || '-' || n.round, p.id, n.state, d.on,
  (%(sheets)s::text[])[1 + v.level], %(beside)s, (%(scored)s::text[])[1 + v.level], (%(totals)s::int[])[1 + v.level],
  v.level, %(rules)s, 'demo:1', '演示评估员甲', d.on + time '10:00', 'demo:2', '演示评估员乙', d.on + time '15:00',
  (d.on + interval '1 year')::date, d.on + 14, '', '', '', 1
FROM facilities_stay s JOIN facilities_facility f ON f.id = s.facility_id AND f.sort = %(sort)s
JOIN people_person p ON p.id = s.person_id
CROSS JOIN (VALUES (1, 'replaced', 400), (2, 'in_force', 60)) AS n(round, state, ago)
CROSS JOIN LATERAL (SELECT (%(today)s::date - n.ago - (s.id %% 120)::int) AS on) d
CROSS JOIN LATERAL (SELECT (substr(s.agreement_number, 3)::bigint %% 5)::int AS level) v
WHERE s.until_on IS NULL AND d.on >= s.from_on - 7 AND NOT EXISTS (
  SELECT FROM visits_assessment a WHERE a.person_id = p.id AND a.instrument = %(instrument)s)"""


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del actors, family
    if not SiteMonth.objects.exists():
        build(by=by)


@verb("eldercare.demo_years", label="生成演示年度记录")
def build(*, by: Actor) -> None:
    """All of it in a constant number of statements."""
    _assess()
    houses = list(Facility.objects.filter(sort=SORT, state="open").order_by("id"))
    checks = Check.objects.bulk_create(_checks(houses))
    Hazard.objects.bulk_create(_faults(checks))
    Incident.objects.bulk_create(_incidents(houses))
    kinds = [kind for _, kind in KINDS]
    sites = list(Facility.objects.filter(sort=COMMUNITY, kind__in=kinds, state="open").order_by("id"))
    SiteMonth.objects.bulk_create(_months(sites), batch_size=5000)
    note(path="22/", after={"houses": len(houses), "sites": len(sites)})


def _assess() -> None:
    """Five sheets, one of each level, reckoned by the law itself."""
    item, today = catalogue.current().scored[ABILITY].item, clock.today()
    beside = {
        "reason": "routine",
        "living": "institution",
        "coma": False,
        "diagnosis": "none",
        "risk_events": 0,
    }
    sheets = [_sheet({one.code: one.most for one in item.items}, total) for total in _POINTS]
    parameters = catalogue.current().parameters()
    found = [item.score({**sheet, **beside}, parameters, path="22/", on=today) for sheet in sheets]
    facts = {
        "instrument": ABILITY, "version": item.version, "sort": SORT, "today": today, "beside": written(beside),
        "sheets": [written(one) for one in sheets], "totals": [one.total for one in found],
        "scored": [written({"parts": [list(x) for x in one.parts], "reasons": list(one.reasons)}) for one in found],
        "rules": found[0].rule_set,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ASSESSED, facts)


def _sheet(points: dict[str, int], total: int) -> dict[str, int]:
    """One point less from item to item, round and round, until the total is reached."""
    codes = list(points)
    at = 0
    while sum(points.values()) > total:
        code = codes[at % len(codes)]
        points[code] = max(points[code] - 1, 0)
        at += 1
    return points


def _checks(houses: list[Facility]) -> Iterator[Check]:
    """Once a year since 2022; every ninth house failed the first time, some wait for the check of this year."""
    today = clock.today()
    waits = set(Hazard.objects.filter(state="open").values_list("subject", flat=True))
    for n, one in enumerate(houses):
        for year in range(2022, today.year + 1):
            on = date(year, 3 + n % 7, 4 + n % 20)
            due = year < today.year or (on <= today and n % 12 != 8 and key_of(one) not in waits)
            if due and one.opened_on is not None and on > one.opened_on:
                yield Check(
                    supervision=SUPERVISION, subject=key_of(one), subject_name=one.name, path=one.path,
                    kind="yearly",
                    list_code="gb38600", list_version="2022.1", inspectors=["demo:1", "demo:2"],
                    inspector_names="演示检查员甲、演示检查员乙", due_on=date(year, 12, 31), done_on=on,
                    done_by="demo:1",
                    met=year > 2022 or n % 9 != 0, publish_by=on + timedelta(days=20),
                    published_on=on + timedelta(days=9),
                )  # fmt: skip


def _faults(checks: list[Check]) -> Iterator[Hazard]:
    for one in checks:
        if one.met is False and one.done_on is not None:
            yield Hazard(
                supervision=SUPERVISION, subject=one.subject, subject_name=one.subject_name, path=one.path,
                check_of=one,
                clause="drill", clause_text="应急预案每年至少演练一次", mandatory=True, words="当年没有演练记录",
                found_on=one.done_on, due_on=one.done_on + timedelta(days=30), state="closed", remedy="已组织演练",
                remedied_on=one.done_on + timedelta(days=20), closed_on=one.done_on + timedelta(days=25),
                closed_by="demo:2", closed_by_name="演示检查员乙",
            )  # fmt: skip


def _incidents(houses: list[Facility]) -> Iterator[Incident]:
    """Some a year, mostly falls, all of them closed."""
    risks = ["fall", *SAFETY_RISKS, "fall"]
    for n, one in enumerate(houses):
        for year in range(2022, clock.today().year):
            if (n + year) % 3:
                continue
            at = datetime(year, 1 + (n + year) % 12, 1 + n % 27, 7 + n % 12, 20, tzinfo=clock.SHANGHAI)
            yield Incident(
                supervision=SUPERVISION, subject=key_of(one), subject_name=one.name, path=one.path,
                risk=risks[n % len(risks)], severity=1 + (n % 10 > 6) + (n % 10 > 8), happened_at=at, where="房间",
                words="已处置并告知家属", due_at=at + timedelta(hours=24), reported_at=at + timedelta(hours=3),
                reported_by_name="演示机构", result="已整改并复查", closed_on=at.date() + timedelta(days=12),
                closed_by_name="演示科长",
            )  # fmt: skip


def _months(sites: list[Facility]) -> Iterator[SiteMonth]:
    """The last thirty months of each site; the latest waits for the county."""
    last = Month.of(clock.today()).previous
    for n, one in enumerate(sites):
        for back in reversed(range(_SITE_MONTHS)):
            month = last - back
            if one.opened_on is None or month.first < one.opened_on or (n + back) % 17 == 0:
                continue
            days = 12 + (n + back) % 12
            facts: dict[str, Any] = {"state": "reported"} if back == 0 else {
                "state": "met", "checked_on": month.next.first + timedelta(days=9), "opinion": "电话回访属实",
                "checked_by_name": "演示科长",
            }  # fmt: skip
            yield SiteMonth(
                facility=one, path=one.path, month=month.first, days=days, visitors=days * (6 + n % 9),
                meals=days * (n % 5),
                helpers=days // 4, hours=days // 2, words="下棋、读报、量血压，结伴做饭", reported_by="demo:1",
                reported_by_name="演示站长", **facts,
            )  # fmt: skip

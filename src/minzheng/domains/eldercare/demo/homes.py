"""Made-up institutions of all counties, set in a few statements, and what was drawn and found in one of them.

Their codes carry a division that was abolished before such codes existed, and every name says that it is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import counties, in_force
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Bed, Facility, Fitting, Stay
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.inspections.models import Check, Hazard
from minzheng.kernel.people.contents import written
from minzheng.kernel.people.identity import uscc_check_digit
from minzheng.kernel.people.models import Household, Person

from ..queries.homes import SORT, SUPERVISION

__all__ = ["populate"]

# Kind, its name, ownership, beds, care-type beds at the opening and after refitting in 2022, opened.
_KINDS = (
    ("county_home", "社会福利院", "public", 60, 22, 40, date(2020, 5, 6)),
    ("township_home", "福利中心", "public", 30, 9, 17, date(2020, 9, 1)),
    ("home", "颐养院", "private", 40, 16, 16, date(2021, 4, 6)),
)
_SITES = {"街道": ("street_centre", "综合服务中心"), "镇": ("mutual_site", "互助站")}
_FOUR = ["coordination", "day_care", "full_care", "home_service"]

# Old people of the county, each into one bed of it; most stay on, some have left.
_STAYS = """
WITH elder AS (
  SELECT p.id, c.path AS county, row_number() OVER (PARTITION BY c.path ORDER BY md5(p.id::text)) AS n
  FROM people_person p JOIN unnest(%(counties)s::text[]) AS c(path) ON p.path ^@ (c.path COLLATE "C")
  WHERE p.birth < DATE '1958-01-01' AND p.died_on IS NULL AND p.merged_into_id IS NULL
    AND NOT EXISTS (SELECT FROM visits_assessment a WHERE a.person_id = p.id)),
bed AS (
  SELECT b.id, b.facility_id, b.path, c.path AS county, greatest(b.opened_on, f.opened_on) AS opened,
         row_number() OVER (PARTITION BY c.path ORDER BY md5(b.id::text)) AS n
  FROM facilities_bed b JOIN facilities_facility f ON f.id = b.facility_id AND f.sort = %(sort)s
  JOIN unnest(%(counties)s::text[]) AS c(path) ON b.path ^@ (c.path COLLATE "C")),
pair AS (
  SELECT bed.*, elder.id AS person, bed.opened + (bed.id * 7919 %% 1500)::int AS since,
         CASE WHEN bed.n %% 5 = 0
           THEN bed.opened + (bed.id * 7919 %% 1500)::int + 200 + (bed.id %% 300)::int END AS until
  FROM bed JOIN elder USING (county, n) WHERE bed.n %% 4 <> 0),
stay AS (
  INSERT INTO facilities_stay (path, facility_id, person_id, agreement_number, answers, fee, deposit, prepaid,
                               from_on, until_on, left_because, left_words, settled, by_name)
  SELECT path, facility_id, person, 'YS' || id, (%(answers)s::text[])[1 + id %% 5],
         150000 + (id %% 8) * 20000, 300000, 0, since, until, CASE WHEN until IS NULL THEN '' ELSE 'home' END, '',
         CASE WHEN until IS NULL THEN NULL ELSE 300000 END, '演示'
  FROM pair RETURNING id, agreement_number, path, person_id, from_on, until_on)
INSERT INTO facilities_lodging (path, stay_id, bed_id, person_id, from_on, until_on)
SELECT path, id, substr(agreement_number, 3)::bigint, person_id, from_on, until_on FROM stay
"""
_FIRST = """
UPDATE facilities_facility f SET first_stay_on = s.first FROM (
  SELECT facility_id, min(from_on) AS first FROM facilities_stay GROUP BY 1) s WHERE s.facility_id = f.id
"""


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del family
    if Facility.objects.exists():
        return
    build(by=by)
    if "elder_county" in actors:
        _story(actors)


@verb("eldercare.demo_houses", label="生成演示机构")
def build(*, by: Actor) -> None:
    """All houses, beds and residents, in a constant number of statements."""
    townships = _townships()
    Facility.objects.bulk_create(_houses(townships))
    homes = list(Facility.objects.filter(sort=SORT))
    shape = {kind: (beds, care, later) for kind, _, _, beds, care, later, _ in _KINDS}
    Bed.objects.bulk_create(
        Bed(facility=one, path=one.path, room=f"{1 + n // 20}{n % 20 // 2:02d}", number=str(n % 2 + 1),
        opened_on=one.opened_on or date(2020, 5, 6))
        for one in homes
        for n in range(shape[one.kind][0])
    )  # fmt: skip
    Fitting.objects.bulk_create(_fittings(shape))
    with connection.cursor() as cursor:
        answers = [written({"level": str(level), "payer": "self"}) for level in range(5)]
        cursor.execute(_STAYS, {"counties": list(townships), "sort": SORT, "answers": answers})
        cursor.execute(_FIRST)
    audit.note(path="22/", after={"homes": len(homes)})


def _townships() -> dict[str, list[Division]]:
    """The townships and streets of each county, towns first."""
    found: dict[str, list[Division]] = {one.path: [] for one in counties()}
    for one in in_force().filter(level=int(Level.TOWNSHIP)).order_by("path"):
        county = one.path.rsplit("/", 2)[0] + "/"
        if county in found:
            found[county].append(one)
    return {
        county: sorted(towns, key=lambda one: not one.name.endswith("镇"))
        for county, towns in found.items()
        if towns
    }


def _houses(townships: dict[str, list[Division]]) -> Iterator[Facility]:
    serial = 0
    for towns in townships.values():
        for town, (kind, word, ownership, _, _, _, opened) in zip(towns, _KINDS, strict=False):
            serial += 1
            yield _house(SORT, kind, f"演示{town.name}{word}", ownership, town, serial, opened, {
                "area": 1800 + serial % 9 * 200, "fire_number": f"演示消{serial}", "fire_on": str(opened),
                "food_permit": "",
                "medical": ("clinic", "contract", "none")[serial % 3], "bathing": serial % 4 != 0, "caregivers": 9,
                "dependent": kind == "county_home" and serial % 23 != 0,
                "social_workers": 1, "day_places": 10, "fee_from": 150_000 + serial % 5 * 30_000,
                "fee_to": 260_000 + serial % 7 * 40_000,
            })  # fmt: skip
        for town in towns:
            serial += 1
            kind, word = _SITES["街道" if town.name.endswith("街道") else "镇"]
            made = _house(
                "eldercare.community", kind, f"演示{town.name}{word}", "public", town, serial,
                date(2021 + serial % 3, 6, 1), {"area": 300, "hours": "8:00—17:00", "heating": True, "manager": "演示"},
            )  # fmt: skip
            made.functions, made.complete = (
                (_FOUR, True) if serial % 7 else (_FOUR[:2], kind != "street_centre")
            )
            yield made


def _house(
    sort: str,
    kind: str,
    name: str,
    ownership: str,
    town: Division,
    serial: int,
    opened: date,
    details: dict[str, Any],
) -> Facility:
    body = f"{'12' if ownership == 'public' else '52'}222100{serial:08d}X"
    return Facility(
        sort=sort, kind=kind, name=name, ownership=ownership, path=town.path, uscc=body + uscc_check_digit(body),
        representative="演示法人", address="演示路1号", state="open", opened_on=opened, details=details,
        filed_on=opened.replace(month=opened.month + 1), filing_number=f"演示备{serial:05d}",
    )  # fmt: skip


def _fittings(shape: Mapping[str, tuple[int, int, int]]) -> Iterator[Fitting]:
    """So many care-type beds from the opening; more from the summer of 2022, when ordinary ones were refitted."""
    refitted, seen = date(2022, 7, 1), Counter[int]()
    for bed in Bed.objects.select_related("facility").order_by("facility", "id"):
        seen[bed.facility_id] += 1
        at = seen[bed.facility_id]
        _, care, later = shape[bed.facility.kind]
        about = {"bed": bed, "path": bed.path}
        if at <= care:
            yield Fitting(**about, kind="dementia" if at % 6 == 0 else "care", from_on=bed.opened_on)
        elif at <= later:
            yield Fitting(**about, kind="ordinary", from_on=bed.opened_on, until_on=refitted)
            yield Fitting(**about, kind="care", from_on=refitted, evidence="护理型床位改造验收")
        else:
            yield Fitting(**about, kind="ordinary", from_on=bed.opened_on)


def _story(actors: Mapping[str, Actor]) -> None:
    """One county's draws of two years: most houses meet the list, one has a blocked exit that is put right too late."""
    officer, keeper = actors["elder_county"], actors["elder_keeper"]
    own = Facility.objects.filter(sort=SORT, path__startswith=keeper.posts[0].path).first()
    if own is not None:
        houses.name_keeper(facility=own, user_id=keeper.id, name=keeper.name, by=officer)
        _queue(own, keeper)
    team = {one.id: one for one in (actors["elder_inspector"], actors["elder_inspector2"])}
    path = officer.posts[0].path
    sites = list(Facility.objects.filter(sort="eldercare.community", path__startswith=path).order_by("id"))
    for n, one in enumerate(sites):
        one.latitude, one.longitude = Decimal("44.430000") + Decimal(n * 2) / 100, Decimal("125.184000")
    Facility.objects.bulk_update(sites, ["latitude", "longitude"])
    sheet = catalogue.current().supervision(SUPERVISION).item.lists[0]
    for number, day in enumerate((date(2024, 5, 13), date(2025, 5, 12))):
        with clock.frozen(day):
            inspections.draw(
                supervision=SUPERVISION, path=path, plan=f"演示双随机{day.year}",
                announced=f"{day.year} 07 12 33 35 41",
                list_code=sheet.code, due_on=day.replace(day=31), by=officer,
            )  # fmt: skip
            for check in Check.objects.filter(done_on=None, path__startswith=path):
                answers = {one.code: {"result": "meets"} for one in sheet.clauses}
                if number:
                    answers["exit"] = {"result": "not", "words": "二楼安全出口堆放杂物"}
                by = team[check.inspectors[0]]
                done = inspections.carry_out(check=check, answers=answers, by=by)
                inspections.publish(check=done, by=officer)
    _too_late(path, actors)


def _queue(own: Facility, keeper: Actor) -> None:
    """Who asked last stands first if the law puts them first."""
    staying = Stay.objects.filter(until_on=None).values("person_id")
    old = Person.objects.filter(
        path__startswith=own.path, died_on=None, merged_into=None, birth__lt=date(1956, 1, 1)
    )
    waits = old.exclude(pk__in=staying).order_by("birth", "id")
    for one, rank in zip(waits, ("other", "very_old", "poor_alone"), strict=False):
        houses.ask(facility=own, person=one, rank=rank, bed_kind="care", by=keeper)


def _too_late(path: str, actors: Mapping[str, Actor]) -> None:
    """A fault whose day went by becomes a case, and comes back from the review for want of a record."""
    fault = Hazard.objects.filter(path__startswith=path).first()
    if fault is not None:
        with clock.frozen(date(2025, 6, 10)):
            made = inspections.propose(
                hazard=fault,
                kind="warning",
                amount=0,
                grounds="逾期未清理安全出口",
                record=None,
                by=actors["elder_inspector"],
            )
            inspections.review(
                penalty=made, agreed=False, opinion="没有执法过程记录，退回补充", by=actors["elder_lawyer"]
            )

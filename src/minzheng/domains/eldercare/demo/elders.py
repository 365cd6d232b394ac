"""A month of home visits in one county, told by the verbs on the days on which they would be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.audit import Actor, Post, system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.models import Covered
from minzheng.kernel.people.identity import luhn_digit
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.subsidies import actions as subsidies
from minzheng.kernel.subsidies.models import SubsidyList
from minzheng.kernel.visits import assessing, certifying, contacting, managing, planning
from minzheng.kernel.visits.contacting import Said
from minzheng.kernel.visits.models import Assessment, Watched

from ..queries import vouchers

__all__ = ["ROUNDS", "card", "clerk_of", "poor_at_home", "populate"]

ROUNDS, ABILITY, HIGHAGE = "eldercare.visits", "eldercare.ability", "eldercare.highage"
NIGHT = system("visits")
_DAYS = 25
_SEEN_MOST = 300
_POOR_MOST, _LOOKED_AT = 12, 75
_NOTES = {
    3: ("mood", "watch", "独自在家时间长，情绪低落，已联系子女多通话"),
    8: ("warmth", "act", "窗户漏风，已请村里当天封好"),
}


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once: the ledger, a month of contacts, somebody sought, assessments, a list that waits for its signature."""
    if Watched.objects.exists() or "elder_county" not in actors:
        return
    county, today = actors["elder_county"].posts[0].path, clock.today()
    begun = today - timedelta(days=_DAYS)
    with clock.frozen(begun):
        planning.replan(rounds=ROUNDS, path=county, by=NIGHT)
    for day, calls in sorted(_calls(county, begun, today).items()):
        with clock.frozen(day):
            for one, said in calls:
                contacting.record_contact(watched=one, said=said, by=clerk_of(one, actors["elder_clerk"]))
    planning.replan(rounds=ROUNDS, path=county, by=NIGHT)
    _sought(actors)
    _assessed(actors, today)
    _poor(county, actors, today - timedelta(days=_LOOKED_AT))
    planning.replan(rounds=ROUNDS, path=county, by=NIGHT)
    _allowance(actors, county)


def _calls(county: str, begun: date, today: date) -> dict[date, list[tuple[Watched, Said]]]:
    """Who was reached on which day: the riskier the more often; every ninth person is still waited for."""
    seen = [item.code for item in catalogue.current().rounds[ROUNDS].item.seen]
    found: dict[date, list[tuple[Watched, Said]]] = defaultdict(list)
    rows = Watched.objects.filter(rounds=ROUNDS, path__startswith=county, until_on=None).order_by(
        "risk_since", "id"
    )
    for n, one in enumerate(rows.exclude(risk="green")[:_SEEN_MOST]):
        if n % 9 == 4 or level_of(one.path) is not Level.VILLAGE:
            continue
        first = begun + timedelta(days=1 + n % 9)
        days = [
            first,
            *(
                day
                for day in (first + timedelta(days=7), today - timedelta(days=n % 3))
                if one.risk != "yellow"
            ),
        ]
        for at, day in enumerate(sorted({day for day in days if begun <= day <= today})):
            found[day].append((one, _said(n + at, seen, home=at == 0 or day == today)))
    return found


def _said(n: int, seen: list[str], *, home: bool) -> Said:
    """What was seen; mostly all is well."""
    states = dict.fromkeys(seen, "ok")
    words = ""
    if note := _NOTES.get(n % 20):
        code, state, words = note
        states[code] = state
    at = {"lat": f"{44.43 + n % 40 / 1000:.6f}", "lon": "125.180000"} if home else {}
    return Said(method="home" if home else "phone", met=True, seen=states, words=words, **at)


def clerk_of(one: Watched, clerk: Actor) -> Actor:
    """The demonstration has one officer for all townships of the county."""
    township = parent(one.path) or ""
    post = Post("eldercare.clerk", township, Level.TOWNSHIP, clerk.posts[0].office)
    return Actor(id=clerk.id, name=clerk.name, kind=clerk.kind, posts=(post,))


def _sought(actors: Mapping[str, Actor]) -> None:
    """Of the visitor's own village, one elder has not been reached twice today."""
    visitor = actors["visitor"]
    own = Watched.objects.filter(rounds=ROUNDS, path=visitor.posts[0].path, until_on=None).order_by(
        "-risk", "id"
    )
    if own.exists():
        managing.assign(watched=list(own), visitor=visitor.id, by=actors["elder_clerk"])
        for _ in range(2):
            contacting.record_contact(watched=own[0], said=Said(method="home", met=False), by=visitor)


def _assessed(actors: Mapping[str, Actor], today: date) -> None:
    """Three elders of the county: one result in force, one objected to, one that waits for the other assessor."""
    team, county = (actors["assessor"], actors["assessor2"]), actors["elder_county"]
    for n, one in enumerate(team):
        for kind in ("assessor", "medical")[: n + 1]:
            certifying.certify(
                instrument=ABILITY, path=county.posts[0].path, holder=one.id, kind=kind, number=f"演示-{kind}-{n + 1}",
                from_on=date(2024, 1, 1), employer="县老年人能力评估中心（演示）", by=county,
            )  # fmt: skip
    people = Watched.objects.filter(
        rounds=ROUNDS, path__startswith=county.posts[0].path, until_on=None, risk="red"
    ).order_by("id")
    for n, one in enumerate(people.select_related("person")[:3]):
        done = assessing.sign_first(
            instrument=ABILITY, person=one.person, sheet=_sheet(n), on=today - timedelta(days=2), by=team[0]
        )
        if n < 2:
            done = assessing.sign_second(assessment=done, by=team[1])
        if n == 1:
            hearer = clerk_of(one, actors["elder_clerk"])
            assessing.object_to(assessment=done, reason="老人行走需要人扶，认为等级偏轻", by=hearer)


def poor_at_home(county: str, on: date) -> list[Person]:
    """Old people of families that draw a benefit against destitution: whom vouchers and the nursing subsidy mean."""
    asked = vouchers.asked(county, Month.of(on))
    schemes = sorted(set(asked["poor"]) - set(asked["kept"]))
    whose = Covered.objects.filter(
        entitlement__scheme__in=schemes, entitlement__state="current", until_month=None
    )
    rows = Person.objects.filter(
        path__startswith=county, died_on=None, merged_into=None, birth__lte=on - timedelta(days=61 * 366),
        pk__in=whose.values("person_id"),
    )  # fmt: skip
    return list(rows.order_by("birth", "id")[:_POOR_MOST])


def _poor(county: str, actors: Mapping[str, Actor], on: date) -> None:
    """They have been assessed in good time for a month of vouchers: moderate or severe loss."""
    with clock.frozen(on):
        for n, one in enumerate(poor_at_home(county, on)):
            if Assessment.objects.filter(person=one, instrument=ABILITY).exists():
                continue
            made = assessing.sign_first(
                instrument=ABILITY, person=one, sheet=_sheet(n, less=n % 2), on=on, by=actors["assessor"]
            )
            assessing.sign_second(assessment=made, by=actors["assessor2"])


def _sheet(n: int, *, less: int = 0) -> dict[str, str]:
    """Points that come to a lesser or greater loss."""
    item = catalogue.current().scored[ABILITY].item
    points = {one.code: str(max(one.most - (n + at) % 3 - less, 0)) for at, one in enumerate(item.items)}
    return points | {
        "reason": "first", "living": "alone", "coma": "no", "diagnosis": "none", "risk_events": str(n),
        "informant": "邻居", "informant_relation": "邻居", "at": "家中",
    }  # fmt: skip


def _allowance(actors: Mapping[str, Actor], county: str) -> None:
    """Elders of eighty and more have confirmed their accounts; the month's list waits for a signature."""
    officer, payer = actors["elder_county"], actors["elder_payer"]
    eighty = clock.today().replace(day=1) - timedelta(days=81 * 366)
    old = Person.objects.filter(path__startswith=county, died_on=None, merged_into=None, birth__lte=eighty)
    for one in old.order_by("id")[:12]:
        subsidies.confirm_account(
            subsidy=HIGHAGE, person=one, account=card(one.pk), owner=one.name, by=officer
        )
    try:
        listing: SubsidyList = subsidies.draft(
            subsidy=HIGHAGE, path=county, month=Month.of(clock.today()), by=payer
        )
    except Refused:
        return
    if listing.persons:
        subsidies.sign(listing=listing, seen=listing.content_sha, by=actors["elder_review"])


def card(pk: int) -> str:
    """A number that passes the check and belongs to no bank."""
    body = f"9998{pk:014d}"
    return body + luhn_digit(body)

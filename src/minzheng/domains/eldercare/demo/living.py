"""Made-up care at home of one county, told by the verbs on their days: beds, works on homes, hospital and back."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import timedelta

from django.core.files.base import ContentFile

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.facilities.models import Facility, Stay
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Fund
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import household_of
from minzheng.kernel.visits import assessing

from ..actions import adapting, home_beds, transferring
from ..models import HomeBed
from ..queries.living import houses_of, in_institution

__all__ = ["paper", "populate"]

ABILITY = "eldercare.ability"
_MOST = 4
_WORKS = (
    (("handrail", 4, 260_00), ("antislip", 6, 120_00), ("shower_seat", 1, 380_00)),
    (("nursing_bed", 1, 2640_00), ("handrail", 4, 260_00)),
    (("sensor_light", 3, 90_00), ("toilet", 1, 980_00)),
)


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once: beds with their months, works in three states, two ways to hospital."""
    del family, by
    if Contract.objects.filter(number="演示养购1").exists() or "elder_keeper" not in actors:
        return
    house = houses_of(actors["elder_keeper"]).first()
    if house is None:
        return
    # A small population has few old people: of the works each state once, then beds for whoever is left.
    people, signed = _people(actors), _contracts(house, actors)
    for n, one in enumerate(people[: len(_WORKS)]):
        _works(one, n, signed["adaptation"], actors)
    for n, one in enumerate(people[len(_WORKS) :]):
        _bed(one, n, house, actors)
    if len(people) > len(_WORKS):
        _months(house, actors)
    _hospital(house, actors)


def _picture() -> bytes:
    """A grey dot: what stands for a photograph where nobody took one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def paper(label: str, path: str, by: Actor) -> Document:
    """A picture with a label."""
    file = ContentFile(_picture(), name=f"{label}.png")
    return documents.store_upload(file=file, label=label, path=path, by=by)


def _contracts(house: Facility, actors: Mapping[str, Actor]) -> dict[str, Contract]:
    """The year's money, and a contract for each of the two services."""
    officer, found = actors["elder_county"], {}
    county, today = officer.posts[0].path, clock.today()
    made = Contract.objects.filter(path=county, number__in=("演示养购1", "演示养购2"))
    if known := {one.service: one for one in made}:
        return known
    ledger.allot(
        scheme="eldercare.elder_service", path=county, fund=Fund.PROVINCE, year=today.year, amount=2_000_000_00,
        document="演示省级补助1号", by=actors["elder_review"],
    )  # fmt: skip
    for service, number in (("homebed", "演示养购1"), ("adaptation", "演示养购2")):
        terms = funds.Terms(
            number=number, provider=house.name, provider_code=house.uscc, service=service, people=20, unit_price=300_00,
            amount=20_000_00, acceptance="服务记录完整，抽查属实", from_on=today.replace(month=1, day=1),
            until_on=today.replace(month=12, day=31),
        )  # fmt: skip
        found[service] = funds.sign(
            purchasing="eldercare.elder_purchase", path=county, terms=terms, by=officer
        )
    return found


def _people(actors: Mapping[str, Actor]) -> list[Person]:
    """Old people of the clerk's township who live at home in a family on file."""
    town, today = actors["elder_clerk"].posts[0].path, clock.today()
    rows = Person.objects.filter(
        path__startswith=town, died_on=None, merged_into=None, birth__lte=today - timedelta(days=72 * 366)
    )
    found, seen = [], set[int]()
    for one in rows.order_by("-id")[:200]:
        home = household_of(one)
        if home is not None and home.pk not in seen and not in_institution(one, today):
            found.append(one)
            seen.add(home.pk)
    return found[: _MOST + len(_WORKS)]


def _weak(n: int) -> dict[str, str]:
    """Points of somebody who needs help with most things."""
    item = catalogue.current().scored[ABILITY].item
    points = {one.code: str(max(one.most - 1 - (n + at) % 2, 0)) for at, one in enumerate(item.items)}
    return points | {
        "reason": "first", "living": "spouse", "coma": "no", "diagnosis": "none", "risk_events": "1",
        "informant": "配偶", "informant_relation": "配偶", "at": "家中",
    }  # fmt: skip


def _bed(person: Person, n: int, house: Facility, actors: Mapping[str, Actor]) -> None:
    """Assessed, asked for, looked at and agreed in the spring; the last one still waits for its agreement."""
    begun = clock.today() - timedelta(days=190 - 7 * n)
    clerk, officer = actors["elder_clerk"], actors["elder_county"]
    with clock.frozen(begun):
        first = assessing.sign_first(
            instrument=ABILITY, person=person, sheet=_weak(n), on=begun, by=actors["assessor"]
        )
        assessing.sign_second(assessment=first, by=actors["assessor2"])
    with clock.frozen(begun + timedelta(days=3)):
        made = home_beds.apply(person=person, by=clerk)
    with clock.frozen(begun + timedelta(days=8)):
        made = home_beds.look(
            bed=made,
            suitable=True,
            findings="一楼，卫生间湿滑，床边没有扶手",
            devices="呼叫按钮、扶手",
            by=clerk,
        )
    if n == _MOST - 1:
        return
    with clock.frozen(begun + timedelta(days=15)):
        agreed = home_beds.Agreed(
            provider=house, number=f"演示家床{n + 1}", signed_by="本人",
            care_plan="每周助浴一次、上门护理两次，每日电话", hours=32 + 4 * n, from_on=clock.today(),
        )  # fmt: skip
        home_beds.agree(bed=made, agreed=agreed, by=officer)


def _months(house: Facility, actors: Mapping[str, Actor]) -> None:
    """Three months reported; of two the county has asked at home, and the older one is settled."""
    keeper, officer = actors["elder_keeper"], actors["elder_county"]
    last = Month.of(clock.today()).previous
    for at, month in enumerate((last.previous.previous, last.previous, last)):
        for n, bed in enumerate(HomeBed.objects.filter(state="serving").order_by("id")):
            hours = (bed.hours or 30) - (8 if (n, at) == (0, 1) else 0)
            made = home_beds.report_month(
                bed=bed,
                month=month,
                hours=hours,
                visits=12,
                record="助浴四次、护理八次，按计划完成",
                by=keeper,
            )
            if at < 2:
                home_beds.check_month(served=made, met=True, opinion="电话核对，家属反映属实", by=officer)
    home_beds.settle_months(facility=house, month=last.previous.previous, by=officer)


def _works(person: Person, n: int, contract: Contract, actors: Mapping[str, Actor]) -> None:
    """One finished and claimed, one posted, one that waits for the county."""
    clerk, officer = actors["elder_clerk"], actors["elder_county"]
    begun = max(contract.from_on, clock.today() - timedelta(days=100))
    with clock.frozen(begun):
        made = adapting.apply(person=person, group="dibao", owner="本人", agreed=True, by=clerk)
        items = [{"item": item, "many": many, "price": price} for item, many, price in _WORKS[n]]
        made = adapting.plan(works=made, findings="卫生间和卧室存在跌倒风险", items=items, by=clerk)
    if n == 2:
        return
    with clock.frozen(clock.today() - timedelta(days=2) if n else begun + timedelta(days=6)):
        made = adapting.approve(works=made, contract=contract, by=officer)
    if n:
        return
    with clock.frozen(begun + timedelta(days=30)):
        done = adapting.Works(
            before=paper("改造前", person.path, clerk), after=paper("改造后", person.path, clerk), elder="本人",
            community="村委会", contractor="施工方",
        )  # fmt: skip
        made = adapting.take_over(works=made, done=done, by=clerk)
    adapting.claim(works=made, by=officer)


def _hospital(house: Facility, actors: Mapping[str, Actor]) -> None:
    """One resident went and came back with a plan, one is there."""
    keeper = actors["elder_keeper"]
    staying = Stay.objects.filter(facility=house, until_on=None, from_on__lt=clock.today()).order_by("id")[:2]
    for n, stay in enumerate(staying):
        made = transferring.ask(
            stay=stay, hospital="演示县人民医院", green=True, reason="发热、咳嗽三天" if n else "跌倒后髋部疼痛",
            consent_by="本人", by=keeper,
        )  # fmt: skip
        made = transferring.answered(
            transfer=made, taken=True, words="值班医生同意接收，已安排床位", by=keeper
        )
        if n == 0:
            home = transferring.Home(
                on=clock.today(), care_plan="卧床两周，协助翻身，预防压疮；两周后复查", accepted_by="子女",
                total=3_260_00, insured=2_480_00,
            )  # fmt: skip
            transferring.brought_back(transfer=made, home=home, by=keeper)

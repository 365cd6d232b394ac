"""Made-up registers of institutions: ratings and policies of all counties, and one county's money, land and courses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.facilities.models import Bed, Facility
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.publicity import objecting
from minzheng.kernel.publicity.models import Notice

from ..actions import providing, rating
from ..forms.books import COURSES
from ..models import Cover, Policy, Rating
from ..queries.homes import SORT, SUPERVISION, key_of
from ..queries.living import houses_of
from .living import paper

__all__ = ["populate"]

# Lottery money of a county: the year, all of it, and how much was planned and spent for the old (in ten thousand).
_LOTTERY = (
    (2022, 200, 112, 111),
    (2023, 210, 118, 117),
    (2024, 220, 126, 124),
    (2025, 230, 130, 128),
)
_ESTATES = (
    ("演示新城一期", 9600, "1152.00", date(2021, 4, 8)),
    ("演示河畔小区", 5200, "560.00", date(2023, 6, 5)),
)
_HAPPENED = (
    ("fall", 2, "走廊", "散步时滑倒，手掌擦伤，已处理"),
    ("choking", 3, "食堂", "进食噎呛，急救后送医观察"),
)


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del family
    if Rating.objects.exists():
        return
    build(by=by)
    if "elder_county" in actors:
        _money(actors["elder_county"])
        _land(actors["elder_county"])
        _courses(actors["elder_county"])
    if "elder_keeper" in actors:
        _rated(actors)
        _incidents(actors)


@verb("eldercare.demo_books", label="生成演示等级和保单")
def build(*, by: Actor) -> None:
    """Two houses of three hold a certificate; every house has a policy, and public ones both kinds."""
    today = clock.today()
    houses = list(Facility.objects.filter(sort=SORT, state="open").order_by("id"))
    Rating.objects.bulk_create(_rating(n, one) for n, one in enumerate(houses) if n % 3)
    Policy.objects.bulk_create(
        Policy(facility=one, path=one.path, kind=kind, insurer="演示财产保险", number=f"演示保{kind[0]}{one.pk:06d}",
               from_on=today.replace(month=1, day=1), until_on=date(today.year + 1, 1, 1), by_name="演示")
        for one in houses
        for kind in (("accident", "liability") if one.ownership == "public" else ("accident",))
    )  # fmt: skip
    Cover.objects.bulk_create(_covers(), batch_size=5000)
    note(path="22/", after={"houses": len(houses)})


def _rating(n: int, house: Facility) -> Rating:
    stars = 1 + n % 4
    since = date(2024 + n % 3, 3 + n % 5, 11)
    return Rating(
        facility=house, path=house.path, applied_on=since - timedelta(days=60), own_points=300 + stars * 130,
        scores={"environment": 60 + stars * 12, "facilities": 65 + stars * 13, "operation": 75 + stars * 15,
                "service": 300 + stars * 60},
        committee=["演示专家甲", "演示专家乙", "演示专家丙"], visited_on=since - timedelta(days=20),
        points=500 + stars * 100, stars=stars, posted_on=since - timedelta(days=10),
        posted_until=since - timedelta(days=3), number=f"演示DJ{since:%Y}{n:05d}", valid_from=since,
        valid_until=clock.add_months(since, 36), state="certified",
    )  # fmt: skip


def _covers() -> list[Cover]:
    """Each bed once for each kind of policy, and once for whichever."""
    beds: dict[int, list[Bed]] = {}
    for bed in Bed.objects.filter(facility__sort=SORT, closed_on=None).order_by("id"):
        beds.setdefault(bed.facility_id, []).append(bed)
    found, seen = [], set[int]()
    for one in Policy.objects.order_by("id"):
        kinds = (one.kind,) if one.facility_id in seen else (one.kind, "any")
        seen.add(one.facility_id)
        found += [
            Cover(policy=one, bed=bed, path=one.path, kind=kind, from_on=one.from_on, until_on=one.until_on)
            for bed in beds.get(one.facility_id, [])
            for kind in kinds
        ]
    return found


def _money(officer: Actor) -> None:
    county = officer.posts[0].path
    for year, total, planned, spent in _LOTTERY:
        for stage, elders, day in (
            ("planned", planned, date(year, 3, 10)),
            ("spent", spent, date(year, 12, 20)),
        ):
            with clock.frozen(day):
                providing.use_lottery_money(
                    path=county, year=year, stage=stage, total=total * 10_000_00, elders=elders * 10_000_00,
                    evidence=paper(f"{year}年公益金{'分配' if stage == 'planned' else '决算'}文件", county, officer),
                    by=officer,
                )  # fmt: skip


def _land(officer: Actor) -> None:
    house = Facility.objects.filter(sort=SORT, path__startswith=officer.posts[0].path).order_by("id").first()
    if house is None:
        return
    for n, (name, residents, land, day) in enumerate(_ESTATES):
        with clock.frozen(day):
            made = providing.plan_estate(
                path=house.path,
                name=name,
                residents=residents,
                land=Decimal(land),
                planned_on=day,
                by=officer,
            )
        if n == 0:
            for step, on in (
                ("accept", date(2023, 5, 9)),
                ("hand", date(2023, 9, 12)),
                ("use", date(2024, 2, 5)),
            ):
                with clock.frozen(on):
                    providing.estate_goes_on(
                        estate=made, step=step, on=on, building=Decimal("620.00") if step == "accept" else None,
                        used_for="日间照料和助餐" if step == "use" else "", by=officer,
                    )  # fmt: skip


def _courses(officer: Actor) -> None:
    """Some people of the county have passed a course, one of them two."""
    county = officer.posts[0].path
    born = (date(1970, 1, 1), date(1995, 1, 1))
    people = Person.objects.filter(path__startswith=county, birth__range=born, died_on=None, merged_into=None)
    codes = list(COURSES)
    for n, one in enumerate(people.order_by("id")[:14]):
        for code in codes[n % len(codes) :][: 2 if n == 0 else 1]:
            day = date(2022 + n % 4, 2 + n % 9, 18)
            _, kind, hours = COURSES[code]
            with clock.frozen(day):
                providing.pass_course(
                    person=one, path=county, course=code, kind=kind, hours=hours, score=70 + n * 2,
                    number=f"演示PX{day:%Y}{n:04d}{code[-2:]}", passed_on=day,
                    by=officer,
                )  # fmt: skip


def _rated(actors: Mapping[str, Actor]) -> None:
    """The keeper's house is rated anew: the result hangs on the public board, and somebody objects."""
    house = houses_of(actors["elder_keeper"]).first()
    if house is None or "elder_rater" not in actors:
        return
    row = rating.apply_for(facility=house, own_points=720, by=actors["elder_keeper"])
    row = rating.score(
        rating=row, scores={"environment": 90, "facilities": 96, "operation": 118, "service": 420},
        committee=["演示专家甲", "演示专家乙", "演示专家丙"], visited_on=clock.today(), by=actors["elder_rater"],
    )  # fmt: skip
    if notice := Notice.objects.filter(publicity=rating.POSTED, entry=row.pk).first():
        who = Actor(id="system:visitor", name="未登录的来访者", kind=Kind.SYSTEM)
        objecting.object_to(notice_id=notice.pk, name="", text="夜间只有一名护理员值班，请核实。", by=who)


def _incidents(actors: Mapping[str, Actor]) -> None:
    """Two incidents of the keeper's house, one of them closed by the county."""
    keeper = actors["elder_keeper"]
    house = houses_of(keeper).first()
    if house is None:
        return
    for n, (risk, severity, where, words) in enumerate(_HAPPENED):
        made = inspections.report(
            supervision=SUPERVISION, subject=key_of(house), path=house.path, risk=risk, severity=severity,
            happened_at=clock.now() - timedelta(hours=5), where=where, words=words, by=keeper,
        )  # fmt: skip
        if n == 0:
            inspections.conclude(
                incident=made,
                result="地面有水，已增设防滑垫和提示牌，已告知家属",
                by=actors["elder_county"],
            )

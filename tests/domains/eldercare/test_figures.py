"""Figures that several tables tell together: safety, residents by ability, incidents by days, the circle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import system, verb
from minzheng.kernel.declare import Indicator, Tally
from minzheng.kernel.facilities.models import Absence, Bed, Facility, Fitting, Lodging, Stay
from minzheng.kernel.indicators import computing, figures
from minzheng.kernel.indicators.counting import Window
from minzheng.kernel.indicators.models import Computation
from minzheng.kernel.inspections.models import Check, Incident
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment, Watched
from tests.desk_registers.test_register_deeds import Door
from tests.factories.cast import staff
from tests.factories.homes import MATTER, standing_house, uscc
from tests.factories.people import household, person
from tests.factories.places import NONGAN, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
BY = system("test")
COUNTY = NONGAN.county


@verb("test.compute")
def _computed(*, on: date, by: object) -> Computation:
    own = {code: one.item for code, one in catalogue.current().indicators.items()}
    mine = {code: item for code, item in own.items() if code.startswith("eldercare.") and item.computed}
    return computing.compute_all(mine, Window(computing.PLAN_BEGINS, 60), on=on, by=BY)


def value(shown: figures.Shown, code: str, month: clock.Month) -> Fraction | None:
    found = figures.month_of(shown, month, BY, paths=[COUNTY], indicators=[f"eldercare.{code}"])
    figure = found.get((f"eldercare.{code}", COUNTY))
    return figure.value if figure else None


def checked(home: Facility, on: date, *, met: bool) -> None:
    Check.objects.create(
        supervision=MATTER, subject=f"home:{home.pk}", subject_name=home.name, path=home.path, kind="random",
        list_code="gb38600", list_version="2022.1", due_on=on, done_on=on, met=met,
    )  # fmt: skip


def assessed(who: Person, on: date, level: int, state: str = "replaced") -> None:
    Assessment.objects.create(
        instrument="eldercare.ability", version_used="1", number=f"E{who.pk}{on}", person=who, path=who.path,
        state=state, on=on, sheet={}, scored={"parts": [], "reasons": []},
        total=40, level=level, rule_set="t", first_by="user:0",
        first_by_name="某", first_at=clock.now(), valid_until=clock.add_months(on, 12), objection_until=on,
    )  # fmt: skip


def stays(home: Facility, since: date, until: date | None = None) -> Stay:
    who = person(path=NONGAN.village, birth=date(1944, 1, 1))
    made = Stay.objects.create(
        facility=home, path=home.path, person=who, agreement_number=f"A{who.pk}", answers={}, fee=1, from_on=since,
        until_on=until, left_because="home" if until else "", by_name="某",
    )  # fmt: skip
    bed = Bed.objects.create(
        facility=home, path=home.path, room="2", number=str(who.pk), opened_on=date(2020, 1, 1)
    )
    Lodging.objects.create(stay=made, path=home.path, bed=bed, person=who, from_on=since, until_on=until)
    return made


def test_safety_residents_by_ability_and_incidents_by_days_are_what_a_hand_counts() -> None:
    place(NONGAN.village.split("/")[-2])
    first, second, closed = (standing_house(NONGAN.township) for _ in range(3))
    Facility.objects.filter(pk=closed.pk).update(state="closed", closed_on=date(2023, 6, 30))
    for home, day, met in (
        (first, date(2022, 3, 1), True), (first, date(2023, 4, 10), False), (first, date(2023, 5, 2), True),
        (second, date(2023, 2, 2), False), (closed, date(2023, 1, 5), True),
    ):  # fmt: skip
        checked(home, day, met=met)
    Check.objects.create(
        supervision=MATTER, subject=f"home:{second.pk}", subject_name="某", path=second.path, kind="own", met=True,
        list_code="gb38600", list_version="2022.1", due_on=date(2023, 3, 1), done_on=date(2023, 3, 1),
    )  # fmt: skip
    one, _ = stays(first, date(2023, 3, 16)), stays(first, date(2023, 5, 1), date(2023, 5, 11))
    assessed(one.person, date(2022, 6, 1), 2)
    assessed(one.person, date(2023, 5, 20), 3, "in_force")
    Absence.objects.create(
        stay=one, path=one.path, where="医院", reason="肺炎", from_on=date(2023, 4, 10), until_on=date(2023, 4, 20),
        held_until=date(2023, 5, 9),
    )  # fmt: skip
    at = datetime(2023, 4, 30, 23, 30, tzinfo=clock.SHANGHAI)
    Incident.objects.create(
        supervision=MATTER, subject=f"home:{first.pk}", subject_name="某", path=first.path, risk="fall", severity=2,
        happened_at=at, where="走廊", words="滑倒", due_at=at, reported_at=at, reported_by_name="某",
    )  # fmt: skip
    with clock.frozen(date(2023, 7, 10)):
        shown = figures.Shown(_computed(on=date(2023, 7, 10), by=BY))
    safe = {
        str(month): value(shown, "safety_met", month)
        for month in clock.Month(2023, 2).until(clock.Month(2023, 7))
    }
    third = Fraction(1, 3)
    assert safe == {
        "2023-02": 2 * third, "2023-03": 2 * third, "2023-04": third, "2023-05": 2 * third, "2023-06": Fraction(1, 2),
    }  # fmt: skip
    assert value(shown, "supervised", clock.Month(2023, 5)) == 1
    assert value(shown, "supervised", clock.Month(2023, 1)) == third
    levels = [value(shown, f"residents_{level}", clock.Month(2023, 4)) for level in range(5)]
    assert [int(one or 0) for one in levels] == [0, 0, 1, 0, 0]
    assert value(shown, "residents_3", clock.Month(2023, 5)) == 1
    assert value(shown, "residents_3", clock.Month(2024, 6)) is not None
    # April: thirty days less ten in hospital; May: thirty-one, and ten of the other; July: ten days have passed.
    assert value(shown, "incidents_per_days", clock.Month(2023, 4)) == Fraction(1000, 20)
    months = figures.months_of(shown, "eldercare.incidents_per_days", COUNTY, BY)
    days = {str(month): figure.denominator for month, figure in months.items()}
    assert (days["2023-03"], days["2023-05"], days["2023-07"], days["2023-08"]) == (16, 41, 10, 0)


def test_the_circle_counts_doors_from_the_day_a_facility_within_the_way_opens() -> None:
    place(NONGAN.village.split("/")[-2])
    site = {
        "sort": "eldercare.community", "kind": "day_care", "ownership": "public", "representative": "某",
        "address": "路", "path": NONGAN.township, "state": "open", "longitude": Decimal("125.184000"),
    }  # fmt: skip
    since = date(2022, 1, 1)
    for name, lat, opened, until in (
        ("甲", "44.430000", date(2022, 3, 5), date(2022, 9, 9)), ("乙", "44.431000", date(2022, 6, 1), None),
    ):  # fmt: skip
        Facility.objects.create(
            name=name, uscc=uscc(), latitude=Decimal(lat), opened_on=opened, closed_on=until, **site
        )
    # 1,000 m at 1.3 to the straight line are 769 m: 0.0069 of a degree of latitude.
    for lat, city in (("44.435000", "urban"), ("44.438500", "urban"), ("44.430500", "rural")):
        who = person(path=NONGAN.village, birth=date(1944, 1, 1))
        household(who, path=NONGAN.village, class_ur=city)
        Watched.objects.create(
            rounds="eldercare.visits", person=who, path=who.path, risk="green", risk_since=since, since_on=since,
            lat=Decimal(lat), lon=Decimal("125.184000"),
        )  # fmt: skip
    with clock.frozen(date(2022, 12, 20)):
        shown = figures.Shown(_computed(on=date(2022, 12, 20), by=BY))
    told = {
        code: [value(shown, code, clock.Month(2022, month)) for month in (2, 3, 8, 12)]
        for code in ("circle_cities", "circle_all")
    }
    half, all_ = Fraction(1, 2), Fraction(2, 3)
    assert told == {"circle_cities": [0, half, half, half], "circle_all": [0, all_, all_, all_]}


def test_a_county_reads_what_its_beds_and_social_workers_lack() -> None:
    """T-EC-06 and T-EC-13 as the county sees them: 58 of 120 public beds; 3,420 elders, 260 beds, 3 or 4 workers."""
    place(NONGAN.village.split("/")[-2])
    public, private = standing_house(NONGAN.township), standing_house(NONGAN.township)
    Facility.objects.filter(pk=public.pk).update(ownership="public")
    for home, care, plain in ((public, 58, 61), (private, 0, 139)):
        kinds = ["care"] * care + ["ordinary"] * plain
        beds = Bed.objects.bulk_create(
            Bed(facility=home, path=home.path, room="9", number=str(n), opened_on=date(2020, 1, 1))
            for n in range(len(kinds))
        )
        Fitting.objects.bulk_create(
            Fitting(bed=bed, path=home.path, kind=kind, from_on=date(2020, 1, 1))
            for bed, kind in zip(beds, kinds, strict=True)
        )
    one = Person.objects.create(
        path=NONGAN.village,
        hukou_path=NONGAN.village,
        name="测",
        sex="1",
        birth=date(1944, 1, 1),
        internal_number="N0",
    )
    copied = ", ".join(f.column for f in Person._meta.local_fields if f.name not in ("id", "internal_number"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO people_person (internal_number, {copied})"
            f" SELECT 'N' || n, {copied} FROM people_person, generate_series(1, 3419) n WHERE id = %s", [one.pk],
        )  # fmt: skip
    officer = staff("county_officer", at=NONGAN.county, domain="eldercare", name="测科长")

    def told(on: date, workers: int) -> str:
        Facility.objects.filter(pk=public.pk).update(details={"social_workers": str(workers)})
        with clock.frozen(on):
            return Door(officer).page("/desk/facilities/?sort=eldercare.homes")

    page = told(date(2022, 12, 30), 4)
    assert "公办机构床位 120 张，其中护理型 58 张，占 48.33%。改造 2 张现有床位" in page
    assert "登记社会工作者 4 名；按老年人口 3420 人应有 4 名，按机构床位 260 张应有 3 名" in page
    assert page.count("不达标") == 1
    assert told(date(2022, 12, 30), 3).count("不达标") == 2
    assert "改造 14 张现有床位" in told(date(2025, 12, 31), 4)


def test_one_more_indicator_is_one_declaration_and_nothing_else() -> None:
    """The domain as it is, and one line more: it is sound, and it is counted for every place and month."""
    own = catalogue.current().indicators["eldercare.homes"].domain
    more = Indicator(
        "private_homes", "民办养老机构数", "家",
        Tally("facilities.Facility", "民办机构", where={"sort": "eldercare.homes", "ownership": "private"},
              since="opened_on", until="closed_on"),
    )  # fmt: skip
    grown = replace(own, indicators=(*own.indicators, more))
    book = catalogue.Catalogue(tuple(grown if one is own else one for one in catalogue.current().domains))
    place(NONGAN.village.split("/")[-2])
    first, second = standing_house(NONGAN.township), standing_house(NONGAN.township)
    Facility.objects.filter(pk=second.pk).update(state="closed", closed_on=date(2023, 6, 30))
    assert first.ownership == "private"

    @verb("test.compute_more")
    def computed(*, by: object) -> Computation:
        mine = {"eldercare.private_homes": book.indicators["eldercare.private_homes"].item}
        return computing.compute_all(mine, Window(computing.PLAN_BEGINS, 60), on=date(2024, 1, 2), by=BY)

    with clock.frozen(date(2024, 1, 2)):
        shown = figures.Shown(computed(by=BY))
    months = (clock.Month(2023, 5), clock.Month(2023, 8))
    assert [value(shown, "private_homes", month) for month in months] == [2, 1]

"""Institutions of elder care: rating by both thresholds, insured beds, lottery money, land, courses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db.models import Count
from django.test import Client

from minzheng.domains.eldercare.actions import insuring, providing, rating
from minzheng.domains.eldercare.checks.homes import warnings
from minzheng.domains.eldercare.models import Certificate, Cover, Rating
from minzheng.domains.eldercare.queries.homes import SUPERVISION, key_of
from minzheng.kernel import clock
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Bed, Facility
from minzheng.kernel.inspections import actions as inspections
from minzheng.kernel.inspections.models import Check
from minzheng.kernel.people.models import Person
from tests.factories.cast import user_of
from tests.factories.homes import an_elder, house, paper, people
from tests.factories.places import NONGAN
from tests.kernel.test_inspections import all_met, drawn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
OPENED = date(2023, 1, 9)


@pytest.fixture
def who() -> SimpleNamespace:
    return people()


def filed(who: SimpleNamespace) -> Facility:
    """A house that is filed and was found safe."""
    home = house(who, opened=OPENED)
    papers = {code: paper(who.keeper) for code in ("application", "registration", "commitment")}
    houses.acknowledge(
        filing=houses.hand_in(facility=home, what="first", papers=papers, by=who.keeper), by=who.officer
    )
    drawn(who)
    check = Check.objects.get()
    by = next(
        one
        for one in (who.inspector, who.second_inspector, who.third_inspector)
        if one.id in check.inspectors
    )
    inspections.carry_out(check=check, answers=all_met(), by=by)
    home.refresh_from_db()
    return home


def parts(environment: int, facilities: int, operation: int, service: int) -> dict[str, int]:
    return {"environment": environment, "facilities": facilities, "operation": operation, "service": service}


def test_a_rating_asks_for_the_total_and_every_part_and_is_posted_certified_and_lowered(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(date(2024, 3, 4)):
        bare = house(who, opened=OPENED, name="未备案院")
        with pytest.raises(Refused, match="备案"):
            rating.apply_for(facility=bare, own_points=800, by=who.keeper)
        Facility.objects.filter(pk=bare.pk).update(state="preparing")
        home = filed(who)
        asked = rating.apply_for(facility=home, own_points=950, by=who.keeper)
        given = {
            "rating": asked,
            "committee": ["甲", "乙", "丙"],
            "visited_on": date(2024, 3, 4),
            "by": who.rater,
        }
        with pytest.raises(Refused, match="人数不足"):
            rating.score(scores=parts(110, 120, 140, 545), **(given | {"committee": ["甲", "乙", "乙"]}))
        with pytest.raises(Refused, match="超出满分"):
            rating.score(scores=parts(121, 120, 140, 545), **given)  # B5
        with pytest.raises(NotAllowed):
            rating.score(scores=parts(110, 120, 140, 545), **(given | {"by": who.officer}))
        posted = rating.score(scores=parts(110, 120, 140, 545), **given)
        assert (posted.points, posted.stars, posted.state) == (915, 5, "posted")  # T-EC-08
        with pytest.raises(Refused, match="公示到"):
            rating.certify(rating=posted, by=who.rater)
    with clock.frozen(date(2024, 3, 12)):
        done = rating.certify(rating=posted, by=who.rater)
        assert done.valid_until == date(2027, 3, 12)
        again = rating.apply_for(facility=home, own_points=600, by=who.keeper)
        low = rating.score(
            rating=again, scores=parts(84, 84, 100, 330), committee=["甲", "乙", "丙"], visited_on=date(2024, 3, 12),
            by=who.rater,
        )  # fmt: skip
        assert (low.points, low.stars) == (598, 2)  # T-EC-07
        Rating.objects.filter(pk=low.pk).update(state="refused")
        lowered = rating.look_again(
            rating=done, stars=3, reason="现场复核服务不达标", heard_on=date(2024, 3, 11), by=who.rater
        )
        done.refresh_from_db()
        assert (done.state, lowered.stars, lowered.valid_until) == ("replaced", 3, date(2027, 3, 12))


def test_a_bed_is_insured_once_a_day_for_each_kind_and_once_for_any(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        home = house(who, opened=OPENED, beds=51)
        beds = list(Bed.objects.filter(facility=home).order_by("id"))
        year = {"facility": home, "from_on": date(2024, 1, 1), "until_on": date(2025, 1, 1), "by": who.keeper}
        insuring.insure(kind="accident", insurer="甲保险", number="1", beds=beds[:36], **year)
        insuring.insure(kind="liability", insurer="甲保险", number="2", beds=beds[30:], **year)
        # A second policy of the same kind adds only the days that were open.
        insuring.insure(
            kind="accident", insurer="乙保险", number="1", beds=beds[:36],
            **(year | {"from_on": date(2024, 7, 1), "until_on": date(2025, 7, 1)}),
        )  # fmt: skip
        covered = Cover.objects.filter(from_on__lte=date(2024, 8, 1), until_on__gt=date(2024, 8, 1))
        found = dict(covered.values_list("kind").annotate(n=Count("id")))
        assert found == {"accident": 36, "liability": 21, "any": 51}  # T-EC-18, in thousands
        with pytest.raises(Refused, match="没有备案"):
            insuring.insure(
                kind="accident",
                insurer="丙",
                number="9",
                beds=beds,
                subsidy=100,
                **(year | {"by": who.officer}),
            )  # B9
        with pytest.raises(NotAllowed):
            insuring.insure(
                kind="accident", insurer="丙", number="8", beds=beds, **(year | {"by": who.other_keeper})
            )


def test_lottery_money_land_and_courses_are_held_to_the_plan(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 3, 4)):
        sheet, county = paper(who.officer), NONGAN.county
        money = {"path": county, "year": 2024, "total": 10_000_000_00, "evidence": sheet, "by": who.officer}
        with pytest.raises(Refused, match=r"54\.96%"):
            providing.use_lottery_money(stage="planned", elders=5_496_000_00, **money)  # T-EC-14
        assert providing.use_lottery_money(stage="planned", elders=5_500_000_00, **money).pk
        land = {"path": county, "residents": 9600, "planned_on": date(2024, 3, 1), "by": who.officer}
        for area, met in (("1151.99", False), ("1152.00", True)):  # T-EC-09
            assert providing.plan_estate(name=f"居住区{area}", land=Decimal(area), **land).met is met
        learner: Person = an_elder(date(1980, 1, 1))
        course = {
            "person": learner, "path": county, "kind": "caregiver", "hours": 80, "score": 85, "passed_on": date(2024,
            3, 1),
            "by": who.officer,
        }  # fmt: skip
        providing.pass_course(course="HL01", number="C1", **course)
        providing.pass_course(course="HL02", number="C2", **course)
        with pytest.raises(Refused, match="不重复计算"):
            providing.pass_course(course="HL01", number="C3", **course)
        assert Certificate.objects.count() == 2
        with pytest.raises(NotAllowed):
            providing.pass_course(course="HL03", number="C4", **(course | {"by": who.keeper}))


def test_a_house_draws_warnings_where_an_officer_should_look_twice(who: SimpleNamespace) -> None:
    with clock.frozen(OPENED + timedelta(days=60)):
        home = house(who, opened=OPENED, details={"fire_number": ""})
        told = "；".join(warnings(home, clock.today()))
        assert "入住率 0.0%" in told
        assert "没有消防验收" in told
        home.filed_on = date(2023, 1, 16)
        assert "首次现场检查应于 2023-02-16 前" in "；".join(warnings(home, clock.today()))
    with clock.frozen(OPENED + timedelta(days=400)):
        Facility.objects.filter(pk=home.pk).update(filed_on=home.filed_on, filing_number="B1")
        home.refresh_from_db()
        assert "没有登记机构年度自查" in "；".join(warnings(home, clock.today()))
        desk = Client()
        desk.force_login(user_of(who.keeper))
        assert "机构年度自查表" in desk.get("/desk/inspections/").content.decode()
        assert "做过满意度调查" in desk.get(f"/desk/inspections/own/{home.pk}/?list=year").content.decode()
        own = inspections.check_own_house(
            supervision=SUPERVISION, subject=key_of(home), path=home.path, list_code="year",
            answers=all_met("year", staff="两人证书到期"), by=who.keeper,
        )  # fmt: skip
        assert (own.met, own.hazards.get().clause) == (False, "staff")
        assert "年度自查" not in "；".join(warnings(home, clock.today()))

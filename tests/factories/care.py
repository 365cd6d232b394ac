"""Entries of the registers of elder care for tests, put straight into their tables; every name says 测在册."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from minzheng.domains.eldercare.models import (
    AbilityRequest,
    Adaptation,
    CarerJob,
    Certificate,
    Estate,
    FundUse,
    HomeBed,
    HomeBedMonth,
    OldEstate,
    Policy,
    Rating,
    SiteMonth,
    SportsSite,
    Transfer,
)
from minzheng.kernel import clock
from minzheng.kernel.courses.models import Course, Learner, Lesson, Question, Sitting
from minzheng.kernel.documents.models import Document
from minzheng.kernel.facilities.models import Facility, Keeper, Waiting
from minzheng.kernel.inspections.models import Incident
from minzheng.kernel.publicity.models import Notice, Objection

from .homes import MATTER, standing_house
from .people import household, person
from .places import Seat

__all__ = ["ENTRIES", "entry"]

NAME = "测在册"
_DAY, _AT = date(2026, 1, 5), datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def _house(seat: Seat, keepers: Iterable[str]) -> Facility:
    made = standing_house(seat.township)
    made.name = NAME
    made.save()
    for user in keepers:
        Keeper.objects.create(facility=made, path=made.path, user=user, name="某", from_on=date(2020, 1, 1))
    return made


def _home(seat: Seat, house: Facility, paper: Document) -> Any:
    return house


def _site(seat: Seat, house: Facility, paper: Document) -> Any:
    house.sort, house.kind = "eldercare.community", "day_care"
    house.save()
    return house


def _bed(seat: Seat, house: Facility, paper: Document) -> Any:
    return house.beds.get()


def _rating(seat: Seat, house: Facility, paper: Document) -> Any:
    return Rating.objects.create(facility=house, path=house.path, applied_on=_DAY, own_points=800)


def _policy(seat: Seat, house: Facility, paper: Document) -> Any:
    return Policy.objects.create(
        facility=house, path=house.path, kind="accident", insurer="某", number=f"B{house.pk}", from_on=_DAY,
        until_on=date(2027, 1, 5), by_name="某",
    )  # fmt: skip


def _incident(seat: Seat, house: Facility, paper: Document) -> Any:
    return Incident.objects.create(
        supervision=MATTER, subject=f"home:{house.pk}", subject_name=NAME, path=house.path, risk="fall", severity=2,
        happened_at=_AT, where="走廊", words="滑倒", due_at=_AT, reported_at=_AT, reported_by_name="某",
    )  # fmt: skip


def _home_bed(seat: Seat, house: Facility, paper: Document) -> HomeBed:
    return HomeBed.objects.create(
        person=person(path=seat.village, name=NAME), path=seat.village, number=f"JC{house.pk}", level=2, report="P1",
        applied_on=_DAY, due_on=_DAY, by_name="某",
    )  # fmt: skip


def _month(seat: Seat, house: Facility, paper: Document) -> Any:
    return HomeBedMonth.objects.create(
        home_bed=_home_bed(seat, house, paper), facility=house, path=house.path, month=date(2026, 1, 1), hours=30,
        visits=8,
        record="助浴", reported_by="user:0", reported_by_name="某",
    )  # fmt: skip


def _adaptation(seat: Seat, house: Facility, paper: Document) -> Any:
    elder = person(path=seat.village, name=NAME)
    return Adaptation.objects.create(
        person=elder, household=household(elder, path=seat.village), path=seat.village, number=f"SL{house.pk}",
        group="dibao", owner="某", applied_on=_DAY, due_on=_DAY, by_name="某",
    )  # fmt: skip


def _transfer(seat: Seat, house: Facility, paper: Document) -> Any:
    return Transfer.objects.create(
        person=person(path=seat.village, name=NAME), facility=house, path=house.path, number=f"ZY{house.pk}",
        hospital="某院", green=True, reason="发热", consent_by="某", asked_at=_AT, answer_by=_AT, by_name="某",
    )  # fmt: skip


def _lottery(seat: Seat, house: Facility, paper: Document) -> Any:
    return FundUse.objects.create(
        path=seat.county,
        year=2025,
        stage="planned",
        total=100,
        elders=60,
        on=_DAY,
        evidence=paper,
        by_name=NAME,
    )


def _estate(seat: Seat, house: Facility, paper: Document) -> Any:
    return Estate.objects.create(
        path=seat.township, name=NAME, residents=9600, land=Decimal("1152.00"), met=True, planned_on=_DAY
    )


def _old_estate(seat: Seat, house: Facility, paper: Document) -> Any:
    return OldEstate.objects.create(path=seat.township, name=NAME, families=320, surveyed_on=_DAY)


def _sports_site(seat: Seat, house: Facility, paper: Document) -> Any:
    return SportsSite.objects.create(path=seat.village, name=NAME, level="village", opened_on=_DAY)


def _certificate(seat: Seat, house: Facility, paper: Document) -> Any:
    return Certificate.objects.create(
        person=person(path=seat.village, name=NAME), path=seat.county, course="HL-01", kind="caregiver", hours=120,
        score=80, number=f"Z{house.pk}", passed_on=_DAY, by_name="某",
    )  # fmt: skip


def _course(seat: Seat, house: Facility, paper: Document) -> Course:
    made = Course.objects.create(
        learning="eldercare.elders", path=seat.county, subject="phone", title=f"{NAME}{house.pk}", summary="某",
        opened_on=_DAY, by_name="某",
    )  # fmt: skip
    Lesson.objects.create(course=made, number=1, title="开始", pages=["第一页", "第二页"], minutes=5)
    return made


def _training(seat: Seat, house: Facility, paper: Document) -> Course:
    made = _course(seat, house, paper)
    made.learning, made.subject = "eldercare.training", "HL-03"
    made.save()
    Question.objects.create(
        course=made, kind="truth", text="走失要等一天", answer="错", added_at=_AT, by_name="某",
    )  # fmt: skip
    return made


def _sitting(seat: Seat, house: Facility, paper: Document) -> Any:
    course = _training(seat, house, paper)
    asked = [course.questions.get().pk]
    return Sitting.objects.create(
        course=course, person=person(path=seat.village, name=NAME), path=seat.village, seed="1", pool=asked,
        drawn=asked, pass_mark=60, begun_at=_AT,
    )  # fmt: skip


def _notice(seat: Seat, house: Facility, paper: Document, of: str = "adaptation") -> Notice:
    """Up today, of the works on a home or of a rating."""
    about = {"adaptation": _adaptation, "rating": _rating}[of](seat, house, paper)
    today = clock.today()
    return Notice.objects.create(
        publicity=f"eldercare.{of}", entry=about.pk, path=seat.county if of == "rating" else seat.township,
        title="某公示", about=NAME, person=True,
        facts=["困难类别：低保对象"], phone="12345", posted_on=today, term="7日", last_day=today + timedelta(days=7),
        provisional=False, posted_by="user:0", posted_by_name="某",
    )  # fmt: skip


def _objection(seat: Seat, house: Facility, paper: Document, of: str = "adaptation") -> Any:
    notice = _notice(seat, house, paper, of)
    code = f"A{house.pk:011d}"
    return Objection.objects.create(notice=notice, path=notice.path, text="改造过", code=code, at=_AT)


def _learner(seat: Seat, house: Facility, paper: Document) -> Any:
    course = _course(seat, house, paper)
    return Learner.objects.create(
        course=course, person=person(path=seat.village, name=NAME), path=seat.village, lesson=course.lessons.get(),
        begun_on=_DAY, last_at=_AT,
    )  # fmt: skip


def _request(seat: Seat, house: Facility, paper: Document) -> Any:
    return AbilityRequest.objects.create(
        person=person(path=seat.village, name=NAME), path=seat.village, number=f"PG{house.pk}", why="first",
        contact="某", asked_on=_DAY, due_on=_DAY, by_name="某",
    )  # fmt: skip


def _place(seat: Seat, house: Facility, paper: Document) -> Any:
    return Waiting.objects.create(
        facility=house, path=house.path, person=person(path=seat.village, name=NAME), rank="other", order=5,
        bed_kind="ordinary", number=f"L{house.pk}", asked_at=_AT,
    )  # fmt: skip


def _job(seat: Seat, house: Facility, paper: Document) -> Any:
    return CarerJob.objects.create(
        person=person(path=seat.village, name=NAME), facility=house, path=house.path, contract=f"H{house.pk}",
        from_on=_DAY, told_by="user:0", told_by_name="某",
    )  # fmt: skip


def _site_month(seat: Seat, house: Facility, paper: Document) -> Any:
    house.sort, house.kind = "eldercare.community", "mutual_site"
    house.save()
    return SiteMonth.objects.create(
        facility=house, path=house.path, month=date(2026, 1, 1), days=20, visitors=100, words="下棋",
        reported_by="user:0", reported_by_name="某",
    )  # fmt: skip


ENTRIES: Mapping[str, Callable[[Seat, Facility, Document], Any]] = {
    "eldercare.institutions": _home, "eldercare.community_sites": _site, "eldercare.beds": _bed,
    "eldercare.ratings": _rating, "eldercare.policies": _policy, "eldercare.incidents": _incident,
    "eldercare.home_beds": _home_bed, "eldercare.home_bed_months": _month, "eldercare.adaptations": _adaptation,
    "eldercare.transfers": _transfer, "eldercare.lottery": _lottery, "eldercare.estates": _estate,
    "eldercare.certificates": _certificate, "eldercare.old_estates": _old_estate,
    "eldercare.sports_sites": _sports_site,
    "eldercare.courses": _course, "eldercare.learners": _learner, "eldercare.site_months": _site_month,
    "eldercare.training_courses": _training, "eldercare.sittings": _sitting,
    "eldercare.adaptation_notices": _notice, "eldercare.adaptation_objections": _objection,
    "eldercare.rating_notices": partial(_notice, of="rating"),
    "eldercare.rating_objections": partial(_objection, of="rating"),
    "eldercare.ability_requests": _request, "eldercare.places": _place, "eldercare.carer_jobs": _job,
}  # fmt: skip


def entry(register: str, seat: Seat, *, keepers: Iterable[str], paper: Document) -> Any:
    """An entry of one of elder care's registers, in a house whose staff these are."""
    return ENTRIES[register](seat, _house(seat, keepers), paper)

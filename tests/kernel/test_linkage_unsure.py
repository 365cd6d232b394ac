"""Rows that the machine leaves open: put before a steward as they were sent, decided on, followed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.models import PROFILES, HouseholdProfile, NationalRecord, RuralWatch
from minzheng.kernel import clock, law
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.linkage import actions, frames, queries, tasks
from minzheng.kernel.linkage.models import Incoming, IncomingLink, Unsure
from minzheng.kernel.people.models import Person
from minzheng.kernel.profiles.actions import keep
from tests.factories import NEXT_COUNTY, NONGAN, household, person, staff
from tests.factories.people import a_number
from tests.factories.places import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
TODAY, BORN = date(2026, 3, 10), date(1978, 3, 24)
NIGHT, REASON = system("nightly"), "与来源单位电话核实"
How, State = IncomingLink.How, Unsure.State
VILLAGE = NONGAN.village


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    for seat in (NONGAN, NEXT_COUNTY):
        place(seat.village.split("/")[-2])
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def steward() -> Actor:
    return staff("data_steward", at=NONGAN.county, name="郝数据")


def unnumbered(name: str, *, path: str = VILLAGE, birth: date = BORN) -> Person:
    one = person(name=name, birth=birth, path=path)
    one.id_number, one.internal_number = None, f"UID{one.pk:09d}"
    one.save()
    return one


def sent(*rows: tuple[Any, ...]) -> list[Unsure]:
    """A department's list, and what of it waits for a steward."""
    actions.link_file(
        source="某部门", purpose="测", subjects=frames.told([(at, *row) for at, row in enumerate(rows)]), path="22/",
        by=NIGHT,
    )  # fmt: skip
    return list(Unsure.objects.order_by("row"))


def how(unsure: Unsure) -> tuple[int | None, int]:
    link = IncomingLink.objects.get(incoming_id=unsure.incoming_id, row=unsure.row)
    return link.linked_id, link.how


def test_a_row_that_fits_two_waits_for_a_steward_who_may_take_the_word_back(steward: Actor) -> None:
    """Without a number two of one name and village are alike; each way of deciding, and back."""
    two = [person(name="王建军", birth=BORN, path=VILLAGE) for _ in range(2)]
    row = ("", "王建军", "1", "19780324", VILLAGE, "")
    (one,) = sent(row)
    assert {told["person"] for told in one.candidates} == {each.pk for each in two}
    assert (one.path, one.said["name"], how(one)[1]) == (VILLAGE, "王建军", How.UNSURE)
    words = {reason["field"]: reason["words"] for reason in one.candidates[0]["evidence"]}
    assert words["name"] == "姓名相同（含繁简、异体）"
    assert words["birth"] == "出生日期相同"
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM linkage_unsure")
        assert "建军" not in str(cursor.fetchall()), "what was sent is kept sealed"
    with pytest.raises(Refused, match="依据"):
        actions.nobody(unsure=one, reason=" ", by=steward)
    with pytest.raises(Refused, match="列出的人"):
        actions.this_one(unsure=one, person=person(path=VILLAGE), reason=REASON, by=steward)
    done = actions.this_one(unsure=one, person=two[1], reason=REASON, by=steward, version=one.version)
    assert (done.state, done.decided_by_name, how(one)) == (State.LINKED, "郝数据", (two[1].pk, How.WORD))
    with pytest.raises(Stale):
        actions.nobody(unsure=one, reason=REASON, by=steward)
    back = actions.reopen(unsure=done, reason="看错了人", by=steward)
    assert (back.state, back.person_id, how(one)[1]) == (State.OPEN, None, How.UNSURE)
    actions.nobody(unsure=one, reason=REASON, by=steward)
    assert how(one) == (None, How.NOBODY)
    actions.reopen(unsure=one, reason="查到了", by=steward)
    with pytest.raises(Refused, match="村"):
        actions.open_file(unsure=one, path=NEXT_COUNTY.village, reason=REASON, by=steward)
    with pytest.raises(Refused, match="同名"):
        actions.open_file(unsure=one, path=VILLAGE, reason=REASON, by=steward)


def test_a_row_about_somebody_new_becomes_a_file(steward: Actor) -> None:
    """A number that nobody bears, a name and village that somebody has whose number is not known."""
    unnumbered("孙大力", birth=date(1955, 5, 6))
    born = date(1955, 8, 16)
    number = a_number(birth=born)
    (one,) = sent((number, "孙大力", "1", f"{born:%Y%m%d}", VILLAGE, "13800138000"))
    made = actions.open_file(unsure=one, path=VILLAGE, reason=REASON, by=steward).person
    assert made is not None
    assert (made.id_number, made.birth, made.phone, made.path) == (number, born, "13800138000", VILLAGE)
    assert (how(one), Person.objects.count()) == ((made.pk, How.WORD), 2)
    actions.reopen(unsure=one, reason="号码有误", by=steward)
    assert Person.objects.filter(pk=made.pk).exists(), "whoever is on file stays on file"
    with pytest.raises(Refused, match="已有档案"):
        actions.open_file(unsure=one, path=VILLAGE, reason=REASON, by=steward)


def test_who_lies_in_two_counties_is_the_provinces_to_decide(steward: Actor) -> None:
    here, there = (unnumbered("王建军", path=path) for path in (VILLAGE, NEXT_COUNTY.village))
    (one,) = sent(("", "王建军", "1", "19780324", "", ""))
    assert {told["person"] for told in one.candidates} == {here.pk, there.pk}
    for by in (steward, staff("data_steward", at=NEXT_COUNTY.county)):
        with pytest.raises(NotFound):
            queries.unsure_of(one.pk, by)
        with pytest.raises((NotFound, NotAllowed)):
            actions.nobody(unsure=one, reason=REASON, by=by)
    province = staff("provincial_steward", at="22/")
    assert queries.candidates(one, province) == [
        Person.objects.get(pk=told["person"]) for told in one.candidates
    ]
    assert actions.this_one(unsure=one, person=there, reason=REASON, by=province).person == there


def watch(key: str, name: str, number: str) -> RuralWatch:
    """As the file of the rural department left it: nobody on file bears the number."""
    return RuralWatch.objects.create(
        key=key, path=VILLAGE, kind="2", name=name, id_number=number, from_on=date(2025, 6, 1), taken_from="DR1",
        listed_on=date(2025, 12, 31), recorded_at=clock.now(), row={"key": key, "id_number": number},
    )  # fmt: skip


def test_a_record_of_an_agreed_file_finds_its_person_and_what_was_said_is_remembered(steward: Actor) -> None:
    """Whom the rural department watches is marked as watched once the steward says who it is; never asked twice."""
    boy = unnumbered("马小星")
    home = household(boy, path=VILLAGE)
    facts = rules.from_form(law.Facts(
        household={"class_ur": "rural", "housing": "own"},
        persons=[{"relation": "self", "birth": BORN, "sex": "male", "lives_together": True}],
    ))  # fmt: skip
    keep(profiles=PROFILES, household=home, facts=facts, persons=[boy], as_of=TODAY, source="试", by=NIGHT)
    other, number = unnumbered("马小星"), a_number(birth=BORN)
    line = watch("FP-1", "马小星", number)
    tasks.link_records(0)
    one = Unsure.objects.get()
    assert (one.extract, one.key, one.said["birth"]) == ("assistance.rural_list", "FP-1", "19780324")
    assert {told["person"] for told in one.candidates} == {boy.pk, other.pk}
    actions.this_one(unsure=one, person=boy, reason=REASON, by=steward)
    line.refresh_from_db()
    assert (line.person, line.household) == (boy, home)
    assert HouseholdProfile.objects.get(household=home).monitored
    RuralWatch.objects.update(person=None, household=None, recorded_at=clock.now())  # the list came once more
    tasks.link_records(0)
    line.refresh_from_db()
    assert (line.person, line.household, Incoming.objects.count()) == (boy, home, 1), "not asked again"
    actions.reopen(unsure=one, reason="认错了", by=steward)
    line.refresh_from_db()
    assert line.person is None
    assert not HouseholdProfile.objects.get(household=home).monitored
    tasks.link_records(0)
    assert Unsure.objects.get().state == State.OPEN
    RuralWatch.objects.update(name="马晓兴", recorded_at=clock.now() + timedelta(days=1))
    tasks.link_records(0)
    assert sorted(Unsure.objects.values_list("state", flat=True)) == [State.GONE, State.OPEN]
    asked = Unsure.objects.get(state=State.OPEN)
    RuralWatch.objects.update(person=other)
    with pytest.raises(Stale, match="已更新"):
        actions.this_one(unsure=asked, person=boy, reason=REASON, by=steward)


def test_a_record_that_is_certain_is_bound_without_asking() -> None:
    known = unnumbered("欧阳春山")
    record = NationalRecord.objects.create(
        key="G1", path=VILLAGE, low_income_class="L2", name="欧阳春山", id_number=a_number(birth=BORN),
        from_on=TODAY, taken_from="DR1", recorded_at=clock.now(), row={"birth": "1978-03-24", "sex": "1"},
    )  # fmt: skip
    tasks.link_records(0)
    record.refresh_from_db()
    assert (record.person, Unsure.objects.count()) == (known, 0)
    tasks.link_records(0)
    assert Incoming.objects.count() == 1, "nobody is looked for a second time"

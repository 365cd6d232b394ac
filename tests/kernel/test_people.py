"""The master file: one file for each person, one household at a time, no number in the audit row."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.people import queries
from minzheng.kernel.people.actions import correct_person, register_person
from minzheng.kernel.people.households import Part, form_household, join, leave
from minzheng.kernel.people.models import Household, Membership, Person
from tests.factories import NEXT_COUNTY, NONGAN, a_number, cast, household, person, place, staff

pytestmark = pytest.mark.django_db
BY = system("test")
BORN = date(1980, 2, 3)


def register(**given: Any) -> Person:
    facts: dict[str, Any] = {
        "name": "林立秋",
        "id_number": a_number(birth=BORN),
        "path": place("220122101210"),
    }
    return register_person(**facts | {"by": BY} | given)


# Persons ------------------------------------------------------------------------------------------


def test_the_number_gives_sex_and_birthday_and_the_name_its_initials() -> None:
    row = register(name=" 单 立秋 ", id_number=a_number(birth=BORN, sex="2").lower())
    assert (row.sex, row.birth, row.initials) == ("2", BORN, "slq")
    assert queries.find_person(f" {row.id_number} ") == row


def test_the_same_number_finds_the_same_file() -> None:
    first = register()
    again = register(id_number=first.id_number, phone="")
    assert first.pk == again.pk
    assert Person.objects.count() == 1


def test_the_same_number_under_another_name_is_refused() -> None:
    first = register()
    with pytest.raises(Refused, match="另一个姓名") as refused:
        register(name="王立秋", id_number=first.id_number)
    assert first.name not in refused.value.message


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"sex": "2"}, "sex_differs"),
        ({"birth": date(1980, 2, 4)}, "birth_differs"),
        ({"name": ""}, "name_missing"),
        ({"name": "<b>林</b>"}, "name_malformed"),
        ({"name": "林" * 5000}, "name_malformed"),
        ({"name": "林2"}, "name_malformed"),
        ({"disability_category": 4}, "disability_incomplete"),
        ({"id_number": None, "birth": date(2999, 1, 1)}, "birth_in_future"),
    ],
)
def test_facts_that_contradict_each_other_are_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        register(**given)
    assert refused.value.code == code
    assert not Person.objects.exists()


def test_a_wrong_check_digit_is_refused_without_repeating_the_number() -> None:
    number = a_number()
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    with pytest.raises(Refused) as refused:
        register(id_number=wrong)
    assert wrong not in refused.value.message
    assert wrong not in json.dumps(list(Entry.objects.values("reason", "after")), default=str)


def test_a_person_without_a_number_gets_an_internal_one_and_later_the_real_one() -> None:
    row = register(id_number=None, sex="2", birth=None)
    assert row.internal_number is not None
    assert row.internal_number.startswith("UID")
    assert queries.find_person(row.internal_number) == row
    number = a_number(birth=BORN, sex="2")
    after = correct_person(person=row, version=1, reason="补录证件", id_number=number, by=BY)
    assert (after.id_number, after.birth, after.internal_number) == (number, BORN, row.internal_number)


def test_a_double_entry_without_a_number_is_refused() -> None:
    register(id_number=None, birth=BORN)
    with pytest.raises(Refused, match="同名、同一天出生"):
        register(id_number=None, birth=BORN)
    register(id_number=None, birth=date(1981, 1, 1))
    assert Person.objects.count() == 2


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "欧阳立秋", "Anna Maria", "𠮷立秋"])
def test_names_of_every_people_are_accepted(name: str) -> None:
    assert register(name=name).name == name


def test_a_correction_keeps_the_reason_and_no_number_in_the_audit_row() -> None:
    row = register(phone="13900000000")
    number = a_number(birth=BORN)
    correct_person(
        person=row, version=1, reason="号码录错", id_number=number, phone="13900000001", name="林立冬", by=BY
    )
    entry = Entry.objects.get(verb="people.correct")
    assert entry.reason == "号码录错"
    assert (entry.before["name"], entry.after["name"]) == ("林立秋", "林立冬")
    kept = json.dumps([entry.before, entry.after])
    assert number not in kept
    assert "1390000000" not in kept
    assert entry.after["id_number"] == "*"


def test_a_stale_correction_is_refused_and_so_is_one_without_a_reason() -> None:
    row = register()
    correct_person(person=row, version=1, reason="改名", name="林立冬", by=BY)
    with pytest.raises(Stale):
        correct_person(person=row, version=1, reason="改名", name="林小雪", by=BY)
    with pytest.raises(Refused):
        correct_person(person=row, version=2, reason=" ", name="林小雪", by=BY)
    row.refresh_from_db()
    assert (row.name, row.initials, row.version) == ("林立冬", "lld", 2)


def test_a_number_of_someone_else_is_not_taken_over_by_a_correction() -> None:
    other = register()
    row = register(name="王立秋", id_number=a_number(birth=BORN))
    with pytest.raises(Refused, match="另一份人员档案"):
        correct_person(person=row, version=1, reason="更正", id_number=other.id_number, by=BY)


def test_every_change_of_a_file_is_kept_by_trigger_even_for_raw_sql() -> None:
    row = register()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET name = '乙' WHERE id = %s", [row.pk])
        cursor.execute("SELECT name FROM people_personevent WHERE pgh_obj_id = %s", [row.pk])
        assert len(cursor.fetchall()) == 1


def test_an_officer_of_the_next_county_may_not_register_or_correct_here() -> None:
    stranger = staff("clerk", at=place("220183103"))
    with pytest.raises(NotAllowed):
        register(by=stranger)
    row = register()
    with pytest.raises(NotAllowed):
        correct_person(person=row, version=1, reason="改", name="乙", by=stranger)


# Households ---------------------------------------------------------------------------------------


def a_family() -> tuple[Person, Person, Person]:
    return (
        register(name="林立秋", id_number=a_number(birth=BORN)),
        register(name="周立春", id_number=a_number(birth=BORN, sex="2")),
        register(name="林小满", id_number=a_number(birth=date(2006, 8, 1))),
    )


def form(*people: Person, by: Actor = BY, from_on: date | None = date(2020, 1, 1)) -> Household:
    relations = ("02", "10", "20")
    return form_household(
        path=place("220122101210"),
        class_ur="rural",
        parts=[Part(p, r) for p, r in zip(people, relations, strict=False)],
        from_on=from_on,
        by=by,
    )


def test_a_household_has_members_head_first_and_a_number_that_begins_with_its_county() -> None:
    family = a_family()
    home = form(*family)
    assert [m.person for m in queries.members(home)] == list(family)
    assert home.number.startswith("220122")
    assert queries.household_of(family[2]) == home


def test_a_household_has_exactly_one_head_and_nobody_twice() -> None:
    head, wife, _ = a_family()
    village = place("220122101210")
    for parts in (
        [Part(head, "10")],
        [Part(head, "02"), Part(wife, "02")],
        [Part(head, "02"), Part(head, "10")],
    ):
        with pytest.raises(Refused):
            form_household(path=village, class_ur="rural", parts=parts, by=BY)
    assert not Household.objects.exists()


def test_a_person_lives_in_one_household_at_a_time_in_the_whole_province() -> None:
    who = cast()
    head, wife, child = a_family()
    form(head, wife)
    elsewhere = person(path=place("220183103201"), name="何大暑")
    with pytest.raises(Refused) as inside:
        form(wife, child, by=who.county_approver)
    assert "农安县" in inside.value.message
    with pytest.raises(Refused) as outside:
        form_household(
            path=NEXT_COUNTY.village,
            class_ur="rural",
            parts=[Part(elsewhere, "02"), Part(wife, "10")],
            by=who.stranger,
        )
    assert outside.value.code == inside.value.code == "in_other_household"
    assert "农安" not in outside.value.message
    assert "编号" not in outside.value.message


def test_who_left_one_household_may_join_another_from_that_day_and_both_stay_on_file() -> None:
    head, wife, child = a_family()
    old, new = form(head, wife, child), form(register(name="赵谷雨", id_number=a_number(birth=BORN)))
    leave(household=old, person=child, until_on=date(2022, 7, 1), reason="结婚", by=BY, version=1)
    with pytest.raises(Refused, match="还属于另一家庭"):
        join(household=new, part=Part(child, "90"), from_on=date(2022, 6, 30), by=BY)
    join(household=new, part=Part(child, "90"), from_on=date(2022, 7, 1), by=BY)
    assert queries.household_of(child, on=date(2022, 6, 30)) == old
    assert queries.household_of(child, on=date(2022, 7, 1)) == new
    assert queries.household_of(child, on=date(2019, 12, 31)) is None
    assert len(queries.members(old, on=date(2022, 6, 30))) == 3
    assert len(queries.members(old)) == 2


def test_the_dead_do_not_join_nor_does_anyone_before_the_day_comes() -> None:
    head, wife, child = a_family()
    home = form(head)
    Person.objects.filter(pk=wife.pk).update(died_on=date(2021, 1, 1))
    with pytest.raises(Refused, match="已登记死亡"):
        join(household=home, part=Part(wife, "10"), by=BY)
    with pytest.raises(Refused, match="晚于今天"):
        join(household=home, part=Part(child, "20"), from_on=date(2999, 1, 1), by=BY)
    with pytest.raises(Refused, match="不计入"):
        join(household=home, part=Part(child, "20", counted=False), by=BY)
    with pytest.raises(Refused, match="已有户主"):
        join(household=home, part=Part(child, "02"), by=BY)


def test_a_stale_page_does_not_change_a_household() -> None:
    head, wife, child = a_family()
    home = form(head)
    join(household=home, part=Part(wife, "10"), version=1, by=BY)
    with pytest.raises(Stale):
        join(household=home, part=Part(child, "20"), version=1, by=BY)


def test_leaving_is_dated_and_only_for_members() -> None:
    head, wife, _ = a_family()
    home = form(head)
    with pytest.raises(Refused, match="不是该家庭的成员"):
        leave(household=home, person=wife, until_on=date(2022, 1, 1), reason="", by=BY)
    with pytest.raises(Refused, match="早于加入日期"):
        leave(household=home, person=head, until_on=date(2019, 1, 1), reason="", by=BY)


def test_adults_are_those_of_eighteen_on_the_day_and_those_of_unknown_birthday() -> None:
    head, wife, child = a_family()
    unknown = register(id_number=None, name="无名", birth=None)
    home = form(head, wife, child)
    join(household=home, part=Part(unknown, "90"), from_on=date(2020, 1, 1), by=BY)
    everyone = queries.members(home)
    assert {m.person.name for m in queries.adults(everyone, date(2024, 7, 31))} == {
        "林立秋",
        "周立春",
        "无名",
    }
    assert len(queries.adults(everyone, date(2024, 8, 1))) == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_households_that_take_in_the_same_person_at_once_one_is_refused() -> None:
    head, wife, child = a_family()
    homes = [form(head), form(wife)]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def take_in(home: Household) -> None:
        ready.wait()
        try:
            join(household=home, part=Part(child, "20"), by=BY)
            outcomes.append("joined")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_in, args=(home,)) for home in homes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in_other_household", "joined"]
    assert Membership.objects.filter(person=child).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_open_the_same_file_at_once_get_one_file() -> None:
    number, village = a_number(), place("220122101210")
    found: list[int] = []
    ready = threading.Barrier(2)

    def open_file() -> None:
        ready.wait()
        try:
            found.append(register(id_number=number, path=village).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_today_is_the_office_clocks_today() -> None:
    head, _, _ = a_family()
    with clock.frozen(date(2022, 3, 1)):
        home = form(head, from_on=None)
    assert Membership.objects.get(household=home).from_on == date(2022, 3, 1)
    assert household(person(path=NONGAN.village)).pk != home.pk

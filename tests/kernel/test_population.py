"""The made-up population: shaped like the province, the same for the same seed, and nobody real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from django.db import connection

from minzheng.kernel.areas import loading
from minzheng.kernel.areas.models import Division
from minzheng.kernel.errors import Refused
from minzheng.kernel.people import population
from minzheng.kernel.people.identity import check_citizen_number
from minzheng.kernel.people.models import Household, Membership, Person
from minzheng.kernel.people.population import numbers
from minzheng.kernel.people.population.chunks import BLOCK, MOST, Chunk, chunks
from minzheng.kernel.people.population.indexes import set_aside
from minzheng.kernel.people.population.places import places

AS_OF = date(2025, 1, 1)


def make(households: int, seed: int = 1) -> Iterator[Chunk]:
    return chunks(households=households, seed=seed, places=places(), as_of=AS_OF)


@pytest.fixture(scope="module")
def block(django_db_setup: None, django_db_blocker: object) -> Iterator[Chunk]:
    """One whole block, made on all the divisions."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        kept = set(Division.objects.values_list("uid", flat=True))
        loading.load()
        try:
            yield next(make(BLOCK))
        finally:
            Division.objects.exclude(uid__in=kept).delete()


@pytest.fixture
def province(db: None) -> None:
    loading.load()


# Numbers ------------------------------------------------------------------------------------------


def test_every_number_is_valid_and_agrees_with_birthday_and_sex(block: Chunk) -> None:
    days = np.datetime_as_string(block.birth.astype("M8[D]")).tolist()
    for number, day, male in zip(block.numbers, days, block.male.tolist(), strict=True):
        read = check_citizen_number(number, today=AS_OF)
        assert (read.number, read.birth.isoformat(), read.sex) == (number, day, "1" if male else "2")


def test_no_number_can_belong_to_anyone_for_its_region_was_gone_before_numbers_came(block: Chunk) -> None:
    regions = {number[:6] for number in block.numbers}
    assert all(region.startswith("2221") for region in regions)
    today = {unit.code[:6] for unit in loading.units() if unit.code}
    assert not any(region in today for region in regions)
    assert not any(code.startswith("2221") for code in today)


def test_no_number_is_given_twice(block: Chunk) -> None:
    assert len(set(block.numbers)) == block.persons


def test_blocks_far_apart_never_meet_on_the_same_birthday() -> None:
    """Everyone born on one day, in every block of the whole province: all the numbers are different."""
    ranks = np.arange(numbers.PER_BLOCK)
    day = np.full(numbers.PER_BLOCK, 5000)
    for male in (True, False):
        sex = np.full(numbers.PER_BLOCK, male)
        seen = [n for b in range(numbers.BLOCKS) for n in numbers.citizen_numbers(day, sex, ranks, b)]
        assert len(set(seen)) == numbers.BLOCKS * numbers.PER_BLOCK


def test_the_whole_province_has_room() -> None:
    assert MOST >= 10_000_000


def test_a_crowded_birthday_is_thinned_out_to_ten_of_a_sex() -> None:
    crowd = np.full(500, 20_000)
    male = np.arange(500) % 2 == 0
    for latest in (20_000, 30_000):
        days, ranks = numbers.settle_birthdays(crowd, male, latest)
        assert ranks.max() < numbers.PER_BLOCK
        assert days.max() <= latest
        assert len(set(zip(days.tolist(), male.tolist(), ranks.tolist(), strict=True))) == 500


def test_a_number_made_by_hand_is_valid_and_outside_the_generators_codes(block: Chunk) -> None:
    number = population.free_number(birth=date(1979, 5, 21), male=False, serial=1)
    assert check_citizen_number(number, today=AS_OF).sex == "2"
    assert number[:6] not in {n[:6] for n in block.numbers}
    assert int(number[:6]) >= numbers.FIRST_REGION + numbers.REGIONS


# Shape --------------------------------------------------------------------------------------------


def test_the_shape_is_that_of_an_ageing_north_eastern_province(block: Chunk) -> None:
    assert 2.2 <= block.persons / block.households <= 2.4
    assert 0.09 <= (block.age < 15).mean() <= 0.13
    assert 0.21 <= (block.age >= 60).mean() <= 0.27
    assert 0.47 <= block.male.mean() <= 0.53
    assert 0.55 <= block.urban.mean() <= 0.67
    assert 0.02 <= (block.grade > 0).mean() <= 0.05
    assert 0.08 <= (block.hukou != block.village).mean() <= 0.15
    assert 0.02 <= Counter(block.ethnic)["10"] / block.persons <= 0.07


def test_a_few_in_a_hundred_households_live_below_a_standard(block: Chunk) -> None:
    size = np.bincount(block.household)
    per_head = block.means.income(block.household) / size
    assert 0.005 <= (per_head[block.urban] < 54_600).mean() <= 0.06
    assert 0.005 <= (per_head[~block.urban] < 36_433).mean() <= 0.06


def test_every_household_has_one_head_of_age_and_relations_that_fit(block: Chunk) -> None:
    heads = block.relation == 2
    assert np.array_equal(block.household[heads], np.arange(block.households))
    assert block.age[heads].min() >= 18
    assert set(block.relation.tolist()) <= {2, 10, 20, 30, 41, 42, 51, 52}
    assert (block.male[np.isin(block.relation, (20, 41, 51))]).all()
    assert not (block.male[np.isin(block.relation, (30, 42, 52))]).any()
    assert (block.age[np.isin(block.relation, (20, 30, 41, 42))] <= 31).all()


def test_places_are_weighted_by_size_and_yanbian_is_korean_more_than_elsewhere(block: Chunk) -> None:
    county = [block.places.county_uids[v] for v in block.village.tolist()]
    by_county = Counter(county)
    assert by_county["220122"] > by_county["220623"]
    assert len(by_county) >= 68
    korean = np.array([e == "10" for e in block.ethnic])
    yanbian = np.array([uid.startswith("2224") for uid in county])[block.household]
    assert korean[yanbian].mean() > 10 * korean[~yanbian].mean()


def test_names_have_initials_and_children_their_fathers_name(block: Chunk) -> None:
    assert all(2 <= len(name) <= 3 for name in block.name)
    assert all(i.isascii() and len(i) == len(n) for n, i in zip(block.name, block.initials, strict=True))
    rows = list(
        zip(block.household.tolist(), block.relation.tolist(), block.male.tolist(), block.name, strict=True)
    )
    pairs = [(a, b) for a, b in pairwise(rows) if a[0] == b[0] and a[1] == 2 and b[1] in (20, 30)]
    assert pairs
    assert all(a[3][0] == b[3][0] for a, b in pairs if a[2])


def test_other_departments_get_what_is_not_in_the_master_file(block: Chunk) -> None:
    has = block.circumstances
    assert {len(values) for values in has.values()} == {block.persons}
    owners = np.asarray(has["houses"]) > 0
    assert (block.relation[owners] == 2).all()
    assert int(np.sum(has["deposits"])) == int(block.means.deposits.sum())
    assert np.asarray(has["wage"]).dtype.kind == "i"


# Reproducible -------------------------------------------------------------------------------------


def test_the_same_seed_and_index_give_the_same_household_however_many_are_made(province: None) -> None:
    (few,) = make(150)
    first, second = make(BLOCK + 20)
    assert few.households == 150
    assert few.numbers == first.numbers[: few.persons]
    assert few.name == first.name[: few.persons]
    assert np.array_equal(few.means.deposits, first.means.deposits[:150])
    assert second.first == BLOCK
    assert not set(second.numbers) & set(first.numbers)


def test_another_seed_gives_other_people(province: None) -> None:
    (one,), (other,) = make(100, seed=1), make(100, seed=2)
    assert one.name != other.name


@pytest.mark.parametrize("households", [0, -1, MOST + 1])
def test_a_number_of_households_out_of_range_is_refused(province: None, households: int) -> None:
    with pytest.raises(Refused, match="户数"):
        population.populate(households=households)


@pytest.mark.django_db
def test_without_divisions_it_says_what_to_run_first() -> None:
    with pytest.raises(Refused, match="load_reference"):
        population.populate(households=1)


# Written ------------------------------------------------------------------------------------------


def test_what_is_written_is_what_was_made(province: None) -> None:
    seen: list[Chunk] = []
    load = population.populate(households=300, sinks=[lambda chunk, cursor: seen.append(chunk)])
    (chunk,) = seen
    assert (load.households, load.persons) == (300, chunk.persons)
    assert (Household.objects.count(), Person.objects.count()) == (300, chunk.persons)
    assert Membership.objects.filter(until_on=None).count() == chunk.persons
    for i in (0, chunk.persons // 2, chunk.persons - 1):
        row = Person.objects.get(pk=chunk.first_person_id + i)
        home = Household.objects.get(pk=chunk.first_household_id + int(chunk.household[i]))
        assert (row.id_number, row.name, row.path) == (chunk.numbers[i], chunk.name[i], home.path)
        assert home.path == chunk.paths[int(chunk.household[i])]
        assert Membership.objects.get(person=row).household == home
        assert row.birth is not None
        assert row.birth <= AS_OF


def test_the_office_goes_on_numbering_after_the_population(province: None) -> None:
    population.populate(households=5)
    home = Household.objects.create(path="22/", hukou_path="22/", number="x", class_ur="urban")
    assert home.pk > Household.objects.exclude(pk=home.pk).latest("id").pk


def test_a_second_population_is_refused(province: None) -> None:
    assert not population.exists()
    population.populate(households=5)
    assert population.exists()
    with pytest.raises(Refused, match="已有演示人口"):
        population.populate(households=5, seed=2)


def test_a_sink_that_fails_takes_the_whole_load_with_it(province: None) -> None:
    def broken(chunk: Chunk, cursor: object) -> None:
        raise Refused("test", "写不进去")

    with pytest.raises(Refused):
        population.populate(households=5, sinks=[broken])
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_indexes_and_keys_set_aside_for_a_large_load_all_come_back() -> None:
    tables = [model._meta.db_table for model in (Household, Person, Membership)]

    def kept() -> tuple[list[str], list[str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1", [tables])
            indexes = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid::regclass::text = ANY(%s) ORDER BY 1",
                [tables],
            )
            return indexes, [row[0] for row in cursor.fetchall()]

    before = kept()
    with set_aside(tables):
        assert len(kept()[0]) == 3
    assert kept() == before

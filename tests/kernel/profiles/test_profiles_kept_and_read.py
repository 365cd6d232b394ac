"""What is kept of each household and read back in columns: nothing lost, nothing made up, one moment."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.db import connection

from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind as ActorKind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, Refused, Stale
from minzheng.kernel.law.facts import FactRef, Facts
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.queries import facts_kept
from minzheng.kernel.profiles.reading import read
from tests.factories import law_random
from tests.factories.bank import until
from tests.factories.people import household, person
from tests.factories.places import place
from tests.factories.profile_toy import DAY, TOY, VILLAGE, ToyHousehold, found, kept, tables

FULL = {
    "money": 2**63 - 1, "debt": -5, "number": 3, "share": Fraction(-1, 3), "since": date(1900, 2, 28),
    "state": "ill", "yes": True,
}  # fmt: skip
NOTHING: dict[str, Any] = dict.fromkeys(FULL)


def told(facts: Facts) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Facts to compare: what is unknown is left out on both sides."""
    rows = [facts.household, *facts.persons]
    home, *persons = [{name: one for name, one in row.items() if one is not None} for row in rows]
    return home, persons


# --- kept and read back ------------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
def test_every_kind_of_fact_comes_back_as_it_was_kept_and_an_unknown_one_as_unknown() -> None:
    rows = [
        Facts(FULL, [FULL, NOTHING, {"yes": False}]),
        Facts({}, [{"share": 7, "money": 0, "state": "well"}]),
        Facts({"share": Fraction(1, 4), "since": date(2024, 2, 29)}, []),
    ]
    homes = [kept(one) for one in rows]
    back = found()
    assert list(back) == [home.pk for home in homes]
    for home, one in zip(homes, rows, strict=True):
        assert told(back[home.pk]) == told(one)
        again = facts_kept(TOY, home.pk)
        assert again is not None
        assert told(again) == told(one)
        assert again.source(FactRef("household", None, "money")) == "入户调查"
    assert facts_kept(TOY, homes[-1].pk + 1) is None


@pytest.mark.usefixtures("toy")
def test_each_kind_alone_is_unknown_for_everyone_or_known_for_everyone() -> None:
    for name, value in FULL.items():
        kept(Facts({name: value}, [{name: value}, {}]))
    for batch in read(TOY, facts=["money"]):
        assert set(batch.table.household) == set(batch.table.persons) == {"money"}
        column = batch.table.household["money"]
        assert column.known is not None
        assert int(column.known.sum()) == 1
        assert not column.values[~column.known].any()


@pytest.mark.usefixtures("toy")
def test_members_stay_with_their_household_and_in_their_order_across_chunks() -> None:
    sizes = [3, 0, 1, 2, 0, 4, 1]
    homes = [
        kept(Facts({"number": n}, [{"number": 10 * n + m} for m in range(size)]))
        for n, size in enumerate(sizes)
    ]
    # Rows that were changed later lie elsewhere in the table.
    kept(Facts({"number": 0}, [{"number": m} for m in range(3)]), home=homes[0], source="复核")
    for chunk in (1, 2, 3, 100):
        batches = list(read(TOY, facts=["number"], chunk=chunk))
        assert [len(batch.households) for batch in batches] == split(len(sizes), chunk)
        assert [np.diff(batch.table.starts).tolist() for batch in batches] == parts(sizes, chunk)
        members = [int(n) for batch in batches for n in batch.table.persons["number"].values]
        assert members == [10 * n + m for n, size in enumerate(sizes) for m in range(size)]


def split(count: int, chunk: int) -> list[int]:
    return [len(one) for one in parts(list(range(count)), chunk)]


def parts(listed: list[int], chunk: int) -> list[list[int]]:
    return [listed[first : first + chunk] for first in range(0, len(listed), chunk)]


@pytest.mark.usefixtures("toy")
def test_a_place_is_read_with_all_within_it_and_with_nobody_from_outside() -> None:
    here, there = VILLAGE, VILLAGE.replace("/2201/", "/2202/")
    one, two = (household(person(path=place(VILLAGE.split("/")[-2])), path=path) for path in (here, there))
    for home in (one, two):
        kept(Facts({"number": home.pk}, [{"number": home.pk}]), home=home)
    assert list(found(path="22/2201/")) == [one.pk]
    assert list(found(path=there)) == [two.pk]
    assert list(found(path="22/")) == list(found()) == [one.pk, two.pk]
    assert found(path="22/22%/") == {}
    (batch,) = read(TOY, path="22/2202/")
    assert batch.table.places == (there,)
    assert batch.table.persons["number"].values.tolist() == [two.pk]


@pytest.mark.usefixtures("toy")
def test_places_that_no_parameter_tells_apart_are_one_place() -> None:
    homes = [
        kept(Facts({}, []), home=household(person(path=place(VILLAGE.split("/")[-2])), path=path))
        for path in ("22/2202/220201/1/", "22/2202/220202/2/", "22/2209/220901/3/")
    ]
    (batch,) = read(TOY, parameters=law_random.PARAMETERS)
    assert [batch.table.places[at] for at in batch.table.place] == ["22/2202/", "22/2202/", ""]
    assert batch.households.tolist() == [home.pk for home in homes]


@pytest.mark.usefixtures("toy")
def test_what_was_not_known_on_a_day_is_left_out_with_its_members() -> None:
    old = kept(Facts({"number": 1}, [{"number": 1}]), as_of=DAY - timedelta(days=30))
    kept(Facts({"number": 2}, [{"number": 2}]))
    (batch,) = read(TOY, on=DAY - timedelta(days=1))
    assert batch.households.tolist() == [old.pk]
    assert batch.table.persons["number"].values.tolist() == [1]


@pytest.mark.usefixtures("toy")
def test_nobody_on_file_gives_no_batch_and_an_unknown_fact_a_mistake_at_once() -> None:
    assert list(read(TOY)) == []
    with pytest.raises(Mistake, match="no fact 'moeny'"):
        read(TOY, facts=["moeny"])


# --- what cannot be read -----------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("toy_toyhousehold", "state = 'gone'", "代码不在可选项之中"),
        ("toy_toyperson", "state = 'gone'", "代码不在可选项之中"),
        ("toy_toyperson", "since = 'infinity'", "日期不成立"),
        ("toy_toyperson", "since = '12000-01-01'", "日期不成立"),
        ("toy_toyhousehold", "share_below = NULL", "没有分母"),
        ("toy_toyhousehold", "share_below = 0", "没有分母"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_never_becomes_a_figure(
    table: str, change: str, words: str
) -> None:
    kept(Facts(FULL, [FULL]))
    wrong = kept(Facts(FULL, [FULL, FULL]))
    key = "household_id" if table.endswith("household") else "profile_id"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE {key} = %s", [wrong.pk])
    title = TOY.entity.facts[change.split(" ")[0].removesuffix("_below")].title
    with pytest.raises(Refused, match=f"家庭 {wrong.pk} 的档案中，“{title}”.*{words}"):
        list(read(TOY))


@pytest.mark.usefixtures("toy")
def test_fractions_without_a_common_denominator_that_fits_are_not_bent() -> None:
    for prime in (2**31 - 1, 2**61 - 1):
        kept(Facts({"share": Fraction(1, prime)}, []))
    with pytest.raises(Mistake, match="no common denominator"):
        list(read(TOY))


# --- keeping -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
def test_newer_facts_replace_the_older_ones_whole_and_older_ones_are_refused() -> None:
    home = kept(Facts({"money": 1, "number": 2}, [{"money": 3}, {"money": 4}]), as_of=DAY - timedelta(days=9))
    kept(Facts({"money": 5}, [{"debt": 6}]), home=home, source="复核", case_id=77)
    profile = TOY.household_model._default_manager.get(pk=home.pk)
    assert (profile.as_of, profile.source, profile.case_id, profile.path) == (DAY, "复核", 77, home.path)
    facts = facts_kept(TOY, home.pk)
    assert facts is not None
    assert told(facts) == ({"money": 5}, [{"debt": 6}])
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.case_id, entry.path) == ("profiles.keep", 77, home.path)
    assert entry.before == {"as_of": "2026-02-22"}
    with pytest.raises(Stale, match="比 2026-03-02 新"):
        kept(Facts({"money": 1}, []), home=home, as_of=DAY - timedelta(days=1))
    with pytest.raises(Refused, match="晚于今天"):
        kept(Facts({"money": 1}, []), home=home, as_of=DAY + timedelta(days=1))
    assert told(found()[home.pk]) == ({"money": 5}, [{"debt": 6}])


@pytest.mark.usefixtures("toy")
def test_a_profile_names_its_persons_and_residents_do_not_write_it() -> None:
    one = person(path=place(VILLAGE.split("/")[-2]))
    home = household(one)
    kept(Facts({}, [{}, {}]), home=home, persons=[one, None])
    rows = TOY.person_model._default_manager.order_by("position")
    assert [(row.position, row.person_id) for row in rows] == [(0, one.pk), (1, None)]
    with pytest.raises(Mistake, match="Name one person"):
        kept(Facts({}, [{}]), home=home, persons=[])
    resident = Actor("user:1", "某", ActorKind.RESIDENT)
    with pytest.raises(NotAllowed, match="经办机构登记"):
        kept(Facts({}, []), home=home, by=resident)
    with pytest.raises(NotAllowed, match="没有办理人身份"):
        kept(Facts({}, []), home=home, by=None)
    with pytest.raises(Refused, match="过大"):
        kept(Facts({"money": 2**63}, []), home=home)
    with pytest.raises(Refused, match="没有名为"):
        kept(Facts({"salary": 1}, []), home=home)


def test_a_fact_may_not_take_the_name_of_a_column() -> None:
    wrong = Entity(
        "household", title="家庭", facts=[Fact("path", "code", "路径", "某处", options={"a": "甲"})]
    )
    with pytest.raises(Mistake, match="already has a column 'path'"):
        holds(wrong)(ToyHousehold)


# --- one moment --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_household_changed_while_being_read_is_read_as_it_was_and_nobody_waits() -> None:
    with tables():
        homes = [kept(Facts({"number": n}, [{"number": n}])) for n in range(3)]
        batches = read(TOY, facts=["number"], chunk=1)
        first = next(batches)
        kept(Facts({"number": 90}, [{"number": 90}, {"number": 91}]), home=homes[1])
        Household.objects.filter(pk=homes[2].pk).update(address="迁往别处")
        kept(Facts({"number": 92}, []))
        rest = list(batches)
        seen = [batch.table.household["number"].values.tolist() for batch in (first, *rest)]
        assert seen == [[0], [1], [2]]
        assert [batch.table.persons["number"].values.tolist() for batch in rest] == [[1], [2]]
        assert list(found().values())[1].household["number"] == 90


@pytest.mark.django_db(transaction=True)
def test_a_reading_given_up_halfway_leaves_no_connection_behind() -> None:
    def beside() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            return {pid for (pid,) in cursor.fetchall()}

    with tables():
        for _ in range(2):
            kept(Facts({}, []))
        before = beside()
        batches = read(TOY, chunk=1)
        next(batches)
        [its] = beside() - before
        batches.close()  # type: ignore[attr-defined]
        until(beside, lambda there: its not in there)

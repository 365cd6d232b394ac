"""What is kept of each household and read back in columns: nothing lost, nothing made up, one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.actor import Kind as ActorKind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, Refused, Stale
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.columns import Column, Table, table_of
from minzheng.kernel.law.facts import FactRef, Facts
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.actions import keep
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.loading import load, with_blanks
from minzheng.kernel.profiles.measuring import measure
from minzheng.kernel.profiles.queries import facts_kept
from minzheng.kernel.profiles.reading import Batch, read
from minzheng.kernel.profiles.writing import write
from tests.factories import law_random, profile_toy
from tests.factories.people import household, person
from tests.factories.places import NONGAN, place
from tests.factories.profile_toy import TOY

BY = system("test")
DAY = date(2026, 3, 3)
VILLAGE = NONGAN.village
FULL = {
    "money": 2**63 - 1, "debt": -5, "number": 3, "share": Fraction(-1, 3), "since": date(1900, 2, 28),
    "state": "ill", "yes": True,
}  # fmt: skip
NOTHING: dict[str, Any] = dict.fromkeys(FULL)


@pytest.fixture(autouse=True)
def _as_the_owner(settings: Any) -> None:
    """Measuring makes tables, which only the owner of the database does; so do these toys."""
    settings.MINZHENG_APP_ROLE = ""


@pytest.fixture(autouse=True)
def _a_day() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def toy(db: None) -> Iterator[None]:
    with profile_toy.tables():
        yield


def kept(facts: Facts, *, home: Household | None = None, as_of: date = DAY, **more: Any) -> Household:
    home = home or household(path=place(VILLAGE.split("/")[-2]))
    options = {"source": "入户调查", "by": BY, "persons": [None] * len(facts.persons)} | more
    keep(profiles=TOY, household=home, facts=facts, as_of=as_of, **options)
    return home


def found(**options: Any) -> dict[int, Facts]:
    """Everything read, household by household, as the engines see it."""
    return {
        int(home): batch.table.facts(at, TOY.entity)
        for batch in read(TOY, **options)
        for at, home in enumerate(batch.households)
    }


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
        holds(wrong)(profile_toy.ToyHousehold)


# --- one moment --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_household_changed_while_being_read_is_read_as_it_was_and_nobody_waits() -> None:
    with profile_toy.tables():
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
    def mine() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    with profile_toy.tables():
        for _ in range(2):
            kept(Facts({}, []))
        before = mine()
        batches = read(TOY, chunk=1)
        next(batches)
        assert mine() == before + 1
        batches.close()  # type: ignore[attr-defined]
        for _ in range(100):
            if mine() == before:
                break
        assert mine() == before


# --- writing back ------------------------------------------------------------------------------------


@pytest.fixture
def results(db: None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE results (household bigint NOT NULL, amount bigint, met boolean, tier varchar(8),"
            " small smallint, middle integer, review date, at timestamptz, note text)"
        )
    return "results"


def column(values: Sequence[Any], dtype: str, known: Sequence[bool] | None = None) -> Column:
    return Column(np.array(values, dtype=dtype), None if known is None else np.array(known))


def written(table: str, **columns: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        rows = write(cursor, table, columns, chunk=2)
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY household")
        back: list[tuple[Any, ...]] = cursor.fetchall()
    assert rows == len(back)
    return back


def test_what_is_written_back_is_what_was_sent(results: str) -> None:
    back = written(
        results,
        household=np.array([1, 2, 3], dtype=np.int64),
        amount=column([-(2**63), 0, 2**63 - 1], "i8"),
        met=column([True, False, True], "?"),
        small=column([-32768, 0, 32767], "i8"),
        middle=column([1, 2, 3], "u1"),
        review=column(["1900-01-01", "2000-01-01", "2026-12-31"], "M8[D]"),
    )
    assert back == [
        (1, -(2**63), True, -32768, 1, date(1900, 1, 1)),
        (2, 0, False, 0, 2, date(2000, 1, 1)),
        (3, 2**63 - 1, True, 32767, 3, date(2026, 12, 31)),
    ]


def test_unknown_results_and_texts_of_any_length_are_written(results: str) -> None:
    known = [True, False, True, False, True]
    back = written(
        results,
        household=np.arange(5),
        amount=column([10, 0, 30, 0, 50], "i8", known),
        met=column([True] * 5, "?", [False, True, True, True, False]),
        tier=column([b"A", b"", b"toolong", b"B", b""], "S", [True, True, False, True, True]),
        note=column(["档案", "", "a", "很长的说明", "b"], "U"),
        review=column(["2026-01-01"] * 5, "M8[D]", [not one for one in known]),
        small=column([7] * 5, "i2", [True] * 5),
    )
    day = date(2026, 1, 1)
    assert back == [
        (0, 10, None, "A", "档案", None, 7),
        (1, None, True, "", "", day, 7),
        (2, 30, True, None, "a", None, 7),
        (3, None, True, "B", "很长的说明", day, 7),
        (4, 50, None, "", "b", None, 7),
    ]
    instants = np.array(["2026-03-03T01:02:03.000004"], dtype="M8[us]")
    with connection.cursor() as cursor:
        write(cursor, results, {"household": np.array([9]), "at": instants})
        cursor.execute("SELECT at AT TIME ZONE 'UTC' FROM results WHERE household = 9")
        assert cursor.fetchone()[0].isoformat() == "2026-03-03T01:02:03.000004"
        assert write(cursor, results, {"household": np.array([], dtype=np.int64)}) == 0


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"household": np.arange(2), "small": np.array([1, 40_000])}, "'small' holds at most 32767"),
        (
            {"household": np.arange(2), "amount": np.array([1, 2**63], dtype=np.uint64)},
            "'amount' holds at most",
        ),
        ({"household": np.arange(2), "amount": np.arange(3)}, "different lengths"),
        ({"household": np.arange(2), "wages": np.arange(2)}, "no column 'wages'"),
        ({"household": np.arange(2), "amount": np.array([1, 2]) / 3}, "float64 cannot be written"),
        ({"household": np.arange(2), "met": np.arange(2)}, "'met' is boolean"),
        ({"household": np.arange(1), "review": np.array(["NaT"], dtype="M8[D]")}, "a day that is none"),
    ],
)
def test_what_does_not_fit_the_table_is_refused(results: str, columns: dict[str, Any], words: str) -> None:
    with connection.cursor() as cursor, pytest.raises(Mistake, match=words):
        write(cursor, results, columns)


# --- in bulk -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("toy")
def test_what_is_loaded_in_bulk_is_read_back_with_the_blanks_of_the_form() -> None:
    cases = made_up(9)
    homes = [household(person(path=place(VILLAGE.split("/")[-2]))) for _ in cases]
    table = table_of(cases, TOY.entity, paths=[home.path for home in homes])
    ids = np.array([home.pk for home in homes])
    with connection.cursor() as cursor:
        rows = load(cursor, TOY, Batch(ids, table), persons=None, as_of=DAY, source="演示", at=clock.now())
    assert rows == len(cases) + sum(len(one.persons) for one in cases)
    (batch,) = read(TOY)
    assert batch.households.tolist() == ids.tolist()
    assert_same(batch, table)
    profile = TOY.household_model._default_manager.get(pk=homes[0].pk)
    assert (profile.as_of, profile.source, profile.recorded_at) == (DAY, "演示", clock.now())
    facts = [
        Fact("share", "ratio", "份额", "某处", blank=Fraction(1, 3)),
        Fact("state", "code", "状态", "某处", options=law_random.HEALTH, blank="ill"),
        Fact("since", "date", "日期", "某处", blank=date(2001, 1, 1)),
        Fact("yes", "boolean", "是否", "某处", blank=True),
        Fact("money", "fen", "金额", "某处", blank=5),
        Fact("debt", "fen", "负债", "某处"),
    ]
    filled = with_blanks({"money": column([9], "i8")}, facts, 1)
    blank = {"share": Fraction(1, 3), "state": "ill", "since": date(2001, 1, 1), "yes": True, "money": 9}
    one = Entity("household", title="家庭", facts=facts, members=law_random.entities()[1])
    empty = Table(filled, {}, np.array([0, 0]), ("",), np.array([0], dtype=np.int32))
    assert empty.facts(0, one).household == blank


@pytest.mark.usefixtures("toy")
def test_a_measurement_reads_and_writes_so_many_households_and_leaves_nothing() -> None:
    kept(Facts({}, []))
    found = measure(TOY, 40)
    assert (found.households, found.persons, found.columns) == (40, 100, 14)
    assert 0 < found.before_mb <= found.peak_mb
    assert found.read_seconds > 0
    assert found.write_seconds > 0
    assert len(list(found_homes())) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'profiles_measured'")
        assert cursor.fetchone()[0] == 0
    with pytest.raises(Refused, match="至少为 1"):
        measure(TOY, 0)


def found_homes() -> Iterator[int]:
    for batch in read(TOY):
        yield from batch.households.tolist()


# --- the law over what is kept -----------------------------------------------------------------------


def rules_of_the_toy() -> tuple[Rule, ...]:
    """Rules that touch every fact of a household and its members."""

    def poor(h: Any) -> Any:
        wealth = h.sum(lambda p: p.money) - h.debt
        return (wealth / 3 < h.share * h.money) | h.any_(lambda p: (p.state == "ill") & p.yes)

    def dated(h: Any) -> Any:
        return (h.since < date(2000, 1, 1)) & (h.count(lambda p: p.number > 2) >= h.number)

    def own(p: Any) -> Any:
        return p.money + p.household.debt

    household_, person_ = law_random.entities()
    return (
        household_.rule("困难", unit="boolean")(poor),
        household_.rule("早先", unit="boolean")(dated),
        person_.rule("自有", unit="fen")(own),
    )


def made_up(count: int) -> list[Facts]:
    rng = np.random.default_rng(7)

    def row() -> dict[str, Any]:
        values = {
            "money": int(rng.integers(-500, 5000)), "debt": int(rng.integers(0, 900)),
            "number": int(rng.integers(0, 5)),
            "share": Fraction(int(rng.integers(-3, 9)), int(rng.integers(1, 5))),
            "since": date(1990, 1, 1) + timedelta(days=int(rng.integers(0, 8000))),
            "state": ("well", "ill", "worse")[int(rng.integers(0, 3))], "yes": bool(rng.integers(0, 2)),
        }  # fmt: skip
        return {name: one for name, one in values.items() if rng.random() > 0.2}

    return [Facts(row(), [row() for _ in range(int(rng.integers(0, 4)))]) for _ in range(count)]


@pytest.mark.usefixtures("toy")
def test_the_bulk_engine_over_what_is_read_says_what_the_interpreter_says_of_each_household() -> None:
    rules = rules_of_the_toy()
    cases = {kept(one).pk: one for one in made_up(25)}
    at = {"path": VILLAGE, "on": DAY}
    compared = 0
    for batch in read(TOY, rules=rules, chunk=10):
        decided = BulkEngine(TOY.entity, rules).decide(batch.table, law_random.PARAMETERS, on=DAY)
        for number, home in enumerate(batch.households.tolist()):
            run = Evaluation(TOY.entity, cases[home], law_random.PARAMETERS, **at)  # type: ignore[arg-type]
            for rule in rules[:2]:
                compared += agrees(run.answer(rule), decided[rule][number])
            first = int(batch.table.starts[number])
            for member in range(len(cases[home].persons)):
                compared += agrees(run.answer(rules[2], member), decided[rules[2]][first + member])
    assert compared == 2 * 25 + sum(len(one.persons) for one in cases.values())


def agrees(plain: Any, bulk: Any) -> int:
    assert (None if isinstance(plain, Unknown) else plain) == bulk
    return 1


@pytest.mark.usefixtures("toy")
def test_a_table_read_is_the_table_of_the_same_facts() -> None:
    cases = made_up(12)
    homes = [kept(one) for one in cases]
    (batch,) = read(TOY)
    same = table_of(cases, TOY.entity, paths=[home.path for home in homes])
    assert_same(batch, same)


def assert_same(batch: Batch, same: Any) -> None:
    assert batch.table.starts.tolist() == same.starts.tolist()
    assert [batch.table.places[at] for at in batch.table.place] == [same.places[at] for at in same.place]
    for ours, theirs in ((batch.table.household, same.household), (batch.table.persons, same.persons)):
        assert set(ours) == set(theirs)
        for name, one in ours.items():
            known = np.ones(len(one.values), np.bool_) if one.known is None else one.known
            other = np.ones(len(one.values), np.bool_) if theirs[name].known is None else theirs[name].known
            assert known.tolist() == other.tolist()
            ours_exact, theirs_exact = values(one, theirs[name].below), values(theirs[name], one.below)
            assert ours_exact[known].tolist() == theirs_exact[known].tolist()


def values(one: Column, times: int) -> Any:
    """Numerators brought over one denominator with another column's."""
    return one.values if one.values.dtype.kind in "Mb" else one.values.astype(object) * times

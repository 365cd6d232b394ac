"""Profiles as columns: results written back, loaded in bulk, measured, and read by the engines of the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.columns import Column, Table, table_of
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.profiles.loading import load, with_blanks
from minzheng.kernel.profiles.measuring import measure
from minzheng.kernel.profiles.reading import Batch, read
from minzheng.kernel.profiles.writing import write
from tests.factories import law_random
from tests.factories.people import household, person
from tests.factories.places import place
from tests.factories.profile_toy import DAY, TOY, VILLAGE, kept

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

"""The compiled loop reads memory as it is told: whatever columns and disks bring, it answers rightly or refuses."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.engines import machine
from minzheng.kernel.law.engines.bulk import BulkEngine, Way
from minzheng.kernel.law.engines.columns import Column, Table
from minzheng.kernel.law.language import Rule, rounded
from tests.factories import law_toy as toy

RULES = [toy.eligible, toy.amount, toy.rich_child]
HOMES, PERSONS = 6, 12
NOBODY = np.zeros(PERSONS, np.bool_)


def a_table(*, home: Any = None, person: Any = None, **changed: Any) -> Table:
    """Six households of two, all alike."""
    given: dict[str, Any] = {
        "household": {
            "savings": Column(np.zeros(HOMES, np.int64)),
            "place": Column(np.zeros(HOMES, np.int16)),
        },
        "persons": {
            "birth": Column(np.zeros(PERSONS, "datetime64[D]")),
            "wage": Column(np.full(PERSONS, 50000)),
            "away": Column(np.zeros(PERSONS, np.bool_)),
            "health": Column(np.zeros(PERSONS, np.int16)),
        },
        "starts": np.arange(HOMES + 1) * 2,
        "places": ("22/",),
        "place": np.zeros(HOMES, np.int32),
    }
    given["household"] |= home or {}
    given["persons"] |= person or {}
    return Table(**given | changed)


def decided(table: Table, way: Way, rules: list[Rule] = RULES) -> list[list[Any]]:
    found = BulkEngine(toy.household, rules).decide(table, toy.parameters(), on=toy.DAY, way=way)
    return [[answers[row] for row in range(len(answers))] for answers in found.values()]


PLAIN = [[True] * HOMES, [9200] * HOMES, [False] * PERSONS]


def every_second(values: list[int], filler: int, dtype: Any) -> Any:
    """A view that skips: read as if it were whole, it would give the filler."""
    whole = np.full(2 * len(values), filler, dtype)
    whole[::2] = values
    return whole[::2]


@pytest.mark.parametrize(
    "table",
    [
        a_table(),
        a_table(starts=every_second([0, 2, 4, 6, 8, 10, 12], 10**12, np.int64)),
        a_table(place=every_second([0] * HOMES, 10**9, np.int32)),
        a_table(person={"wage": Column(every_second([50000] * PERSONS, 1, np.int64))}),
        a_table(person={"health": Column(np.full(PERSONS, 30000, np.int16), NOBODY)}),
        a_table(home={"place": Column(np.full(HOMES, -30000, np.int16), np.zeros(HOMES, np.bool_))}),
        a_table(person={"birth": Column(np.full(PERSONS, 2**63 - 1), NOBODY)}),
        a_table(person={"birth": Column(np.full(PERSONS, "NaT", "datetime64[D]"), NOBODY)}),
    ],
    ids=["plain", "starts skip", "places skip", "wages skip", "codes", "home codes", "days", "no day"],
)
def test_what_is_not_known_or_not_in_line_leads_nowhere(table: Table) -> None:
    assert decided(table, "compiled") == decided(table, "cases")
    assert decided(table, "compiled")[:2] == PLAIN[:2]


@pytest.mark.parametrize(
    "table",
    [
        a_table(starts=np.arange(HOMES + 1, dtype=np.int32) * 2),
        a_table(starts=np.zeros(0, np.int64)),
        a_table(starts=np.zeros((HOMES + 1, 2), np.int64)),
        a_table(starts=np.array([0, 2, 4, 6, 8, 10, 13])),
        a_table(place=np.zeros(HOMES)),
        a_table(place=np.zeros(HOMES, np.bool_)),
        a_table(place=np.ones(HOMES, ">i4"), places=("22/", "22/2201/")),
        a_table(place=np.full(HOMES, -1)),
        a_table(person={"wage": Column(np.full(PERSONS, 50000, ">i4"))}),
        a_table(person={"wage": Column(np.full((PERSONS, 2), 50000))}),
        a_table(person={"wage": Column(np.full(PERSONS, 50000), np.ones(PERSONS, np.int64))}),
        a_table(person={"wage": Column(np.full(PERSONS, 50000), np.ones((PERSONS, 2), np.bool_))}),
        a_table(person={"birth": Column(np.full(PERSONS, "NaT", "datetime64[D]"))}),
        a_table(person={"birth": Column(np.full(PERSONS, 10**9))}),
        a_table(home={"place": Column(np.full(HOMES, 7, np.int16))}),
    ],
)
def test_a_table_of_another_shape_or_type_never_reaches_the_loop(table: Table) -> None:
    with pytest.raises((Mistake, Refused)):
        decided(table, "compiled")


def test_nobody_at_all_and_households_without_anybody() -> None:
    nobody = {name: Column(one.values[:0]) for name, one in a_table().persons.items()}
    empty = a_table(persons=nobody, starts=np.zeros(HOMES + 1, np.int64))
    assert decided(empty, "compiled") == [[True] * HOMES, [0] * HOMES, []]
    none = a_table(
        household={name: Column(one.values[:0]) for name, one in a_table().household.items()},
        persons=nobody,
        starts=np.zeros(1, np.int64),
        place=np.zeros(0, np.int32),
    )
    assert decided(none, "compiled") == [[], [], []]


@pytest.mark.parametrize("dtype", [np.int32, np.uint32, np.int64])
@pytest.mark.parametrize("factor", [8 * 10**9, 2 * 10**9, 10**11])
def test_a_large_figure_in_a_narrow_column_does_not_overflow_in_silence(dtype: Any, factor: int) -> None:
    """2³¹ − 1 fen times such a factor is past 64 bits or not; never is it something else."""
    household, _ = toy.entities()

    def is_not_negative(h: Any) -> Any:
        return h.savings * factor >= 0

    rule = household.rule("不为负", unit="boolean")(is_not_negative)
    table = a_table(home={"savings": Column(np.full(HOMES, 2**31 - 1, dtype))})
    found = BulkEngine(household, [rule]).decide(table, toy.parameters(), on=toy.DAY, way="compiled")
    assert [found[rule][row] for row in range(HOMES)] == [True] * HOMES


@pytest.mark.parametrize("value", [-(2**31), -7, -5, -1, 0, 1, 5, 2**31 - 1])
def test_division_below_zero_is_the_same_division(value: int) -> None:
    household, _ = toy.entities()

    def divided(h: Any) -> Any:
        return (0 - h.savings) // 7 + rounded(h.savings * -1 / 3, mode="up") + rounded(h.savings / -2)

    rule = household.rule("相除", unit="fen")(divided)
    table = a_table(home={"savings": Column(np.full(HOMES, value, np.int32))})
    engine = BulkEngine(household, [rule])
    one, other = (
        engine.decide(table, toy.parameters(), on=toy.DAY, way=way)[rule] for way in ("compiled", "cases")
    )
    assert [one[row] for row in range(HOMES)] == [other[row] for row in range(HOMES)]


# --- what is kept on disk ----------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINZHENG_VAR", str(tmp_path))
    machine._loop_of.cache_clear()
    return tmp_path / "rules"


@pytest.mark.parametrize("size", [0, 10, 33, 500, -1])
def test_a_damaged_file_is_compiled_anew(kept: Path, size: int) -> None:
    assert decided(a_table(), "compiled") == PLAIN
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:size] if size >= 0 else whole[:-1] + bytes([whole[-1] ^ 1]))
    machine._loop_of.cache_clear()
    assert decided(a_table(), "compiled") == PLAIN
    assert [one.read_bytes() for one in kept.iterdir()] == [whole]


def test_what_was_compiled_is_not_compiled_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert decided(a_table(), "compiled") == PLAIN
    machine._loop_of.cache_clear()
    monkeypatch.setattr(machine, "_compiled", lambda *given: pytest.fail("compiled again"))
    assert decided(a_table(), "compiled") == PLAIN


def test_a_folder_that_cannot_be_written_does_not_stop_the_office(kept: Path) -> None:
    kept.write_text("a file stands where the folder should be")
    assert decided(a_table(), "compiled") == PLAIN


def test_a_full_disk_leaves_nothing_half_written(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert decided(a_table(), "compiled") == PLAIN
    assert list(kept.iterdir()) == []


def test_threads_that_decide_at_once_agree(kept: Path) -> None:
    """Compiling, loading and deciding, from the start, by four at once on more households than one block."""
    times = 5_000
    rng = np.random.default_rng(1)
    table = a_table(
        household={name: Column(np.tile(one.values, times)) for name, one in a_table().household.items()},
        persons={
            **{name: Column(np.tile(one.values, times)) for name, one in a_table().persons.items()},
            "wage": Column(rng.integers(0, 90_000, PERSONS * times)),
        },
        starts=np.arange(HOMES * times + 1) * 2,
        place=np.zeros(HOMES * times, np.int32),
    )
    shared, found = BulkEngine(toy.household, RULES), []

    def decide(engine: BulkEngine) -> None:
        for _ in range(3):
            answers = engine.decide(table, toy.parameters(), on=toy.DAY, way="compiled")
            found.append([one.values.tobytes() for one in answers.values()])

    engines = [shared, shared, BulkEngine(toy.household, RULES), BulkEngine(toy.household, RULES)]
    threads = [Thread(target=decide, args=[one]) for one in engines]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    decide(shared)
    assert len(found) == 15
    assert all(one == found[-1] for one in found)

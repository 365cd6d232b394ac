"""Our engines on the made-up law: columns in memory, columns from the disk, one case, the plain interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.law import facts, rules
from bench.law.facts import Population
from bench.law.values import ON, PLACES
from minzheng.kernel.law.engines.bulk import Answers, BulkEngine
from minzheng.kernel.law.engines.case import case_engine
from minzheng.kernel.law.engines.columns import Column, Table
from minzheng.kernel.law.explaining import explain
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.reference import Evaluation, Unknown

__all__ = ["Bulk", "Case", "Explained", "Reference", "Streamed", "Unknowns"]

PIECE = 65_536
Found = dict[str, NDArray[Any]]


def table_of(population: Population) -> Table:
    """The same arrays, named as the engine takes them."""
    persons = {name: Column(column) for name, column in population.persons.items()}
    household = {name: Column(column) for name, column in population.household.items()}
    return Table(household, persons, population.starts, PLACES, population.place)


def _found(answers: Mapping[Rule, Answers]) -> Found:
    if not all(one.known.all() for one in answers.values()):
        raise AssertionError("nothing is unknown in this population")
    return {rule.name: one.values for rule, one in answers.items()}


class Bulk:
    """The compiled columns, facts and results in memory."""

    on = ON

    def __init__(self) -> None:
        self.engine = BulkEngine(rules.household, rules.ASKED)
        self.parameters = rules.parameters()

    def prepared(self, population: Population) -> Table:
        """The table; not timed."""
        return table_of(population)

    def decide(self, table: Table) -> Mapping[Rule, Answers]:
        """Every result anew."""
        return self.engine.decide(table, self.parameters, on=ON)

    def found(self, answers: Mapping[Rule, Answers]) -> Found:
        """The results by name; not timed."""
        return _found(answers)


class Streamed(Bulk):
    """From files to files, a piece at a time: memory does not grow with the population."""

    def stream(self, folder: Path, into: Path) -> None:
        """Read, decide, write."""
        with _Files(into) as files:
            for population in facts.pieces(folder, rows=PIECE):
                files.add(_found(self.decide(table_of(population))))


class _Files:
    """One file of results for each rule, written piece by piece; the header when all is known."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._open: dict[str, Any] = {}

    def __enter__(self) -> _Files:
        self._into.mkdir(parents=True, exist_ok=True)
        return self

    def add(self, found: Found) -> None:
        """The next rows."""
        for name, column in found.items():
            if name not in self._open:
                self._open[name] = (self._into / f"{name}.{column.dtype.str[1:]}").open("wb")
            column.tofile(self._open[name])

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()


def cases(population: Population, rows: int) -> Iterator[tuple[str, Facts]]:
    """Households as a counter has them: Python values by name, with the place."""
    table = table_of(population.part(0, min(rows, len(population))))
    for number in range(len(table)):
        yield PLACES[table.place[number]], table.facts(number, rules.household)


class Case:
    """One household after the other, as at a counter."""

    def __init__(self) -> None:
        self.engine = case_engine(rules.household, *rules.ASKED)
        self.parameters = rules.parameters()

    def decide(self, path: str, one: Facts) -> dict[str, Any]:
        """The rules of the place, found again for each case, and their answers."""
        answers = self.engine.at(self.parameters, path=path, on=ON)(one)
        return {rule.name: answer for rule, answer in answers.items()}


class Reference:
    """The plain interpreter."""

    def __init__(self) -> None:
        self.parameters = rules.parameters()

    def evaluation(self, path: str, one: Facts) -> Evaluation:
        """The rules applied to one case, what was looked at being kept."""
        return Evaluation(rules.household, one, self.parameters, path=path, on=ON)

    def decide(self, path: str, one: Facts) -> dict[str, Any]:
        """Every result of the household and of each of its members."""
        run = self.evaluation(path, one)

        def answer(rule: Rule, member: int | None = None) -> Any:
            found = run.answer(rule, member)
            return None if isinstance(found, Unknown) else found

        members = range(len(one.persons))
        return {
            rule.name: [answer(rule, at) for at in members] if rule.entity == "person" else answer(rule)
            for rule in rules.ASKED
        }


class Explained(Reference):
    """The same with the tree of reasons of every result of the household."""

    def decide(self, path: str, one: Facts) -> Any:
        """What a decision keeps."""
        asked = [rule for rule in rules.ASKED if rule.entity == "household"]
        return explain(*asked, evaluation=self.evaluation(path, one))


class Unknowns:
    """A small population of which some facts are unknown: the engines must agree on what stays undecided."""

    def __init__(self, population: Population, *, share: float = 0.02, seed: int = 11) -> None:
        rng = np.random.default_rng(seed)
        whole = table_of(population)

        def holes(columns: Mapping[str, Column]) -> dict[str, Column]:
            return {n: Column(c.values, rng.random(len(c.values)) >= share) for n, c in columns.items()}

        self.table = Table(
            holes(whole.household), holes(whole.persons), whole.starts, whole.places, whole.place
        )

    def cases(self) -> Iterator[tuple[str, Facts]]:
        """Each household as the case engine reads it."""
        for number in range(len(self.table)):
            yield PLACES[self.table.place[number]], self.table.facts(number, rules.household)

    def in_columns(self) -> Found:
        """What the columns say, −1 for unknown (no result is negative)."""
        answers = BulkEngine(rules.household, rules.ASKED).decide(self.table, rules.parameters(), on=ON)
        return {
            rule.name: np.where(one.known, one.values, -1).astype(np.int64) for rule, one in answers.items()
        }


def columns_of(answers: list[dict[str, Any]]) -> Found:
    """Answers case by case as columns, −1 for unknown."""
    found = {}
    for name in answers[0]:
        rows: list[Any] = []
        for one in answers:
            rows += one[name] if isinstance(one[name], list | tuple) else [one[name]]
        found[name] = np.array([-1 if row is None else int(row) for row in rows], dtype=np.int64)
    return found

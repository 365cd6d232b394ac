"""The law of social assistance itself over made-up facts: what the office's own rules take, not beside anything.

A fact that the made-up population also has is taken from there; every other is drawn by its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.law import rules
from bench.law.facts import Population
from bench.law.values import ON
from minzheng.domains.assistance.rules import dibao, edge, household, seed_parameters
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.case import case_engine
from minzheng.kernel.law.engines.columns import Column, Table
from minzheng.kernel.law.explaining import explain
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.law.units import Kind

__all__ = ["ASKED", "PATH", "Assistance"]

PATH = "22/2201/220102/"
ASKED = (dibao.dibao_eligible, dibao.dibao_amount, edge.edge_eligible)
CALLED = {"disability_grade": "grade", "rigid_spending": "rigid"}  # here and among the made-up facts


class Assistance:
    """Who receives dibao and how much, who is at its edge."""

    def __init__(self) -> None:
        self.bulk = BulkEngine(household, ASKED)
        self.case = case_engine(household, *ASKED)
        self.parameters = seed_parameters()

    def prepared(self, population: Population) -> Table:
        """The facts that the rules read."""
        rng = np.random.default_rng(5)
        persons = household.members
        assert persons is not None
        made = (rules.household, population.household), (rules.person, population.persons)
        return Table(
            _columns(household, *made[0], rows=len(population), rng=rng),
            _columns(persons, *made[1], rows=int(population.starts[-1]), rng=rng),
            population.starts,
            (PATH,),
            np.zeros(len(population), np.uint8),
        )

    def decide(self, table: Table) -> Any:
        """Every result for everyone."""
        return self.bulk.decide(table, self.parameters, on=ON)

    def one(self, facts: Facts) -> Any:
        """The results of one household."""
        return self.case.at(self.parameters, path=PATH, on=ON)(facts)

    def explained(self, facts: Facts) -> Any:
        """The same with the tree of reasons."""
        return explain(*ASKED, evaluation=self.evaluation(facts))

    def evaluation(self, facts: Facts) -> Evaluation:
        """The same by the plain interpreter."""
        return Evaluation(household, facts, self.parameters, path=PATH, on=ON)


def _columns(
    entity: Entity,
    made_up: Entity,
    made: Mapping[str, NDArray[Any]],
    *,
    rows: int,
    rng: np.random.Generator,
) -> dict[str, Column]:
    found = {}
    for fact in entity.facts.values():
        name = CALLED.get(fact.name, fact.name)
        if name in made and made_up.facts[name].kind is fact.kind:
            found[fact.name] = Column(_taken(fact, made_up.facts[name], made[name]))
        else:
            found[fact.name] = Column(_drawn(fact, rows, rng))
    return found


def _taken(fact: Fact, made_up: Fact, column: NDArray[Any]) -> NDArray[Any]:
    if fact.kind is Kind.DATE:
        return column.astype("datetime64[D]")
    if fact.kind is Kind.CODE:
        options = list(fact.options)
        return np.array([options.index(one) for one in made_up.options], np.uint8)[column]
    return column


def _drawn(fact: Fact, rows: int, rng: np.random.Generator) -> NDArray[Any]:
    """Most often nothing, else something of the kind."""
    some = rng.random(rows, dtype=np.float32) < 0.1
    match fact.kind:
        case Kind.BOOLEAN:
            return some if fact.blank is False else ~some
        case Kind.DATE:
            return np.datetime64(ON) - rng.integers(0, 3000, rows)
        case Kind.CODE:
            return np.where(some, rng.integers(0, len(fact.options), rows), 0).astype(np.uint8)
        case Kind.FEN | Kind.EXACT_FEN:
            return np.where(some, rng.integers(0, 500_000, rows), 0).astype(np.int32)
        case _:
            return np.where(some, rng.integers(0, 4, rows), 0).astype(np.int8)

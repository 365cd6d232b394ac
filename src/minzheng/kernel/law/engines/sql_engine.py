"""A province in a database: the rules as one statement, equal to the interpreter in every row.

What the statement leaves open (a figure past its bounds, a division by zero, a missing parameter) is decided
household by household by the case engine, as in the compiled loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.bulk import Answers, Decided, write
from minzheng.kernel.law.engines.case import CaseEngine
from minzheng.kernel.law.engines.columns import Column, Table, check_values, checked_table
from minzheng.kernel.law.engines.lowering import Given, Lowering, lowered
from minzheng.kernel.law.engines.places import Moment, Spot
from minzheng.kernel.law.engines.session import below_of, columns_of, given
from minzheng.kernel.law.engines.sql import BELOW, NAMES, SqlText, Tables, sql_of
from minzheng.kernel.law.engines.sql_connections import Connection, Values
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.units import Kind

__all__ = ["SqlEngine", "loaded", "place_columns"]


class SqlEngine:
    """Rules for many households in the tables of a database."""

    def __init__(self, household: Entity, rules: Sequence[Rule], connection: Connection) -> None:
        self._one = CaseEngine(household, rules)
        self._connection = connection
        self._lowerings: dict[Given, Lowering] = {}
        self.plan = self._one.plan

    def text(
        self,
        spots: Mapping[str, Spot],
        *,
        facts: Given | None = None,
        tables: Tables = NAMES,
        below: Mapping[tuple[Space, str], int] | None = None,
    ) -> SqlText | None:
        """The statements; unless ``facts`` say otherwise, any fact may be unknown for anyone."""
        facts = facts or Given(
            nullable=frozenset(
                (space, fact.name)
                for space in (Space.HOUSEHOLD, Space.MEMBER)
                for fact in self.plan.facts(space)
            )
        )
        if facts not in self._lowerings:
            self._lowerings[facts] = lowered(self.plan, facts)
        return sql_of(self._lowerings[facts], self._connection.dialect, spots, tables=tables, below=below)

    def load(self, table: Table) -> None:
        """The households and persons of a table, under the names that statements read."""
        for name, columns in loaded(table, self.plan.household).items():
            self._connection.load(name, columns)

    def decide(
        self, table: Table, parameters: Parameters, *, on: date, month: date | None = None, load: bool = True
    ) -> Decided:
        """What each rule gives for the whole table, which is loaded first unless it lies there already."""
        moment = Moment(parameters, on, month)
        return self.decide_at(table, {path: (moment, path) for path in table.places}, load=load)

    def decide_at(self, table: Table, spots: Mapping[str, Spot], *, load: bool = True) -> Decided:
        """The same where the table's places stand for moments of their own."""
        checked_table(table, self.plan.household)
        check_values(table, self.plan.household)
        out = {rule: self._empty(table, rule) for rule in self.plan.asked}
        text = self.text(spots, facts=given(self.plan, table), below=below_of(table)) if len(table) else None
        if text is None:
            again = np.ones(len(table), np.bool_)
        else:
            if load:
                self.load(table)
            again = self._run(text, table, out)
        for number in np.flatnonzero(again):
            self._once_more(table, int(number), spots, out)
        return out

    def _run(self, text: SqlText, table: Table, out: Decided) -> NDArray[np.bool_]:
        """Both statements, after the tables they need."""
        self._connection.load(NAMES.places, place_columns(text))
        for name, statement in text.first.items():
            self._connection.run(f"DROP TABLE IF EXISTS {name}")
            self._connection.run(statement)
        again = self._answered(text, table, out)
        for name in text.first:
            self._connection.run(f"DROP TABLE IF EXISTS {name}")
        return again

    def _answered(self, text: SqlText, table: Table, out: Decided) -> NDArray[np.bool_]:
        """The rows of both, which come back in any order."""
        found = self._connection.answers(text.households)
        rows = _whole(found["household_id"])
        if len(rows) != len(table):
            raise Mistake("sql_rows", f"{len(table)} households were asked about, {len(rows)} were answered.")
        again = np.zeros(len(table), np.bool_)
        again[rows] = found["again"].astype(np.bool_)
        self._fill(out, found, rows, of_household=True)
        if text.members is not None:
            found = self._connection.answers(text.members)
            homes = _whole(found["household_id"])
            again[homes[found["again"].astype(np.bool_)]] = True
            self._fill(out, found, table.starts[homes] + _whole(found["position"]), of_household=False)
        return again

    def _fill(
        self, out: Decided, found: Mapping[str, Any], rows: NDArray[Any], *, of_household: bool
    ) -> None:
        codes = {code: number for number, code in enumerate(self.plan.codes)}
        for rule, answers in out.items():
            if self._of_household(rule) is not of_household:
                continue
            exact = rule.expression.kind in EXACT
            known, values = _numbers(found[rule.name + "_n" if exact else rule.name], answers.kind, codes)
            answers.known[rows], answers.values[rows] = known, values
            if answers.denominators is not None:
                _, below = _numbers(found[rule.name + "_d"], answers.kind, codes)
                answers.denominators[rows] = np.where(known, below, 1)

    def _once_more(self, table: Table, number: int, spots: Mapping[str, Spot], out: Decided) -> None:
        moment, path = spots[table.places[int(table.place[number])]]
        decider = self._one.at(moment.parameters, path=path, on=moment.on, month=moment.month)
        codes = {code: at for at, code in enumerate(self.plan.codes)}
        members = range(int(table.starts[number]), int(table.starts[number + 1]))
        for rule, found in decider(table.facts(number, self.plan.household)).items():
            rows = [(number, found)] if self._of_household(rule) else list(zip(members, found, strict=True))
            for row, value in rows:
                write(out[rule], row, value, rule=rule, household=number, codes=codes)

    def _of_household(self, rule: Rule) -> bool:
        return rule.entity == self.plan.household.name

    def _empty(self, table: Table, rule: Rule) -> Answers:
        rows = len(table) if self._of_household(rule) else int(table.starts[-1])
        kind = rule.expression.kind
        return Answers(
            kind=kind,
            values=np.zeros(rows, np.bool_ if kind is Kind.BOOLEAN else np.int64),
            denominators=np.ones(rows, np.int64) if kind in EXACT else None,
            known=np.zeros(rows, np.bool_),
            codes=self.plan.codes,
        )


def _whole(column: NDArray[Any]) -> NDArray[np.int64]:
    return column.astype(np.int64)


def _numbers(
    column: NDArray[Any], kind: Kind, codes: Mapping[str, int]
) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Which rows have a value, and the values as the columns of the engines hold them."""
    if column.dtype == object:
        listed: Iterable[Any] = [None if one is np.ma.masked else one for one in column]
        known = np.array([one is not None for one in listed], dtype=np.bool_)
        if kind is Kind.CODE:
            listed = [0 if one is None else codes[one] for one in listed]
        elif kind is Kind.DATE:
            listed = [0 if one is None else one.toordinal() for one in listed]
        return known, np.array([one or 0 for one in listed], dtype=np.int64)
    known = ~np.ma.getmaskarray(column)
    values = np.ma.getdata(column)
    if kind is Kind.DATE:
        days = values.astype("datetime64[D]").view(np.int64) + date(1970, 1, 1).toordinal()
        return known, np.where(known, days, 0)
    return known, np.where(known, values, 0)


def loaded(table: Table, household: Entity) -> dict[str, dict[str, Values]]:
    """The tables of households and persons, column by column."""
    counts = np.diff(table.starts)
    homes = np.arange(len(table), dtype=np.int64)
    starts = np.repeat(table.starts[:-1], counts)
    found = {
        NAMES.households: {
            NAMES.household: Values(Kind.COUNT, homes),
            NAMES.path: Values(Kind.CODE, table.place.astype(np.int64), options=table.places),
        },
        NAMES.persons: {
            NAMES.of_household: Values(Kind.COUNT, np.repeat(homes, counts)),
            NAMES.position: Values(Kind.COUNT, np.arange(int(table.starts[-1]), dtype=np.int64) - starts),
        },
    }
    entities = {
        Space.HOUSEHOLD: (NAMES.households, household),
        Space.MEMBER: (NAMES.persons, household.members),
    }
    for space, (name, entity) in entities.items():
        for fact_name, column in columns_of(table, space).items():
            if entity is not None:
                found[name] |= _of_fact(fact_name, entity.facts[fact_name].kind, column, entity)
    return found


def _of_fact(name: str, kind: Kind, column: Column, entity: Entity) -> dict[str, Values]:
    values = column.values.view(np.int64) if column.values.dtype.kind == "M" else column.values
    found = {name: Values(kind, values, column.known, tuple(entity.facts[name].options))}
    if kind in EXACT:
        below = np.full(len(values), column.below, np.int64)
        found[name + BELOW] = Values(Kind.COUNT, below, column.known)
    return found


def place_columns(text: SqlText) -> dict[str, Values]:
    """The table of places, ready to be loaded."""
    found = {}
    for name, values in text.places.items():
        if isinstance(values[0], str):
            found[name] = Values(Kind.CODE, np.arange(len(values)), options=values)
        elif isinstance(values[0], bool):
            found[name] = Values(Kind.BOOLEAN, np.array(values, np.bool_))
        else:
            found[name] = Values(Kind.COUNT, np.array(values, np.int64))
    return found

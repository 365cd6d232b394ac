"""A whole place read as columns, a chunk of households at a time, all as it was at one moment.

By itself a reading has a connection of its own and sees one snapshot, so that it hinders nobody and its reader
may write meanwhile.  Inside somebody's transaction it sees what that transaction sees, and profiles stand still
until that transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from math import lcm
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Connection, sql

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.engines.columns import Column, Table
from minzheng.kernel.law.language import Fact, Rule
from minzheng.kernel.law.parameters import Parameters, prefixes
from minzheng.kernel.law.plan import Space, plan_of
from minzheng.kernel.law.units import Kind

from .asking import PATH, STRANGE, UNKNOWN, Asked, Scope, of_households, of_persons
from .columns import BELOW, EXACT
from .wire import DAY_ZERO, EMPTY, NO_DAY, copied, rows_of
from .words import Profiles

__all__ = ["Batch", "asked_of", "read"]

CHUNK = 32_768
LARGEST = 2**63 - 1
LAST_DAY = int(np.datetime64(date.max).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some households by their identifiers in the master file, and their facts in the same order."""

    households: NDArray[np.int64]
    table: Table


def read(
    profiles: Profiles,
    *,
    path: str = "",
    on: date | None = None,
    rules: Sequence[Rule] = (),
    facts: Collection[str] | None = None,
    parameters: Parameters | None = None,
    chunk: int = CHUNK,
) -> Iterator[Batch]:
    """The households of a place, whole with their members, in the order of their identifiers.

    Read are the facts by name, or those that the rules look at, or all.  ``on`` leaves out what was not known by
    that day.  With ``parameters``, places that no value tells apart are one place, so that few are looked up.
    """
    asked = asked_of(profiles, rules, facts)
    names = _Names(parameters)
    return _chunks(profiles, asked, Scope(path, on), names, chunk)


def asked_of(profiles: Profiles, rules: Sequence[Rule], names: Collection[str] | None) -> tuple[Asked, Asked]:
    """The facts by name, or those that the rules look at, or all: of the household, of a member."""
    entities = (profiles.entity, profiles.person)
    if names is not None:
        if unknown := set(names) - {name for entity in entities for name in entity.facts}:
            raise Mistake("profile_fact", f"{profiles.entity.name} has no fact {sorted(unknown)[0]!r}.")
        found: list[list[Fact]] = [
            [one for one in entity.facts.values() if one.name in names] for entity in entities
        ]
    elif rules:
        plan = plan_of(profiles.entity, rules)
        read = (plan.facts(Space.HOUSEHOLD), plan.facts(Space.MEMBER))
        found = [list({one.name: one for one in facts}.values()) for facts in read]
    else:
        found = [list(entity.facts.values()) for entity in entities]
    return Asked(found[0]), Asked(found[1])


def _chunks(
    profiles: Profiles, asked: tuple[Asked, Asked], scope: Scope, names: _Names, chunk: int
) -> Iterator[Batch]:
    homes, members = profiles.tables
    with _moment(homes) as database:

        def asked_for(statement: sql.Composable, fields: Mapping[str, str]) -> NDArray[Any]:
            return rows_of(copied(database, statement.as_string(database)), fields)

        after = EMPTY
        while True:
            fields = {"id": ">i8", "path": f"S{PATH}", **asked[0].fields}
            rows = asked_for(of_households(homes, asked[0], scope, after=after, most=chunk), fields)
            if not len(rows):
                return
            last = int(rows["id"][-1])
            statement = of_persons(members, asked[1], scope, households=homes, after=after, last=last)
            persons = asked_for(statement, {"id": ">i8", **asked[1].fields})
            yield _batch(asked, rows, persons, names)
            if len(rows) < chunk:
                return
            after = last


@contextmanager
def _moment(table: str) -> Iterator[Connection[Any]]:
    """One state of the profiles for as many statements as are asked."""
    own = None if connection.in_atomic_block else connection.copy()
    try:
        with (own or connection).cursor() as cursor:
            if own is not None:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            else:
                cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
            # A chunk takes a tenth of a second: neither compiling nor sharing it out among processes pays.
            cursor.execute("SET LOCAL jit = off")
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield (own or connection).connection
    finally:
        if own is not None:
            own.close()


class _Names:
    """The places of a batch by number; the same few for every batch where parameters tell few apart."""

    def __init__(self, parameters: Parameters | None) -> None:
        self._told_apart = None if parameters is None else {value.place for value in parameters}
        self._numbers: dict[bytes, int] = {}
        self._places: dict[str, int] = {}

    def places(self, paths: NDArray[np.bytes_]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """Every place met so far, and the number of each household's."""
        numbers = self._numbers
        listed = paths.tolist()
        for one in set(listed) - numbers.keys():
            numbers[one] = self._places.setdefault(self._place(one.decode().rstrip()), len(self._places))
        return tuple(self._places), np.array([numbers[one] for one in listed], dtype=np.int32)

    def _place(self, path: str) -> str:
        if self._told_apart is None:
            return path
        return next((one for one in prefixes(path) if one in self._told_apart), "")


def _batch(asked: tuple[Asked, Asked], rows: NDArray[Any], persons: NDArray[Any], names: _Names) -> Batch:
    ids = rows["id"].astype(np.int64)
    owners = persons["id"].astype(np.int64)
    starts = np.append(np.searchsorted(owners, ids), len(owners)).astype(np.int64)
    places, place = names.places(rows["path"])
    return Batch(
        ids, Table(_columns(asked[0], rows, ids), _columns(asked[1], persons, owners), starts, places, place)
    )


def _columns(asked: Asked, rows: NDArray[Any], owners: NDArray[np.int64]) -> dict[str, Column]:
    return {fact.name: _column(fact, asked, rows, owners) for fact in asked.facts}


def _column(fact: Fact, asked: Asked, rows: NDArray[Any], owners: NDArray[np.int64]) -> Column:
    if fact.name in asked.bytes:
        word, place = asked.bytes[fact.name]
        flags = np.ascontiguousarray(rows[word][:, place])
        _readable(fact, flags == STRANGE, owners, "登记的代码不在可选项之中")
        known = flags != UNKNOWN
        flags[~known] = 0
        return _marked(flags.view(np.bool_) if fact.kind is Kind.BOOLEAN else flags.astype(np.int16), known)
    values = rows[fact.name].astype(np.int64)
    known = values != (NO_DAY if fact.kind is Kind.DATE else EMPTY)
    values[~known] = 0
    if fact.kind is Kind.DATE:
        values += DAY_ZERO
        _readable(fact, (values > LAST_DAY) & known, owners, "登记的日期不成立")
        return _marked(values.view("M8[D]"), known)
    if fact.kind in EXACT:
        below = rows[f"{fact.name}{BELOW}"].astype(np.int64)
        _readable(fact, (below <= 0) & known, owners, "登记的比例没有分母")
        return _ratio(fact, values, below, known)
    return _marked(values, known)


def _marked(values: NDArray[Any], known: NDArray[np.bool_]) -> Column:
    return Column(values, None if known.all() else known)


def _readable(fact: Fact, strange: NDArray[np.bool_], owners: NDArray[np.int64], what: str) -> None:
    """A row that cannot be read stops the reckoning and is named; it never becomes a wrong figure."""
    if strange.any():
        home = int(owners[int(strange.argmax())])
        message = f"家庭 {home} 的档案中，“{fact.title}”{what}，无法计算。请更正该户档案后再试。"
        raise Refused("profile_unreadable", message, household=home, fact=fact.name)


def _ratio(fact: Fact, values: NDArray[Any], below: NDArray[Any], known: NDArray[np.bool_]) -> Column:
    """All of the column over one denominator, exactly."""
    below[~known] = 1
    common = lcm(*np.unique(below).tolist())
    exact = values.astype(object) * (common // below.astype(object))
    if max([common, *map(abs, exact)]) > LARGEST:
        message = f"The fractions of {fact.name} have no common denominator that fits; read fewer at a time."
        raise Mistake("profile_ratio", message)
    return Column(exact.astype(np.int64), None if known.all() else known, common)

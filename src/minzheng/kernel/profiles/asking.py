"""The statements that ask for profiles: every field of one width, unknowns as values that no fact can have.

Truths and codes go eight to a word, a byte each: a field costs PostgreSQL the same whatever it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import sql

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.language import Fact
from minzheng.kernel.law.units import Kind

from .columns import BELOW, EXACT
from .wire import EMPTY

__all__ = ["PATH", "STRANGE", "UNKNOWN", "Asked", "Scope", "of_households", "of_persons"]

UNKNOWN, STRANGE = 255, 254
"""The byte of a truth or a code that is not known, and of a code that is none of the fact's options."""
PATH = 64
WORD = 8


class Asked:
    """The facts asked for of one table, in the order and under the names in which they travel."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        flags = [fact for fact in facts if fact.kind in (Kind.BOOLEAN, Kind.CODE)]
        self._words = [flags[first : first + WORD] for first in range(0, len(flags), WORD)]
        self.bytes = {
            fact.name: (f"flags {number}", place)
            for number, word in enumerate(self._words)
            for place, fact in enumerate(word)
        }
        for fact in flags:
            if len(fact.options) > STRANGE:
                raise Mistake("profile_code", f"{fact.name} has more than {STRANGE} codes.")

    @property
    def fields(self) -> Mapping[str, str]:
        """Name and type of every field."""
        found = {f"flags {number}": f"{WORD}u1" for number in range(len(self._words))}
        for fact in self.facts:
            if fact.kind is Kind.DATE:
                found[fact.name] = ">i4"
            elif fact.name not in self.bytes:
                found[fact.name] = ">i8"
            if fact.kind in EXACT:
                found[f"{fact.name}{BELOW}"] = ">i8"
        return found

    def selected(self, table: str) -> list[sql.Composable]:
        """What stands in the SELECT for these fields."""
        found: list[sql.Composable] = [_word(table, word) for word in self._words]
        for fact in self.facts:
            if fact.kind is Kind.DATE:
                found.append(sql.SQL("coalesce({}, '-infinity')").format(_of(table, fact.name)))
            elif fact.name not in self.bytes:
                found.append(_figure(table, fact.name))
            if fact.kind in EXACT:
                found.append(_figure(table, f"{fact.name}{BELOW}"))
        return found


def _of(table: str, column: str) -> sql.Identifier:
    return sql.Identifier(table, column)


def _figure(table: str, column: str) -> sql.Composable:
    return sql.SQL("coalesce({}, {})").format(_of(table, column), sql.Literal(EMPTY))


def _word(table: str, facts: Sequence[Fact]) -> sql.Composable:
    """Up to eight bytes, the first the most significant, as it will stand in memory."""
    shifted = [
        sql.SQL("({}::bigint << {})").format(_byte(table, fact), sql.Literal(8 * (WORD - 1 - place)))
        for place, fact in enumerate(facts)
    ]
    return sql.SQL("({})").format(sql.SQL(" | ").join(shifted))


def _byte(table: str, fact: Fact) -> sql.Composable:
    column = _of(table, fact.name)
    if fact.kind is Kind.BOOLEAN:
        return sql.SQL("CASE WHEN {0} THEN 1 WHEN {0} IS NULL THEN {1} ELSE 0 END").format(
            column, sql.Literal(UNKNOWN)
        )
    options = [
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(code), sql.Literal(place))
        for place, code in enumerate(fact.options)
    ]
    return sql.SQL("CASE {0} {1} ELSE CASE WHEN {0} IS NULL THEN {2} ELSE {3} END END").format(
        column, sql.SQL(" ").join(options), sql.Literal(UNKNOWN), sql.Literal(STRANGE)
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Which households are meant: of a place and all within it, known by a day."""

    path: str
    on: date | None

    @property
    def whole(self) -> bool:
        """Whether it is every household there is."""
        return not self.path and self.on is None

    def conditions(self, table: str) -> list[sql.Composable]:
        """What stands in the WHERE for it."""
        found: list[sql.Composable] = []
        if self.path:
            found.append(sql.SQL("{} ^@ {}").format(_of(table, "path"), sql.Literal(self.path)))
        if self.on is not None:
            found.append(sql.SQL("{} <= {}").format(_of(table, "as_of"), sql.Literal(self.on)))
        return found


def _where(conditions: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(" AND ").join(conditions)


def of_households(table: str, asked: Asked, scope: Scope, *, after: int, most: int) -> sql.Composable:
    """The next households in the order of their identifiers."""
    key = _of(table, "household_id")
    listed = [
        key,
        sql.SQL("rpad({}, {})").format(_of(table, "path"), sql.Literal(PATH)),
        *asked.selected(table),
    ]
    conditions = [sql.SQL("{} > {}").format(key, sql.Literal(after)), *scope.conditions(table)]
    return _copy(
        listed, sql.Identifier(table), conditions, sql.SQL("{} LIMIT {}").format(key, sql.Literal(most))
    )


def of_persons(
    table: str, asked: Asked, scope: Scope, *, households: str, after: int, last: int
) -> sql.Composable:
    """The members of these households, side by side and in their order."""
    key = _of(table, "profile_id")
    source: sql.Composable = sql.Identifier(table)
    between: list[sql.Composable] = [
        sql.SQL("{} > {} AND {} <= {}").format(key, sql.Literal(after), key, sql.Literal(last))
    ]
    if not scope.whole:
        home = _of(households, "household_id")
        source = sql.SQL("{} JOIN {} ON {} = {}").format(source, sql.Identifier(households), home, key)
        between.append(
            sql.SQL("{} > {} AND {} <= {}").format(home, sql.Literal(after), home, sql.Literal(last))
        )
        between += scope.conditions(households)
    order = sql.SQL("{}, {}").format(key, _of(table, "position"))
    return _copy([key, *asked.selected(table)], source, between, order)


def _copy(
    listed: Sequence[sql.Composable],
    source: sql.Composable,
    conditions: Sequence[sql.Composable],
    order: sql.Composable,
) -> sql.Composable:
    return sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT (FORMAT binary)").format(
        sql.SQL(", ").join(listed), source, _where(conditions), order
    )

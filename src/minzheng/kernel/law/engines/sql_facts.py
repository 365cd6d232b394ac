"""How a statement reads facts: whole numbers, truths and days, and who has one that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel.law.engines.bounds import Bounds
from minzheng.kernel.law.engines.dialects import FIRST, LAST, Dialect, code_literal, day_literal
from minzheng.kernel.law.engines.factoring import Factored
from minzheng.kernel.law.engines.sql_words import ODD, Said, fact_column
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Fact
from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.units import Kind

__all__ = ["BELOW", "Below", "Facts"]

BELOW = "_below"
"""Ends the name of the column that holds the denominator of an exact fact."""
Below = Mapping[tuple[Space, str], int]
"""Denominators by fact."""


class Facts:
    """The facts that a program reads."""

    def __init__(self, program: Factored, dialect: Dialect, bounds: Bounds, below: Below) -> None:
        self._dialect = dialect
        self._most = bounds.fact
        self._below = below
        self._codes = {code: number for number, code in enumerate(program.plan.codes)}
        read = {op.payload for op in program.program.ops if op.name in ("fact", "known")}
        self.of = {
            (space, fact.name): fact
            for space in (Space.HOUSEHOLD, Space.MEMBER)
            for fact in program.plan.facts(space)
            if (space, fact.name) in read
        }

    def read(self, space: Space, table: str) -> dict[str, Said]:
        """The facts of a row, and whether one of them is past the bounds or cannot be."""
        made, odd = {}, []
        for (of, name), fact in self.of.items():
            if of is space:
                value, wrong = self._fact(fact, of, f"{table}.{{}}")
                made[fact_column((of, name))] = Said(value)
                odd += [wrong] if wrong else []
        return made | {ODD[space]: Said(f"COALESCE({' OR '.join(odd) or 'FALSE'}, FALSE)")}

    def _fact(self, fact: Fact, space: Space, column: str) -> tuple[str, str]:
        """A fact as whole number, truth or day, and what is wrong with one that cannot be taken."""
        raw, most = column.format(self._dialect.named(fact.name)), self._most
        match fact.kind:
            case Kind.BOOLEAN:
                return raw, ""
            case Kind.CODE:
                codes = {code_literal(one): self._codes[one] for one in fact.options}
                listed = " ".join(f"WHEN {code} THEN {number}" for code, number in codes.items())
                none_of_them = " AND ".join(f"{raw} <> {code}" for code in codes)
                return f"CASE {raw} {listed} END", f"({none_of_them})"
            case Kind.DATE:
                wrong = f"{raw} NOT BETWEEN {day_literal(FIRST)} AND {day_literal(LAST)}"
                return f"CASE WHEN {wrong} THEN {day_literal(FIRST)} ELSE {raw} END", wrong
            case _ if fact.kind in EXACT:
                below = column.format(self._dialect.named(fact.name + BELOW))
                return self._exact(raw, below, self._below.get((space, fact.name), 1))
            case _:
                wrong = f"{raw} NOT BETWEEN {-most} AND {most}"
                return f"CASE WHEN {wrong} THEN 0 ELSE CAST({raw} AS BIGINT) END", wrong

    def _exact(self, raw: str, below: str, common: int) -> tuple[str, str]:
        """Over the common denominator; nothing where its own does not divide that."""
        most, one = self._most // common, f"NULLIF(CAST({below} AS BIGINT), 0)"
        fits = f"({common} % {one} = 0 AND {raw} BETWEEN {-most} AND {most})"
        scaled = f"CAST({raw} AS BIGINT) * {self._dialect.cut.format(a=common, b=one)}"
        wrong = f"({raw} IS NOT NULL AND NOT COALESCE({fits}, FALSE))"
        return f"CASE WHEN {fits} THEN {scaled} END", wrong

"""The rules as one SQL statement: households, their members, one pass to take the members together, the answers.

    WITH homes AS (households with the values of their place),
         people AS (persons), …                  -- a member's figures
         step_7 AS (… GROUP BY household), …     -- what a household makes of its members
    SELECT household, answers, again

An answer is a value, or NULL while it is unknown; an exact figure has a numerator and a denominator.  Where
``again`` is true nothing is answered: the case engine decides that household.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minzheng.kernel.law.engines.bounds import LARGEST, Bounds, Range, proven
from minzheng.kernel.law.engines.columns import DAYS
from minzheng.kernel.law.engines.dialects import DUCKDB, POSTGRESQL, SPARK, Dialect
from minzheng.kernel.law.engines.factoring import MEMBERS, Factored, factored
from minzheng.kernel.law.engines.lowering import Lowering
from minzheng.kernel.law.engines.places import Places, Spot, places_of
from minzheng.kernel.law.engines.sql_facts import BELOW, Below
from minzheng.kernel.law.engines.sql_statement import Statement, Tables
from minzheng.kernel.law.plan import Plan, Space
from minzheng.kernel.law.units import Kind

__all__ = ["BELOW", "DIALECTS", "SqlText", "Tables", "sql_of"]

DIALECTS = {one.name: one for one in (DUCKDB, POSTGRESQL, SPARK)}
NAMES = Tables()
WIDEST = 10**37
"""What HUGEINT, NUMERIC and DECIMAL(38, 0) hold, each."""


@dataclass(frozen=True, slots=True)
class SqlText:
    """The statement for the rules of households, the one for those of members, and the table of places.

    ``first`` are tables that must be made before, in this order, and may be dropped after.
    """

    dialect: Dialect
    households: str
    members: str | None
    first: Mapping[str, str] = field(repr=False)
    places: Mapping[str, Sequence[Any]] = field(repr=False)
    bounds: Bounds = field(repr=False)
    program: Factored = field(repr=False)


def sql_of(
    lowering: Lowering,
    dialect: Dialect,
    spots: Mapping[str, Spot],
    *,
    tables: Tables = NAMES,
    below: Below | None = None,
) -> SqlText | None:
    """The statements for these places; none where it is not proven that every figure fits."""
    where, apart = list(spots.values()), dict(below or {})
    known = places_of(lowering.plan, lowering.program, where, apart)
    if all(known.alone):
        return None
    program = factored(lowering, known.values, known.alone)
    places = places_of(lowering.plan, program.program, where, apart)
    bounds = _proven(program, places)
    if bounds is None:
        return None
    writer = Statement(program, dialect, bounds, tables, apart)
    listed: dict[str, Sequence[Any]] = {tables.path: list(spots), "alone": known.alone}
    for op in program.program.ops:
        if op.space is Space.PLACE and op.name != "const":
            listed[writer.words.name(op)] = places.values[op.index]
    homes, people = writer.of_households(), writer.of_members()
    first = {**homes.first, **(people.first if people is not None else {})}
    members = people.text if people is not None else None
    return SqlText(dialect, homes.text, members, first, listed, bounds, program)


def _proven(program: Factored, places: Places) -> Bounds | None:
    """In 64 bits if that can be; where not, what leaves them is reckoned in the wide type of the database."""
    limits = _limits(program.plan)
    narrow = proven(program.program, places.values, members=MEMBERS, limits=limits)
    if narrow is not None:
        return narrow
    wide = proven(program.program, places.values, members=MEMBERS, limits=limits, largest=WIDEST)
    if wide is None or any(max(map(abs, values)) > LARGEST for values in places.values.values()):
        return None
    return wide


def _limits(plan: Plan) -> dict[tuple[Space, str], Range]:
    """What the first step makes certain of a fact, by its kind."""
    of_kind = {Kind.DATE: DAYS, Kind.CODE: (-1, len(plan.codes)), Kind.BOOLEAN: (0, 1)}
    return {
        (space, fact.name): of_kind[fact.kind]
        for space in (Space.HOUSEHOLD, Space.MEMBER)
        for fact in plan.facts(space)
        if fact.kind in of_kind
    }

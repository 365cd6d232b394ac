"""Profiles made in bulk from columns, for households that have none: a register taken over, or a made-up one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.law.engines.columns import Column
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.units import Kind

from .columns import BELOW, EXACT
from .reading import Batch
from .words import Profiles
from .writing import write

__all__ = ["load", "with_blanks"]


def load(
    cursor: Any,
    profiles: Profiles,
    batch: Batch,
    *,
    persons: NDArray[np.int64] | None,
    as_of: date,
    source: str,
    at: datetime,
) -> int:
    """Write the facts of a batch as profiles; ``persons`` are the members' identifiers where they have any."""
    table, homes = batch.table, len(batch.households)
    members = np.diff(table.starts)
    instant = np.datetime64(round(at.timestamp() * 1_000_000), "us")
    own: dict[str, Any] = {
        "household_id": batch.households,
        "path": np.array(table.places or ("",), dtype="S")[table.place],
        "as_of": np.broadcast_to(np.datetime64(as_of), homes),
        "source": np.broadcast_to(np.array(source.encode()), homes),
        "recorded_at": np.broadcast_to(instant, homes),
    }
    write(cursor, profiles.tables[0], own | _stored(table.household, profiles.entity))
    own = {
        "profile_id": np.repeat(batch.households, members),
        "position": np.arange(int(members.sum())) - np.repeat(table.starts[:-1], members),
    }
    if persons is not None:
        own["person_id"] = persons
    return homes + write(cursor, profiles.tables[1], own | _stored(table.persons, profiles.person))


def with_blanks(columns: Mapping[str, Column], facts: Iterable[Fact], rows: int) -> dict[str, Column]:
    """These columns, and for every other of the facts what an empty line of the form declares, if anything."""
    missing = [one for one in facts if one.blank is not None and one.name not in columns]
    return dict(columns) | {one.name: _blank(one, rows) for one in missing}


def _blank(fact: Fact, rows: int) -> Column:
    value: Any = fact.blank
    if fact.kind is Kind.CODE:
        value = tuple(fact.options).index(value)
    if fact.kind in EXACT:
        return Column(np.broadcast_to(np.int64(value.numerator), rows), below=value.denominator)
    if fact.kind is Kind.DATE:
        value = np.datetime64(value)
    return Column(np.broadcast_to(np.array(value), rows))


def _stored(columns: Mapping[str, Column], entity: Entity) -> dict[str, Column]:
    """As the tables keep them: codes by their text, ratios over their denominator."""
    found: dict[str, Column] = {}
    for name, column in columns.items():
        fact = entity.facts[name]
        if fact.kind is Kind.CODE:
            codes = np.array([code.encode() for code in fact.options])
            column = Column(codes[column.values], column.known)
        found[name] = column
        if fact.kind in EXACT:
            below = np.broadcast_to(np.int64(column.below), len(column.values))
            found[f"{name}{BELOW}"] = Column(below, column.known)
    return found

"""A typed column for every fact: the name of the fact is the column's, its title the column's words.

An empty column says that the fact is not known.  A ratio has two columns, so that a third stays a third.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from django.db import models

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["BELOW", "EXACT", "columns_of", "fact_in", "holds", "row_of"]

M = TypeVar("M", bound=type[models.Model])

BELOW = "_below"
"""Ends the name of the column that holds the denominator of a ratio."""

EXACT = frozenset({Kind.RATIO, Kind.EXACT_FEN})
LONGEST_CODE = 40


def holds(entity: Entity) -> Callable[[M], M]:
    """Give a model one column for each fact of the entity; stands nearest to the class, below its history."""

    def decorate(model: M) -> M:
        taken = {field.name for field in model._meta.local_fields}
        for fact in entity.facts.values():
            for name, column in columns_of(fact).items():
                if name in taken:
                    cure = "give the fact another name"
                    raise Mistake(
                        "profile_column", f"{model.__name__} already has a column {name!r}: {cure}."
                    )
                model.add_to_class(name, column)
                taken.add(name)
        return model

    return decorate


def columns_of(fact: Fact) -> Mapping[str, models.Field[Any, Any]]:
    """The columns of one fact, by name."""
    if fact.kind in EXACT:
        below = models.BigIntegerField(f"{fact.title}（分母）", null=True, blank=True)
        return {
            fact.name: models.BigIntegerField(fact.title, null=True, blank=True),
            f"{fact.name}{BELOW}": below,
        }
    return {fact.name: _column(fact)}


def _column(fact: Fact) -> models.Field[Any, Any]:
    match fact.kind:
        case Kind.BOOLEAN:
            return models.BooleanField(fact.title, null=True, blank=True)
        case Kind.DATE:
            return models.DateField(fact.title, null=True, blank=True)
        case Kind.CODE:
            if long := [code for code in fact.options if len(code) > LONGEST_CODE]:
                raise Mistake(
                    "profile_code", f"{fact.name}: a code has at most {LONGEST_CODE} letters: {long[0]}."
                )
            return models.CharField(fact.title, max_length=LONGEST_CODE, null=True, blank=True)
        case _:
            return models.BigIntegerField(fact.title, null=True, blank=True)


def row_of(entity: Entity, facts: Mapping[str, Scalar | None]) -> dict[str, Any]:
    """What every column of the entity holds for these facts; what they do not say becomes unknown."""
    row: dict[str, Any] = {}
    for fact in entity.facts.values():
        value = facts.get(fact.name)
        row[fact.name] = value
        if fact.kind in EXACT:
            exact = None if value is None else Fraction(value)  # type: ignore[arg-type]
            row[fact.name] = None if exact is None else exact.numerator
            row[f"{fact.name}{BELOW}"] = None if exact is None else exact.denominator
    return row


def fact_in(fact: Fact, row: models.Model) -> Scalar | None:
    """The fact as a row keeps it."""
    value: Scalar | None = getattr(row, fact.name)
    if fact.kind in EXACT and value is not None:
        return Fraction(value, getattr(row, f"{fact.name}{BELOW}"))  # type: ignore[arg-type]
    return value

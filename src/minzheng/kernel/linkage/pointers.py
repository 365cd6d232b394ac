"""Everything that points to a person, found from the models: what a merge turns over, and what stays where it is.

What the database never lets anyone edit (payments, journals, reports, the past states of rows) stays under the other
file's number; it is reached through the link between the two files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import models

from minzheng.kernel.ledger.guards import Guard
from minzheng.kernel.people.models import Person

__all__ = ["Pointer", "pointers"]


@dataclass(frozen=True)
class Pointer:
    """A column that holds a person's number; ``moves`` unless the database forbids that it is edited."""

    model: type[models.Model]
    column: str
    moves: bool

    @property
    def label(self) -> str:
        """The table, in the words of the office."""
        return str(self.model._meta.verbose_name)

    @property
    def table(self) -> str:
        """The table in the database."""
        return self.model._meta.db_table


@lru_cache(maxsize=1)
def pointers() -> tuple[Pointer, ...]:
    """All of them, table by table."""
    return tuple(
        Pointer(model, str(field.column), _moves(model, field))
        for model in apps.get_models(include_auto_created=True)
        if _counts(model)
        for field in _fields(model)
    )


def _counts(model: type[models.Model]) -> bool:
    """The past states of rows are history; this room keeps its own books on both files."""
    own = model.__module__.startswith("minzheng.kernel.linkage")
    history = issubclass(model, pghistory.models.Event)
    return model._meta.managed and not model._meta.proxy and not own and not history and model is not Person


def _fields(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    """Foreign keys to a person, and plain numbers that are called a person's, where a key was too slow."""
    for field in model._meta.concrete_fields:
        if (field.remote_field is not None and field.remote_field.model is Person) or (
            isinstance(field, models.BigIntegerField) and field.name.endswith("person_id")
        ):
            yield field


def _moves(model: type[models.Model], field: models.Field[object, object]) -> bool:
    if field.name in {one.name for one in model._meta.pk_fields}:
        return False
    guards = (one for one in model._meta.constraints if isinstance(one, Guard))
    triggers = getattr(model._meta, "triggers", ())
    return not any(_forbids(one, str(field.column)) for one in guards) and not any(
        _protects(one, model, field) for one in triggers
    )


def _protects(
    trigger: pgtrigger.Trigger, model: type[models.Model], field: models.Field[object, object]
) -> bool:
    """The same said by a trigger: rows that are read only, but for what is excepted, or protected from any update."""
    if isinstance(trigger, pgtrigger.ReadOnly):
        named, excepted = trigger.fields or (), trigger.exclude or ()
        return field.name in named if named else field.name not in excepted
    if not isinstance(trigger, pgtrigger.Protect) or "UPDATE" not in str(trigger.operation):
        return False
    if trigger.condition is None:
        return True
    said = trigger.condition.resolve(model)  # type: ignore[no-untyped-call]
    return _compared(str(said), str(field.column))


def _forbids(guard: Guard, column: str) -> bool:
    """A guard that refuses every update, or compares this column with what it was."""
    if not guard.when.startswith("BEFORE") or "UPDATE" not in guard.when or guard.level != "ROW":
        return False
    return guard.body.lstrip().startswith("RAISE") or _compared(guard.body, f"OLD.{column}")


def _compared(text: str, column: str) -> bool:
    """Whether this column is compared with what it was, by name or as part of the whole row."""
    return column in text or "to_jsonb(OLD)" in text or "OLD.*" in text

"""Which tables have walls: all of the platform's own, but for those that say why they stand open.

A model says of its rows: ``stands_open`` (why every viewer reads them), ``hangs_on`` (the foreign key whose row decides
for them), ``own_by`` (a table kept apart that says whose they are), ``also_at`` (further columns with a place that
reads them), ``shown_with`` (the column whose person or account shows the row; without one it stands open),
``closed_with`` (the link to a row that is closed to others together with it), ``written_from_anywhere``
(why whoever acts may append them).  Past states are like the row they were.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

__all__ = [
    "Link",
    "Table",
    "columns_of",
    "label_of",
    "open_tables",
    "parent",
    "said_of",
    "shown_with",
    "stands_open",
    "walled",
]

Table = type[models.Model]
Link = models.ForeignKey[Any, Any]


def walled() -> list[Table]:
    """Every table that shows a row only to whom it belongs."""
    return [one for one in _own() if not stands_open(one)]


def open_tables() -> list[Table]:
    """The tables that show every row, each with its reason."""
    return [one for one in _own() if stands_open(one)]


def _own() -> list[Table]:
    own = (one for one in apps.get_models() if one.__module__.startswith("minzheng.") and one._meta.managed)
    return sorted(own, key=lambda one: one._meta.db_table)


def said_of(model: Table, attribute: str, otherwise: Any) -> Any:
    """What a model says of its rows."""
    return getattr(getattr(model, "pgh_tracked_model", model), attribute, otherwise)


def stands_open(model: Table) -> str:
    """Why a table shows every row to every viewer, if it does: it holds no person and no case."""
    return str(said_of(model, "stands_open", "")) or str(said_of(model, "not_watched", ""))


def shown_with(model: Table) -> str:
    """The column whose person or account shows a row; one that names nobody is everybody's to see."""
    return str(said_of(model, "shown_with", ""))


def columns_of(model: Table) -> set[str]:
    """The columns of the table by name."""
    return {field.column for field in model._meta.local_fields}


def label_of(model: Table) -> str:
    """Of what the rows are, such as ``people.Person``, for its past states as well."""
    return str(getattr(model, "pgh_tracked_model", model)._meta.label)


def parent(model: Table) -> Link | None:
    """The link to the row that decides for one without a place: the one it ``hangs_on``, else the first walled one."""
    named = said_of(model, "hangs_on", "")
    for field in [model._meta.get_field(named)] if named else model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and not field.name.startswith("pgh_"):
            above = field.related_model
            own = above is not model and above.__module__.startswith("minzheng.")
            if own and not stands_open(above) and not shown_with(above):
                return field
    return None

"""Some rows changed by one statement: Django's own way writes a choice for each row and column, which takes longer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

__all__ = ["update_together"]


def update_together(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Each row's own values of these fields are written; columns of lists are not for this."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    given = [f"%s::{_plain(one)}[]" for one in (meta.pk, *fields)]
    called = [f"v{at}" for at in range(len(given))]
    to = ", ".join(f"{quote(one.column)} = v.{called[at]}" for at, one in enumerate(fields, 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} t SET {to}"
            f" FROM unnest({', '.join(given)}) v ({', '.join(called)}) WHERE t.{quote(meta.pk.column)} = v.v0",
            [[one.pk for one in rows], *([_stored(field, one) for one in rows] for field in fields)],
        )


def _plain(field: Any) -> str:
    """The type of the column without its length: what is too long is refused by the column, not cut."""
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(kind).split("(")[0]


def _stored(field: Any, row: models.Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, False), connection)

"""A database as it was before a test that really committed: what it wrote is deleted, table by table."""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction

__all__ = ["empty"]

# Made with the tables themselves, not by a test.
_KEPT = {"django_content_type", "auth_permission"}


def empty() -> None:
    """Delete every row of every table of the platform; triggers stand aside, foreign keys are checked at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ask())
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name in filled:
            cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in filled:
            cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')


@cache
def _ask() -> str:
    """One question for the tables that hold something."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - _KEPT
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in sorted(tables)
    )

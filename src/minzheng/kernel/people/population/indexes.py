"""For a large load the keys and indexes are set aside and built once at the end, in the same transaction.

Measured on one million households: see docs/population.md.  Everything happens in one transaction, so a load
that is killed leaves neither rows nor a table without its keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

__all__ = ["set_aside"]

# Foreign, unique and exclusion keys of these tables, and plain indexes; primary keys stay: other tables lean on them.
_CONSTRAINTS = """
    SELECT rel.relname, con.conname, pg_get_constraintdef(con.oid)
    FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
    WHERE rel.relname = ANY(%s) AND con.contype IN ('f', 'u', 'x') ORDER BY con.contype DESC, con.conname
"""
_INDEXES = """
    SELECT i.indexname, i.indexdef FROM pg_indexes i
    WHERE i.schemaname = current_schema() AND i.tablename = ANY(%s)
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
    ORDER BY i.indexname
"""


@contextmanager
def set_aside(tables: Sequence[str]) -> Iterator[None]:
    """Within the block the tables have only their primary keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [list(tables)])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        # Keys that other rows still wait for would keep the tables from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, _ in reversed(constraints):
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        # Whoever else writes in this transaction is checked at its end again, as the tables say.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')

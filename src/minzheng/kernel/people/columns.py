"""How a column of numbers becomes a sealed one: its rows are sealed in place, and the database takes no others.

What a migration calls, in this order: ``seal_rows`` for the table and for the table of its former states, then
``only_sealed`` for both, and ``found_by_mark`` where the column is searched.  For texts and answers, which nobody
searches: ``seal_contents`` for both tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import migrations

from . import contents, keyring
from .sealing import MARK, sealed

__all__ = ["found_by_mark", "only_sealed", "quietly", "reseal", "seal_contents", "seal_rows"]

_AT_ONCE = 5_000
# Somebody may have begun a sentence with the sign of a sealed value.
_SEALED = re.compile(r"![\w-]{22}(\.[\w-]{22})?\.[0-9a-f]{4}\.[\w-]{38,}(\.[0-9*]{4}[yn])?", re.ASCII)


class OnRows(migrations.RunPython):
    """A step over rows as they stand in their table: it is given no models, so none are drawn for it."""

    def __init__(self, code: Callable[[Any], None]) -> None:
        super().__init__(lambda _models, editor: code(editor), migrations.RunPython.noop, elidable=False)
        self.over_rows = code

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.over_rows(schema_editor)


def seal_rows(table: str, column: str, *, kind: str = "", key: str = "id") -> OnRows:
    """Every row as it stands, a batch at a time; the triggers of the table stand aside, for nothing changes."""

    def forward(editor: Any) -> None:
        keyring.made_if_missing()
        with editor.connection.cursor() as cursor:
            quietly(cursor, table, lambda: _each(cursor, table, column, kind or column, key))

    return OnRows(forward)


def seal_contents(table: str, *columns: str, key: str = "id", words: bool = False) -> OnRows:
    """Answers of forms (or ``words``) as they stand, sealed a batch at a time; the database takes no others."""

    def sealed_text(text: str) -> str:
        return contents.sealed_content(text if words else contents.as_text(json.loads(text)))

    def forward(editor: Any) -> None:
        keyring.made_if_missing()
        with editor.connection.cursor() as cursor:
            for column in columns:
                _as_text(cursor, table, column)
                quietly(cursor, table, partial(_each_with, cursor, table, column, key, sealed_text))
                cursor.execute(_ONLY_CONTENTS.format(table=table, column=column))

    return OnRows(forward)


_ONLY_CONTENTS = """
ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_sealed"
CHECK ("{column}" IN ('', '{{}}', '[]') OR left("{column}", 1) = '!')"""


def _as_text(cursor: Any, table: str, column: str) -> None:
    """Where it was made as JSON before it was sealed, it becomes text."""
    cursor.execute(
        "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
        [table, column],
    )
    if cursor.fetchone() == ("jsonb",):
        cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE text USING "{column}"::text')


def quietly(cursor: Any, table: str, work: Callable[[], None]) -> None:
    """Do it while the table's own triggers are silent; by the owner, in a migration."""
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    work()
    # A row written twice in one transaction has its keys checked at the end of it; a table is not altered before that.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def reseal(cursor: Any, table: str, column: str, key: str, rows: list[tuple[int, str]]) -> None:
    """One statement for many rows."""
    cursor.execute(
        f'UPDATE "{table}" t SET "{column}" = v.text FROM unnest(%s::bigint[], %s::text[]) v (id, text)'
        f' WHERE t."{key}" = v.id',
        [[pk for pk, _ in rows], [text for _, text in rows]],
    )


def _each(cursor: Any, table: str, column: str, kind: str, key: str) -> None:
    _each_with(cursor, table, column, key, lambda text: sealed(text, kind))


def _each_with(cursor: Any, table: str, column: str, key: str, close: Callable[[str], str]) -> None:
    for rows in _batches(cursor, table, column, key):
        plain = [(pk, close(text)) for pk, text in rows if text and not _SEALED.fullmatch(text)]
        if plain:
            reseal(cursor, table, column, key, plain)


def _batches(cursor: Any, table: str, column: str, key: str) -> Iterator[list[tuple[int, str]]]:
    last = 0
    while True:
        cursor.execute(
            f'SELECT "{key}", "{column}" FROM "{table}" WHERE "{key}" > %s ORDER BY "{key}" LIMIT %s',
            [last, _AT_ONCE],
        )
        if not (rows := cursor.fetchall()):
            return
        last = rows[-1][0]
        yield rows


def only_sealed(table: str, column: str) -> migrations.RunSQL:
    """The database takes no plain value, whoever writes it."""
    name = f"{table}_{column}_sealed"
    return migrations.RunSQL(
        f"""ALTER TABLE "{table}" ADD CONSTRAINT "{name}" CHECK ("{column}" = '' OR left("{column}", 1) = '!')""",
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )


def found_by_mark(
    table: str, column: str, *, unique: str = "", once_with: tuple[str, ...] = ()
) -> migrations.RunSQL:
    """The digest as a column of its own with an index: row security lets no index serve a function of a column.

    ``unique`` names the constraint that allows a value once, or once together with other columns.
    """
    beside = f"{column}_mark"
    steps = [
        f'ALTER TABLE "{table}" ADD COLUMN "{beside}" text GENERATED ALWAYS AS (left("{column}", {MARK})) STORED'
    ]
    if unique:
        columns = ", ".join(f'"{one}"' for one in (*once_with, beside))
        steps.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{unique}" UNIQUE ({columns})')
    if not unique or once_with:
        steps.append(f'CREATE INDEX "{table}_{beside}" ON "{table}" ("{beside}")')
    return migrations.RunSQL(";\n".join(steps), f'ALTER TABLE "{table}" DROP COLUMN "{beside}"')

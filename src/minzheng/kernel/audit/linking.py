"""The chain grows: what was written since is linked in the order it was written, within a minute (config.tasks)."""

from __future__ import annotations

from django.db import connection, transaction

from .chain import BOOKS, START, follow, select

__all__ = ["ALONE", "link"]

AT_ONCE = 5_000
ALONE = "SELECT pg_advisory_xact_lock(hashtext('minzheng.audit.chain'))"

_TAKE = """
WITH next AS (SELECT id FROM audit_unlinked ORDER BY id LIMIT %s)
DELETE FROM audit_unlinked u USING next WHERE u.id = next.id RETURNING u.id, u.book, u.row_id"""
_LAST = "SELECT position, hash FROM audit_link ORDER BY position DESC LIMIT 1"
# COPY is no use here: the rows come by hundreds. One statement for each handful.
_ADD = """
INSERT INTO audit_link (position, book, row_id, hash)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bytea[])"""


def link() -> int:
    """Link everything that waits; how many rows were linked.

    A row waits from the instant its transaction ends, so that none is passed over whatever order transactions end in.
    """
    linked = 0
    while part := _part():
        linked += part
    return linked


@transaction.atomic
def _part() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(_TAKE, [AT_ONCE])
        waiting = sorted(cursor.fetchall())
        if not waiting:
            return 0
        words: dict[tuple[str, int], tuple[str | None, ...]] = {}
        for book in BOOKS.values():
            ids = [row for _, letter, row in waiting if letter == book.letter]
            cursor.execute(f"SELECT r.id, {select(book)} FROM {book.table} r WHERE r.id = ANY(%s)", [ids])
            words |= {(book.letter, row[0]): row[1:] for row in cursor.fetchall()}
        # A row that was taken away before its link has no words; the proof will name it.
        rows = [(letter, words.get((letter, row), ())) for _, letter, row in waiting]
        cursor.execute(_LAST)
        position, before = cursor.fetchone() or (0, START)
        hashed = follow(bytes(before), rows)
        places = list(range(position + 1, position + 1 + len(rows)))
        cursor.execute(_ADD, [places, [w[1] for w in waiting], [w[2] for w in waiting], hashed])
    return len(waiting)

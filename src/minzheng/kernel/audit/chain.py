"""The chain of the audit (审计链): each link hashes the one before and the words of one row, by SM3 (GB/T 32905).

Written and checked by the same few lines, which need no Django: an auditor can read them in a minute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives import hashes

__all__ = ["BOOKS", "START", "Book", "linked", "select"]

START = bytes(32)


class Book:
    """One table whose rows are links: its letter in the chain, its columns in the order they are hashed."""

    def __init__(self, letter: str, table: str, label: str, columns: str) -> None:
        self.letter, self.table, self.label, self.columns = letter, table, label, tuple(columns.split())


_ENTRY = "id at actor actor_name verb label outcome subject case_id path article reason before after parts key result"
# A column is never taken out or moved; a new one makes a new letter, so that old links keep their words: the rows of
# "e" were written before there was a number of the request, those of "r" before the address was kept.
BOOKS = {
    book.letter: book
    for book in (
        Book("e", "audit_entry", "审计记录", _ENTRY),
        Book("r", "audit_entry", "审计记录", f"{_ENTRY} request"),
        Book("a", "audit_entry", "审计记录", f"{_ENTRY} request address"),
        Book("w", "audit_write", "动作之外的写入", "id at relation operation statement login program"),
    )
}  # fmt: skip


def select(book: Book) -> str:
    """The columns as text that a server of any version, time zone and date style gives alike."""
    return ", ".join(
        """to_char(r."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
        if column == "at"
        else f'r."{column}"::text'
        for column in book.columns
    )


def linked(before: bytes, letter: str, words: Iterable[str | None]) -> bytes:
    """The hash of one link, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(before)
    digest.update(json.dumps([letter, *words], ensure_ascii=False, separators=(",", ":")).encode())
    return digest.finalize()


def follow(before: bytes, rows: Sequence[tuple[str, Sequence[str | None]]]) -> list[bytes]:
    """The hashes of several links, one after the other."""
    hashed: list[bytes] = []
    for letter, words in rows:
        before = linked(before, letter, words)
        hashed.append(before)
    return hashed

"""The gateway's own books, in one SQLite file: messages taken, numbers out of reach, reports, what was written back."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

__all__ = ["FAULTS", "STATES", "Books"]

FAULTS = {"lost": "收下后答复 500", "down": "不应答", "cut": "收下后断线"}
STATES = ("reached", "off", "missing")
_MOBILE = re.compile(r"1[0-9]{10}")
_TABLES = """
create table if not exists messages (
    seq integer primary key autoincrement, key text not null unique, receiver text not null, text text not null,
    at real not null, asked integer not null default 1);
create table if not exists reports (
    cursor integer primary key autoincrement, key text not null, delivered integer not null, why text not null);
create table if not exists answers (
    cursor integer primary key autoincrement, key text not null, sender text not null, text text not null);
create table if not exists numbers (receiver text primary key, state text not null);
create table if not exists faults (kind text primary key, times integer not null);
"""


class Books:
    """The file; each use opens it anew, so that threads and a restart need no care."""

    def __init__(self, data: Path) -> None:
        self.data = data
        data.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(data, timeout=30)) as books:
            books.execute("pragma journal_mode = wal")
            books.executescript(_TABLES)
        data.chmod(0o600)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on disk when the block ends, undone if it fails."""
        with closing(sqlite3.connect(self.data, timeout=60, isolation_level=None)) as books:
            books.execute("begin immediate")
            try:
                yield books
            except BaseException:
                books.execute("rollback")
                raise
            books.execute("commit")

    def take(self, key: str, receiver: str, text: str) -> str:
        """Take a message in, once; the number under which it is known, or nothing for no number of a telephone."""
        if not _MOBILE.fullmatch(receiver) or not text:
            return ""
        with self.open() as books:
            known = books.execute("select seq from messages where key = ?", (key,)).fetchone()
            if known:
                books.execute("update messages set asked = asked + 1 where key = ?", (key,))
                return f"G{known[0]:08d}"
            row = (key, receiver, text, time.time())
            seq = books.execute(
                "insert into messages (key, receiver, text, at) values (?, ?, ?, ?)", row
            ).lastrowid
            found = books.execute("select state from numbers where receiver = ?", (receiver,)).fetchone()
            state = found[0] if found else "reached"
            why = "" if state == "reached" else f"phone_{state}"
            report = (key, int(state == "reached"), why)
            books.execute("insert into reports (key, delivered, why) values (?, ?, ?)", report)
            return f"G{seq or 0:08d}"

    def reports(self, after: int, *, most: int = 200) -> list[dict[str, Any]]:
        """What arrived and what did not, since a cursor."""
        query = "select cursor, key, delivered, why from reports where cursor > ? order by cursor limit ?"
        with self.open() as books:
            rows = books.execute(query, (after, most)).fetchall()
        return [{"cursor": c, "key": key, "delivered": bool(done), "why": why} for c, key, done, why in rows]

    def hear(self, sender: str, text: str) -> None:
        """Somebody writes back: it belongs to the last message that went to this number."""
        query = "select key from messages where receiver = ? order by seq desc limit 1"
        with self.open() as books:
            last = books.execute(query, (sender,)).fetchone()
            row = (last[0] if last else "", sender, text)
            books.execute("insert into answers (key, sender, text) values (?, ?, ?)", row)

    def answers(self, after: int, *, most: int = 200) -> list[dict[str, Any]]:
        """What people wrote back, since a cursor."""
        query = "select cursor, key, sender, text from answers where cursor > ? order by cursor limit ?"
        with self.open() as books:
            rows = books.execute(query, (after, most)).fetchall()
        return [{"cursor": c, "key": key, "from": sender, "text": text} for c, key, sender, text in rows]

    def messages(self) -> list[tuple[str, str, str, int]]:
        """Every message that went out: key, number, text, and how often it was asked for."""
        with self.open() as books:
            return books.execute("select key, receiver, text, asked from messages order by seq").fetchall()

    def set_number(self, receiver: str, state: str) -> None:
        """Whether a telephone is reached."""
        with self.open() as books:
            books.execute("insert or replace into numbers values (?, ?)", (receiver, state))

    def set_fault(self, kind: str, times: int) -> None:
        """Something goes wrong so many times."""
        with self.open() as books:
            books.execute("insert or replace into faults values (?, ?)", (kind, times))

    def strikes(self, kind: str) -> bool:
        """Whether a fault strikes now; each stroke uses it up by one."""
        with self.open() as books:
            used = books.execute("update faults set times = times - 1 where kind = ? and times > 0", (kind,))
            return used.rowcount > 0

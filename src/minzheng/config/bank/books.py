"""The bank's own books, in one SQLite file: files taken, orders in them, what was paid, what it answered.

A file is acknowledged only once it is on disk; a payment and the answer that tells of it are one transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .faults import Fault, set_fault
from .reading import Incoming, read_file

__all__ = ["Accepted", "Books", "Differs"]

_TABLES = """
create table if not exists files (
    seq integer primary key autoincrement, message_id text not null unique, sha text not null, name text not null,
    kind text not null, encoding text not null, way text not null, at real not null, count integer not null,
    total integer not null, settled integer not null default 0);
create table if not exists orders (
    seq integer not null, line integer not null, reference text not null, owner text not null, account text not null,
    amount integer not null, code text not null default '', primary key (seq, line)) without rowid;
create index if not exists orders_by_reference on orders (reference);
create table if not exists payments (
    reference text primary key, seq integer not null, account text not null, amount integer not null,
    at real not null) without rowid;
create table if not exists accounts (account text primary key, state text not null, owner text not null);
create table if not exists planned (
    id integer primary key autoincrement, name text not null, content blob not null, way text not null,
    due real not null);
create table if not exists answers (
    cursor integer primary key autoincrement, name text not null, content blob not null, way text not null,
    at real not null, written integer not null default 0);
create table if not exists faults (
    kind text primary key, percent integer not null, seconds real not null, times integer not null);
"""


class Differs(Exception):
    """Another file came under the number of one already taken."""


@dataclass(frozen=True)
class Accepted:
    """The bank has the file, safely; ``repeated`` if it had it before."""

    message_id: str
    count: int
    total: int
    repeated: bool


class Books:
    """The file; each use opens it anew, so that threads and a restart need no care."""

    def __init__(self, data: Path) -> None:
        self.data = data
        data.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(data, timeout=30)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_TABLES)
        data.chmod(0o600)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on disk when the block ends, undone if it fails."""
        with closing(sqlite3.connect(self.data, timeout=60, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = full")
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A look at the books."""
        with closing(sqlite3.connect(self.data, timeout=60)) as connection:
            yield connection

    def take(self, content: bytes, *, message_id: str, name: str, way: str) -> Accepted:
        """Take a file in, once: the same again is acknowledged again, another under its number is refused."""
        sha = hashlib.sha256(content).hexdigest()
        if message_id and (known := self._known(message_id, sha)):
            return known
        incoming = read_file(content, message_id=message_id)
        with self.writing() as books:
            if known := self._known(incoming.message_id, sha, books):
                return known
            row = (
                incoming.message_id, sha, name, incoming.kind, incoming.encoding, way, time.time(),
                len(incoming.orders), incoming.total,
            )  # fmt: skip
            seq = books.execute(
                "insert into files (message_id, sha, name, kind, encoding, way, at, count, total)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            _write_orders(books, int(seq or 0), incoming)
        return Accepted(incoming.message_id, len(incoming.orders), incoming.total, repeated=False)

    def _known(self, message_id: str, sha: str, books: sqlite3.Connection | None = None) -> Accepted | None:
        """The acknowledgement of a file already taken."""
        if books is None:
            with self.reading() as books:
                return self._known(message_id, sha, books)
        query = "select sha, count, total from files where message_id = ?"
        found = books.execute(query, (message_id,)).fetchone()
        if found is None:
            return None
        if found[0] != sha:
            raise Differs(message_id)
        return Accepted(message_id, found[1], found[2], repeated=True)

    def refuse(self, *, name: str, content: bytes, way: str) -> None:
        """Tell of a refused file by the way it came."""
        with self.writing() as books:
            plan(books, name=name, content=content, way=way, due=time.time())

    def set_account(self, account: str, *, state: str = "open", owner: str = "") -> None:
        """What the bank knows of an account: open, closed or missing, and under which name (empty: any)."""
        with self.writing() as books:
            books.execute("insert or replace into accounts values (?, ?, ?)", (account, state, owner))

    def set_fault(self, fault: Fault) -> None:
        """Set a fault, or lift it."""
        with self.writing() as books:
            set_fault(books, fault)

    def summary(self) -> dict[str, int]:
        """The books in five numbers."""
        with self.reading() as books:
            files, orders = books.execute("select count(*), coalesce(sum(count), 0) from files").fetchone()
            paid, total = books.execute("select count(*), coalesce(sum(amount), 0) from payments").fetchone()
            rejected = books.execute("select count(*) from orders where code <> ''").fetchone()[0]
        return {"files": files, "orders": orders, "paid": paid, "paid_total": total, "rejected": rejected}

    def payments(self) -> dict[str, int]:
        """Every payment the bank has made: its reference and what was paid."""
        with self.reading() as books:
            return dict(books.execute("select reference, amount from payments"))

    def answers(self, *, after: int, most: int) -> list[tuple[int, str, int]]:
        """Answers given after a cursor: cursor, name and size."""
        query = (
            "select cursor, name, length(content) from answers where way = 'http' and cursor > ?"
            " order by cursor limit ?"
        )
        with self.reading() as books:
            return books.execute(query, (after, most)).fetchall()

    def answer(self, cursor: int) -> bytes | None:
        """The content of one answer."""
        with self.reading() as books:
            query = "select content from answers where cursor = ? and way = 'http'"
            found = books.execute(query, (cursor,)).fetchone()
        return bytes(found[0]) if found else None


def plan(books: sqlite3.Connection, *, name: str, content: bytes, way: str, due: float) -> None:
    """An answer to be given when its time has come."""
    row = (name, content, way, due)
    books.execute("insert into planned (name, content, way, due) values (?, ?, ?, ?)", row)


def _write_orders(books: sqlite3.Connection, seq: int, incoming: Incoming) -> None:
    rows = ((seq, line, *order) for line, order in enumerate(incoming.orders, start=1))
    insert = "insert into orders (seq, line, reference, owner, account, amount) values (?, ?, ?, ?, ?, ?)"
    books.executemany(insert, rows)

"""The bank's clerk: takes complete files from the drop folder, settles, and gives answers when their time has come.

In the folder, ``in`` is the customer's and ``out`` the bank's: a name that ends in ``.part`` is not finished yet.
What was taken lies in ``taken``, what was refused in ``refused``.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .answering import refusal
from .books import Books, Differs
from .reading import Unreadable
from .settling import settle

__all__ = ["Clerk", "make_folders"]

PART = ".part"
_PAUSE = 0.1

log = logging.getLogger("minzheng.bank")


def make_folders(folder: Path) -> None:
    """The drop folder and its rooms, for whoever comes first."""
    for name in ("in", "out", "taken", "refused"):
        (folder / name).mkdir(parents=True, exist_ok=True)


class Clerk(threading.Thread):
    """Works until it is told to stop; what a disk or a lock refused is tried again, and said in the log."""

    def __init__(self, books: Books, folder: Path, *, gone: Callable[[], None]) -> None:
        super().__init__(name="bank-clerk", daemon=True)
        self.books, self.folder, self.gone = books, folder, gone
        self.wake = threading.Event()
        self.ended = threading.Event()
        make_folders(folder)

    def run(self) -> None:
        """Round after round; a bank whose clerk is gone closes its door."""
        try:
            while not self.ended.is_set():
                for task in (self.collect, self.settle_all, self.release, self.write_out):
                    self._try(task)
                self.wake.wait(_PAUSE)
                self.wake.clear()
        finally:
            if not self.ended.is_set():
                self.gone()

    def _try(self, task: Callable[[], None]) -> None:
        try:
            task()
        except (OSError, sqlite3.Error):
            log.exception("%s: tried again in a moment", task.__name__)

    def end(self) -> None:
        """Finish the round and stop."""
        self.ended.set()
        self.wake.set()
        self.join(30)

    def collect(self) -> None:
        """Every complete file in the folder: taken or refused, then put aside; a kill in between repeats it."""
        for file in sorted((self.folder / "in").iterdir()):
            if not file.is_file() or file.name.endswith(PART) or file.name.startswith("."):
                continue
            content = file.read_bytes()
            room = "taken"
            try:
                self.books.take(content, message_id=_named(file, content), name=file.name, way="folder")
            except Differs:
                room = "refused"
                self._refuse(file, content, Unreadable("文件编号已用于另一个文件，内容不同", code="DUPL"))
            except Unreadable as reason:
                room = "refused"
                self._refuse(file, content, reason)
            os.replace(file, self.folder / room / file.name)

    def _refuse(self, file: Path, content: bytes, reason: Unreadable) -> None:
        report = "REF" + hashlib.sha256(content).hexdigest()[:16]
        told = refusal(file.stem, report=report, code=reason.code, reason=reason.reason)
        self.books.refuse(name=f"{file.stem}_{report}.xml", content=told, way="folder")

    def settle_all(self) -> None:
        """Every file that waits."""
        while not self.ended.is_set() and settle(self.books):
            pass

    def release(self) -> None:
        """Answers whose time has come get their cursor now, in order: who has seen one has seen all before it."""
        now = time.time()
        with self.books.reading() as books:
            if books.execute("select 1 from planned where due <= ? limit 1", (now,)).fetchone() is None:
                return
        with self.books.writing() as books:
            books.execute(
                "insert into answers (name, content, way, at) select name, content, way, ? from planned"
                " where due <= ? order by due, id",
                (now, now),
            )
            books.execute("delete from planned where due <= ?", (now,))

    def write_out(self) -> None:
        """Answers to files from the folder go back by the folder, whole or not at all."""
        query = (
            "select cursor, name, content from answers where way = 'folder' and written = 0 order by cursor"
        )
        with self.books.reading() as books:
            waiting = books.execute(query).fetchall()
        for cursor, name, content in waiting:
            aside = self.folder / "out" / (name + PART)
            aside.write_bytes(content)
            os.replace(aside, self.folder / "out" / name)
            with self.books.writing() as books:
                books.execute("update answers set written = 1 where cursor = ?", (cursor,))


def _named(file: Path, content: bytes) -> str:
    """A table bears no number of its own: its name is its number."""
    return "" if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else file.stem

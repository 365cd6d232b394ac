"""Files lie sealed, each under a key of its own and named by the hash of its content; one that was altered on disk is
never handed out.

A file is complete on disk before the row that names it is committed.  A transaction that fails leaves at most
an orphan, which :func:`sweep_orphans` removes once it is old enough to belong to no running transaction.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake
from minzheng.kernel.people import filesealing
from minzheng.kernel.people.closed import closed_folder, new_file
from minzheng.kernel.people.refiling import INCOMING

from .models import Document

__all__ = ["Incoming", "digest_of", "open_file", "place_of", "receive", "sm3", "sweep_orphans"]

# Up to this size the content that was found unchanged is the content handed out; a longer one is opened once more.
_AT_ONCE = 8 * 1024 * 1024


@dataclass(frozen=True)
class Incoming:
    """A file received completely, not yet under its own name."""

    path: Path
    size: int
    sha: str

    def content(self) -> bytes:
        """What was received, to be looked at before it is kept."""
        with self.path.open("rb") as lying, filesealing.opened_file(lying) as file:
            return file.read()

    def keep(self) -> str:
        """Put the file under its hash and give the name; the same content is stored once."""
        name = place_of(self.sha)
        place = _root() / name
        closed_folder(place.parent, below=_root())
        os.replace(self.path, place)
        _sync(place.parent)
        return name


def place_of(sha: str) -> str:
    """Where the file of a digest lies."""
    return f"{sha[:2]}/{sha[2:4]}/{sha}"


def sm3(content: bytes) -> str:
    """The SM3 digest (GB/T 32905) in hexadecimal."""
    return digest_of([content])


def digest_of(pieces: Iterable[bytes]) -> str:
    """The same of a file that is read piece by piece and not kept."""
    digest = hashes.Hash(hashes.SM3())
    for piece in pieces:
        digest.update(piece)
    return digest.finalize().hex()


@contextmanager
def receive(pieces: Iterable[bytes], *, too_much: Callable[[int], None]) -> Iterator[Incoming]:
    """Seal pieces into a temporary file, hashing them; ``too_much`` is asked at each and may refuse."""
    path = closed_folder(_root() / INCOMING, below=_root()) / secrets.token_hex(16)
    digest, size = hashes.Hash(hashes.SM3()), 0
    try:
        with new_file(path) as out:
            sealer = filesealing.Sealer(out)
            for piece in pieces:
                size += len(piece)
                too_much(size)
                digest.update(piece)
                sealer.write(piece)
            sealer.finish()
            os.fsync(out.fileno())
        yield Incoming(path=path, size=size, sha=digest.finalize().hex())
    finally:
        path.unlink(missing_ok=True)


def open_file(document: Document) -> BinaryIO:
    """The stored file, opened for reading after its hash was found unchanged."""
    path = _root() / document.stored_name
    if not path.is_file():
        raise Mistake(
            "document_lost", "这份文件在存储中找不到。请联系系统管理员从备份恢复。", number=document.number
        )
    if document.size <= _AT_ONCE:
        content = _whole(path)
        if content is not None and sm3(content) == document.sha:
            return io.BytesIO(content)
    elif filesealing.digest(path) == document.sha:
        return filesealing.opened_file(path.open("rb"))
    message = "这份文件与登记时的摘要不一致，可能被改动过，不能使用。请联系系统管理员核查。"
    raise Mistake("document_altered", message, number=document.number)


def _whole(path: Path) -> bytes | None:
    """All that a file holds; nothing where it does not open."""
    try:
        with path.open("rb") as lying, filesealing.opened_file(lying) as file:
            return file.read(_AT_ONCE + 1)
    except Mistake as wrong:
        if wrong.code != "file_unreadable":
            raise
        return None


def sweep_orphans(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove files that no row names and that no running transaction can still be about to name."""
    before = (clock.now() - older_than).timestamp()
    removed = 0
    for path in sorted(_root().glob("*/**/*")):
        if not path.is_file() or path.stat().st_mtime >= before:
            continue
        name = path.relative_to(_root()).as_posix()
        if not Document.objects.filter(stored_name=name).exists():
            filesealing.erase(path)
            removed += 1
    return removed


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def _sync(folder: Path) -> None:
    """The new name itself must survive a power cut, not only the bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

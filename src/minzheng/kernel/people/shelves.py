"""Files that wait a day for whoever asked for them: sealed under a name nobody guesses, then erased."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from minzheng.kernel import clock

from . import filesealing
from .closed import closed_folder, new_file

__all__ = ["MAKING", "SHELVES", "folder", "opened", "put", "removed", "sweep_left"]

# Each is a folder beside the documents; in the last lie parts of workbooks while they are written, in clear.
SHELVES = ("exports", "bundles")
MAKING = "making"


def folder(shelf: str) -> Path:
    """Where the files of a shelf lie."""
    return closed_folder(Path(settings.MEDIA_ROOT).parent / shelf)


def put(shelf: str, pieces: Iterable[bytes]) -> tuple[str, str]:
    """Keep a file; its name and the SM3 digest of its content."""
    name, made = secrets.token_hex(24), hashes.Hash(hashes.SM3())
    with new_file(folder(shelf) / name) as out:
        sealer = filesealing.Sealer(out)
        for piece in pieces:
            made.update(piece)
            sealer.write(piece)
        sealer.finish()
    return name, made.finalize().hex()


def opened(shelf: str, name: str, sha: str) -> BinaryIO | None:
    """The content, if it is still what was put there."""
    path = folder(shelf) / name
    if not sha or filesealing.digest(path) != sha:
        return None
    return filesealing.opened_file(path.open("rb"))


def removed(shelf: str, name: str) -> None:
    """Nobody may fetch it any more."""
    path = folder(shelf) / name
    if path.is_file():
        filesealing.erase(path)


def sweep_left(*, older_than: timedelta = timedelta(days=2)) -> int:
    """Files whose worker was stopped before it could tell of them; what was told of is removed after a day."""
    before, gone = (clock.now() - older_than).timestamp(), 0
    for shelf in (*SHELVES, MAKING):
        for path in folder(shelf).iterdir():
            if path.is_file() and path.stat().st_mtime < before:
                filesealing.erase(path)
                gone += 1
    return gone

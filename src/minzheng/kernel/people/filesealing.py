"""A file as it lies on the disk: SM4-GCM in pieces under a key of its own, itself sealed under one of the office's.

In front stands what it is, and two places for the file's key: the name of the office's key, nonce, the key sealed and
its tag.  One place is empty; a newer key of the office takes it before the other is emptied, so that the pieces need
never be written again and there is no moment at which the file cannot be opened.  Emptying both makes the pieces
unreadable for good (ADR 42).  Each piece is bound to its place, and the last one says that it is the last.
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import IO, Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from minzheng.kernel.errors import Mistake

from . import keyring
from .closed import new_file
from .sealing import sealing_key

__all__ = [
    "TAG", "Sealer", "digest", "erase", "is_sealed_file", "key_of_file", "opened_file", "opened_piece", "rewrap",
    "seal_plain", "sealed_piece",
]  # fmt: skip

_MAGIC = b"MINZHENG-FILE-1\n"
_NONCE, TAG, _KEY, _NAME = 12, 16, 16, 4
_SLOT = _NAME + _NONCE + _KEY + TAG
_SLOTS = tuple(range(len(_MAGIC), len(_MAGIC) + 2 * _SLOT, _SLOT))
_EMPTY = bytes(_SLOT)
_HEAD = len(_MAGIC) + 2 * _SLOT
_PIECE = 256 * 1024


def sealed_piece(key: bytes, head: bytes, plain: bytes, number: int, *, last: bool) -> bytes:
    """One piece of a stream whose key is used for nothing else: ciphertext and tag."""
    sealing = Cipher(algorithms.SM4(key), modes.GCM(_at(number, last=last))).encryptor()
    sealing.authenticate_additional_data(head)
    return sealing.update(plain) + sealing.finalize() + sealing.tag


def opened_piece(key: bytes, head: bytes, sealed: bytes, number: int, *, last: bool) -> bytes | None:
    """What one piece holds; nothing where it is not genuine at this place."""
    if len(sealed) < TAG:
        return None
    opening = Cipher(algorithms.SM4(key), modes.GCM(_at(number, last=last), sealed[-TAG:])).decryptor()
    opening.authenticate_additional_data(head)
    try:
        return opening.update(sealed[:-TAG]) + opening.finalize()
    except InvalidTag:
        return None


def _at(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Takes bytes of any length and writes a sealed file; nothing of them lies on the disk in clear."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._key = out, secrets.token_bytes(_KEY)
        self._number, self._waiting = 0, bytearray()
        out.write(_MAGIC + _wrapped(self._key, keyring.kept().newest) + _EMPTY)

    def write(self, content: bytes) -> None:
        """Seal every full piece; the rest waits, because the last piece is marked."""
        self._waiting += content
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]

    def finish(self) -> None:
        """Seal what waits as the end of the file."""
        self._seal(bytes(self._waiting), last=True)
        self._out.flush()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._out.write(sealed_piece(self._key, _MAGIC, plain, self._number, last=last))
        self._number += 1


def _wrapped(key: bytes, name: str) -> bytes:
    """A file's key under the office's key of this name."""
    nonce = secrets.token_bytes(_NONCE)
    sealing = Cipher(algorithms.SM4(sealing_key(name)), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(_MAGIC)
    return name.encode() + nonce + sealing.update(key) + sealing.finalize() + sealing.tag


def _unwrapped(slot: bytes, office: bytes) -> bytes | None:
    nonce, body = slot[_NAME : _NAME + _NONCE], slot[_NAME + _NONCE : -TAG]
    opening = Cipher(algorithms.SM4(office), modes.GCM(nonce, slot[-TAG:])).decryptor()
    opening.authenticate_additional_data(_MAGIC)
    try:
        return opening.update(body) + opening.finalize()
    except InvalidTag:
        return None


def _name_of(slot: bytes) -> str:
    return slot[:_NAME].decode("ascii", "replace")


def _slots(head: bytes) -> list[tuple[int, bytes]]:
    """Where a key of the file stands, and what stands there."""
    both = ((at, head[at : at + _SLOT]) for at in _SLOTS)
    return [(at, slot) for at, slot in both if slot != _EMPTY]


def _own_key(head: bytes) -> bytes:
    """The file's key, from the place that is filled; from either, if somebody is just changing it."""
    missing: Mistake | None = None
    for _, slot in _slots(head):
        try:
            found = _unwrapped(slot, sealing_key(_name_of(slot)))
        except Mistake as wrong:
            missing = wrong
            continue
        if found is not None:
            return found
    raise missing or _unreadable()


def _unreadable() -> Mistake:
    return Mistake("file_unreadable", "封存的文件打不开：内容被改动、不完整，或已销毁。请联系系统管理员。")


class _Reading(io.RawIOBase):
    """A sealed file as its content: read from any place, a piece at a time, each found genuine before it is given."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file, self._key = file, _own_key(file.read(_HEAD))
        body = os.fstat(file.fileno()).st_size - _HEAD
        self._pieces = -(-body // (_PIECE + TAG))
        self._size, self._where = body - self._pieces * TAG, 0
        self._held, self._content = -1, b""
        if self._pieces < 1 or body - (self._pieces - 1) * (_PIECE + TAG) < TAG:
            raise _unreadable()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._where

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        since = {io.SEEK_SET: 0, io.SEEK_CUR: self._where, io.SEEK_END: self._size}[whence]
        self._where = max(0, since + offset)
        return self._where

    def readinto(self, into: Any) -> int:
        if self._where >= self._size:
            if self._size == 0:
                self._piece(0)
            return 0
        number, start = divmod(self._where, _PIECE)
        part = self._piece(number)[start : start + len(into)]
        into[: len(part)] = part
        self._where += len(part)
        return len(part)

    def _piece(self, number: int) -> bytes:
        if number != self._held:
            self._file.seek(_HEAD + number * (_PIECE + TAG))
            sealed = self._file.read(_PIECE + TAG)
            plain = opened_piece(self._key, _MAGIC, sealed, number, last=number == self._pieces - 1)
            if plain is None:
                raise _unreadable()
            self._held, self._content = number, plain
        return self._content

    def close(self) -> None:
        self._file.close()
        self._content = b""
        super().close()


def is_sealed_file(file: BinaryIO) -> bool:
    """Whether this is a sealed file; it stands at its beginning afterwards."""
    found = file.read(len(_MAGIC)) == _MAGIC
    file.seek(0)
    return found


def opened_file(file: BinaryIO) -> BinaryIO:
    """The content of a file as it lies; one from before files were sealed is its own content."""
    if not is_sealed_file(file):
        return file
    return io.BufferedReader(_Reading(file), _PIECE)


def digest(path: Path) -> str:
    """The SM3 digest of the content, in hexadecimal; nothing where there is no file or it does not open."""
    if not path.is_file():
        return ""
    made = hashes.Hash(hashes.SM3())
    try:
        with path.open("rb") as lying, opened_file(lying) as file:
            while piece := file.read(_PIECE):
                made.update(piece)
    except Mistake as wrong:
        if wrong.code != "file_unreadable":
            raise
        return ""
    return made.finalize().hex()


def key_of_file(path: Path) -> str:
    """The name of the office's key under which a file lies; nothing for one in clear or one that was erased."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(_MAGIC):
        return ""
    return "".join(_name_of(slot) for _, slot in _slots(head))


def rewrap(path: Path, name: str) -> None:
    """The key of a file sealed anew under the office's key of this name: first beside the old one, then alone."""
    with path.open("r+b") as file:
        head = file.read(_HEAD)
        own, filled = _own_key(head), _slots(head)
        keeps = next((at for at, slot in filled if _name_of(slot) == name), None)
        if keeps is None:
            taken = [at for at, _ in filled]
            keeps = next((at for at in _SLOTS if at not in taken), _SLOTS[0])
            _put(file, keeps, _wrapped(own, name))
        for at in _SLOTS:
            if at != keeps:
                _put(file, at, _EMPTY)


def erase(path: Path) -> None:
    """A file nobody may read any more: its key is overwritten before its name is taken away."""
    with path.open("r+b") as file:
        if is_sealed_file(file):
            for at in _SLOTS:
                _put(file, at, _EMPTY)
    path.unlink()


def _put(file: BinaryIO, at: int, slot: bytes) -> None:
    file.seek(at)
    file.write(slot)
    file.flush()
    os.fsync(file.fileno())


def seal_plain(path: Path, *, beside: Path) -> None:
    """A file from before, sealed in its place: written anew in the folder ``beside``, then put under its name."""
    made = beside / secrets.token_hex(16)
    try:
        with path.open("rb") as plain, new_file(made) as out:
            sealer = Sealer(out)
            while piece := plain.read(_PIECE):
                sealer.write(piece)
            sealer.finish()
            os.fsync(out.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)

"""A stream sealed in pieces with SM4-GCM: each is bound to its place, and the last one says that it is the last.

The key of a file is derived from the office's key and 32 random bytes in front, so a nonce is never used twice.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from minzheng.kernel.errors import Refused
from minzheng.kernel.people.filesealing import TAG, opened_piece, sealed_piece

__all__ = ["PIECE", "Sealer", "opened"]

PIECE = 1024 * 1024
_MAGIC = b"MINZHENG-BACKUP-1\n"
_SALT, _CHECK = 32, 16
_CUT = (
    "backup_cut",
    "备份文件不完整：结尾缺失，可能是复制或下载中断。请换一份完整的备份文件再恢复。\n"
    "The backup file ends too early; take a complete copy of it.",
)
_ALTERED = (
    "backup_altered",
    "备份文件被改动、截断或已损坏：内容校验不符。请换一份备份文件再恢复。\n"
    "The backup file was altered, cut or damaged; take another copy of it.",
)
_NOT_OURS = (
    "backup_not_ours",
    "这不是本平台的备份文件，或文件开头已损坏。请检查文件名，换一份备份文件再试。\n"
    "This is no backup file of this platform, or its beginning is damaged; check the name.",
)
_WRONG_KEY = (
    "backup_key",
    "密钥与备份文件不符（也可能是文件开头被改动）。请用备份时的密钥文件，"
    "由环境变量 MINZHENG_BACKUP_KEY_FILE 指明位置，再试一次。\n"
    "The key does not fit this backup file; name the key file of that time in MINZHENG_BACKUP_KEY_FILE.",
)


class Sealer:
    """Takes bytes of any length and writes sealed pieces of one length."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        salt = secrets.token_bytes(_SALT)
        self._key, check = _derived(key, salt)
        self._head = _MAGIC + salt + check
        self._out = out
        self._number = 0
        self._waiting = bytearray()
        out.write(self._head)

    def write(self, content: bytes) -> None:
        """Seal every full piece; the rest waits, because the last piece is marked."""
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """Seal what waits as the end of the file."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._out.write(sealed_piece(self._key, self._head, plain, self._number, last=last))
        self._number += 1


def opened(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The pieces of a sealed file in order, each only after it was found genuine."""
    head = file.read(len(_MAGIC) + _SALT + _CHECK)
    if len(head) < len(_MAGIC) + _SALT + _CHECK or not head.startswith(_MAGIC):
        raise Refused(*_NOT_OURS)
    secret, check = _derived(key, head[len(_MAGIC) : -_CHECK])
    if not hmac.compare_digest(check, head[-_CHECK:]):
        raise Refused(*_WRONG_KEY)
    sealed, number = file.read(PIECE + TAG), 0
    while True:
        following = file.read(PIECE + TAG)
        plain = opened_piece(secret, head, sealed, number, last=not following)
        if plain is None:
            going_on = None if following else opened_piece(secret, head, sealed, number, last=False)
            cut = going_on is not None or not sealed or (not following and 0 < len(sealed) <= TAG)
            raise Refused(*(_CUT if cut else _ALTERED))
        yield plain
        if not following:
            return
        sealed, number = following, number + 1


def _derived(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key of one file, and a value that tells whether the office's key fits it."""
    made = HKDF(algorithm=hashes.SM3(), length=16 + _CHECK, salt=salt, info=_MAGIC).derive(key)
    return made[:16], made[16:]

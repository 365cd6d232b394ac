"""What lies inside the sealed stream: a manifest, pieces of the dump, papers one after the other, an end."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minzheng.kernel.errors import Refused

__all__ = ["CONTENT", "DUMP", "END", "MANIFEST", "PAPER", "read", "write", "write_facts"]

MANIFEST, DUMP, PAPER, CONTENT, END = b"M", b"D", b"P", b"C", b"E"
_FRONT = struct.Struct(">cI")


def write(out: Callable[[bytes], object], kind: bytes, content: bytes) -> None:
    """One record: its kind, its length, its content."""
    out(_FRONT.pack(kind, len(content)) + content)


def write_facts(out: Callable[[bytes], object], kind: bytes, facts: dict[str, Any]) -> None:
    """A record that holds facts rather than raw bytes."""
    write(out, kind, json.dumps(facts, ensure_ascii=False).encode())


def read(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The records in order, whatever the lengths of the pieces; the end must be the last of them."""
    waiting, kind = bytearray(), b""
    for piece in pieces:
        waiting += piece
        while len(waiting) >= _FRONT.size:
            kind, length = _FRONT.unpack_from(waiting)
            if len(waiting) < _FRONT.size + length:
                break
            yield kind, bytes(waiting[_FRONT.size : _FRONT.size + length])
            del waiting[: _FRONT.size + length]
    if waiting or kind != END:
        raise Refused(
            "backup_unfinished",
            "备份文件没有写完。请换一份备份文件再恢复。\nThe backup was never finished; take another one.",
        )

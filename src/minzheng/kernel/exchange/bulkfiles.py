"""Request and answer files of a bulk check: one header, one line for each subject, sealed at the end.

Both ends share this page; it imports no Django.  A subject is named by its number in the request and by its place in
the file (``seq``) in the answer, so that no answer holds an identity number.  ``<seq>\\t<record>`` is a record of
the source's declared shape, ``<seq>\\t`` says that the source has none.

The last line, ``=<SM3>\\t<HMAC-SM3>``, covers every byte before it: a file may travel over HTTP or in a folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.signing import mac_of, same, sm3

__all__ = ["LARGEST_FILE", "Sealed", "Unreadable", "opened", "sealed"]

LARGEST_FILE = 256 * 1024 * 1024


class Unreadable(ValueError):
    """Why a file is no file of this exchange: ``malformed``, ``unsealed``."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that was read: its header, its lines, the hash under which it is known."""

    header: Mapping[str, Any]
    lines: tuple[str, ...]
    sha: str

    def rows(self) -> Iterator[tuple[int, str]]:
        """Each line as its place and what stands behind it; a line that is none of ours has the place -1."""
        for line in self.lines:
            seq, tab, rest = line.partition("\t")
            yield (
                (int(seq), rest)
                if tab and seq.isascii() and seq.isdecimal() and len(seq) < 10
                else (-1, line)
            )


def sealed(header: Mapping[str, Any], lines: Iterable[str], *, key: bytes) -> bytes:
    """The file as it travels."""
    first = json.dumps(dict(header), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = "\n".join((first, *lines, "")).encode()
    digest = sm3(content)
    return content + f"={digest}\t{mac_of(key, digest.encode())}\n".encode()


def opened(content: bytes, *, key: bytes) -> Sealed:
    """Read a file, or say why it is none; a byte changed anywhere breaks the seal."""
    body, mark, seal = content.rpartition(b"\n=")
    body += b"\n"
    digest, tab, mac = seal.strip().partition(b"\t")
    if not mark or not tab:
        raise Unreadable("malformed")
    if sm3(body) != digest.decode("latin-1") or not same(key, digest, mac.decode("latin-1")):
        raise Unreadable("unsealed")
    try:
        first, *lines = body.decode().removesuffix("\n").split("\n")
        header = json.loads(first)
    except (ValueError, RecursionError) as error:
        raise Unreadable("malformed") from error
    if not isinstance(header, dict):
        raise Unreadable("malformed")
    return Sealed(header, tuple(lines), digest.decode())

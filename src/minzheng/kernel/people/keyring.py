"""The keys of sealed values lie in a file outside the database; without it what is sealed cannot be read.

One key digests values so that they are found again; while it is changed a second one stands beside it.  Of the keys
that seal, the last one in the file writes and all of them read.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings

from minzheng.kernel.errors import Mistake

__all__ = [
    "LOOK_AGAIN", "Ring", "add_digest_key", "add_key", "drop_digest_key", "drop_keys", "kept", "made_if_missing",
    "place", "read_again", "take_digest_key",
]  # fmt: skip

# A process that runs on takes up a new key after so many seconds.
LOOK_AGAIN = 5.0
# The keys of the digests as the file names them.
_DIGESTS = ("index", "coming", "going")


@dataclass(frozen=True, slots=True)
class Ring:
    """The key of the digests, and the sealing keys by their short names, the newest last.

    While the key of the digests is changed, ``coming`` makes a second digest beside the first; then it has become
    ``index``, and ``going`` is the one that still stands with some values.
    """

    index: bytes = field(repr=False)
    keys: dict[str, bytes] = field(repr=False)
    coming: bytes = field(default=b"", repr=False)
    going: bytes = field(default=b"", repr=False)

    @property
    def newest(self) -> str:
        """The name of the key under which values are sealed now."""
        return next(reversed(self.keys))

    @property
    def digesting(self) -> tuple[bytes, ...]:
        """The keys under which a value may have its digest, the one that writes first."""
        return tuple(key for key in (self.index, self.coming, self.going) if key)


@dataclass(slots=True)
class _Held:
    ring: Ring | None = None
    stamp: tuple[str, int, int] = ("", 0, 0)
    looked: float = 0.0


_held = _Held()


def place() -> Path:
    """The file of MINZHENG_FIELD_KEYS_FILE, else keys/fields.keys beside the documents."""
    given = os.environ.get("MINZHENG_FIELD_KEYS_FILE", "").strip()
    return Path(given) if given else Path(settings.VAR) / "keys" / "fields.keys"


def kept() -> Ring:
    """The keys as they are kept, looked at again every few seconds; nobody makes them by reading."""
    now = time.monotonic()
    if _held.ring is None or now - _held.looked > LOOK_AGAIN:
        return read_again()
    return _held.ring


def read_again() -> Ring:
    """The keys as the file says them now."""
    path = place()
    try:
        found = path.stat()
    except FileNotFoundError:
        raise _missing(path) from None
    stamp = (str(path), found.st_mtime_ns, found.st_ino)
    if _held.ring is None or stamp != _held.stamp:
        _held.ring, _held.stamp = _parsed(path), stamp
    _held.looked = time.monotonic()
    return _held.ring


def made_if_missing() -> bool:
    """Make the file where there is none; only before anything is sealed.  Says whether it is new."""
    path = place()
    if path.exists():
        return False
    _written(path, Ring(secrets.token_bytes(32), {_name(set()): secrets.token_bytes(16)}), over=False)
    return True


def add_key() -> str:
    """A new key under which values are sealed from now on; the old ones go on reading."""
    ring = read_again()
    name = _name(set(ring.keys))
    _written(place(), replace(ring, keys={**ring.keys, name: secrets.token_bytes(16)}), over=True)
    return name


def drop_keys(names: set[str]) -> None:
    """Take keys out of the file; the caller has seen that nothing is sealed under them, and the newest stays."""
    ring = read_again()
    left = {name: key for name, key in ring.keys.items() if name not in names or name == ring.newest}
    _written(place(), replace(ring, keys=left), over=True)


def add_digest_key() -> None:
    """A coming key of the digests: from now on a value is written with two."""
    _written(place(), replace(read_again(), coming=secrets.token_bytes(32)), over=True)


def take_digest_key() -> None:
    """The coming key makes the only digest that is written; what has the other is still found by it."""
    ring = read_again()
    _written(place(), replace(ring, index=ring.coming, coming=b"", going=ring.index), over=True)


def drop_digest_key() -> None:
    """The key of before leaves the file; the caller has seen that no value has its digest."""
    _written(place(), replace(read_again(), going=b""), over=True)


def _name(taken: set[str]) -> str:
    while (name := secrets.token_hex(2)) in taken:
        pass
    return name


def _parsed(path: Path) -> Ring:
    digests, keys = dict.fromkeys(_DIGESTS, b""), {}
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            kind, *rest = line.split()
            if kind in digests:
                digests[kind] = bytes.fromhex(rest[0])
            elif kind == "seal":
                keys[rest[0]] = bytes.fromhex(rest[1])
    except (ValueError, IndexError, UnicodeDecodeError):
        raise _unreadable(path) from None
    index, coming, going = digests.values()
    wrong = len(index) != 32 or {len(coming), len(going)} - {0, 32} or bool(coming and going)
    if wrong or not keys or any(len(key) != 16 or len(name) != 4 for name, key in keys.items()):
        raise _unreadable(path)
    return Ring(index, keys, coming, going)


def _written(path: Path, ring: Ring, *, over: bool) -> None:
    """The whole file or nothing, readable by this account alone; of two who make it, the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digests = zip(_DIGESTS, (ring.index, ring.coming, ring.going), strict=True)
    lines = [f"{kind} {key.hex()}" for kind, key in digests if key]
    lines += [f"seal {name} {key.hex()}" for name, key in ring.keys.items()]
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".fields-")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")
            out.flush()
            os.fsync(handle)
        if over:
            os.replace(beside, path)
        else:
            os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        Path(beside).unlink(missing_ok=True)
    read_again()


def _missing(path: Path) -> Mistake:
    return Mistake(
        "field_keys_missing",
        f"没有找到个人信息密钥文件 {path}，库中的身份证号码、电话和账号读不出来。请把原来的密钥文件放回该处，"
        "或用环境变量 MINZHENG_FIELD_KEYS_FILE 指明位置。",
    )


def _unreadable(path: Path) -> Mistake:
    return Mistake("field_keys_unreadable", f"个人信息密钥文件 {path} 的内容不对。请换回原来的密钥文件。")

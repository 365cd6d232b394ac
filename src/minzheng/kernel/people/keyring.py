"""The keys of sealed values lie in a file outside the database; without it what is sealed cannot be read.

One key digests values so that they are found again, and never changes; of the keys that seal, the last one in the
file writes and all of them read.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from minzheng.kernel.errors import Mistake

__all__ = ["LOOK_AGAIN", "Ring", "add_key", "drop_keys", "kept", "made_if_missing", "place", "read_again"]

# A process that runs on takes up a new key after so many seconds.
LOOK_AGAIN = 5.0


@dataclass(frozen=True, slots=True)
class Ring:
    """The key of the digests, and the sealing keys by their short names, the newest last."""

    index: bytes = field(repr=False)
    keys: dict[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The name of the key under which values are sealed now."""
        return next(reversed(self.keys))


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
    _written(place(), Ring(ring.index, {**ring.keys, name: secrets.token_bytes(16)}), over=True)
    return name


def drop_keys(names: set[str]) -> None:
    """Take keys out of the file; the caller has seen that nothing is sealed under them, and the newest stays."""
    ring = read_again()
    left = {name: key for name, key in ring.keys.items() if name not in names or name == ring.newest}
    _written(place(), Ring(ring.index, left), over=True)


def _name(taken: set[str]) -> str:
    while (name := secrets.token_hex(2)) in taken:
        pass
    return name


def _parsed(path: Path) -> Ring:
    index, keys = b"", {}
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            kind, *rest = line.split()
            if kind == "index":
                index = bytes.fromhex(rest[0])
            elif kind == "seal":
                keys[rest[0]] = bytes.fromhex(rest[1])
    except (ValueError, IndexError, UnicodeDecodeError):
        raise _unreadable(path) from None
    if len(index) != 32 or not keys or any(len(key) != 16 or len(name) != 4 for name, key in keys.items()):
        raise _unreadable(path)
    return Ring(index, keys)


def _written(path: Path, ring: Ring, *, over: bool) -> None:
    """The whole file or nothing, readable by this account alone; of two who make it, the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [f"index {ring.index.hex()}", *(f"seal {name} {key.hex()}" for name, key in ring.keys.items())]
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

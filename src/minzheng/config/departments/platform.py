"""The government-service platform's end: what is pushed about cases is kept once, and answered with a receipt."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from minzheng.kernel.signing import sm3

from . import failing, records

if TYPE_CHECKING:
    from .server import Door

__all__ = ["NAME", "PATH", "take"]

NAME = "platform"
PATH = "/platform/cases"
_TABLE = """
create table if not exists pushed
  (key text primary key, subject text, seq integer, sha text, content text, times integer) without rowid
"""


def take(door: Door, told: dict[str, Any]) -> None:
    """The same key with the same content gets the receipt it got before; with another content it is refused."""
    fault = door.house.faults.at(NAME)
    if fault is not None and fault.kind in {"down", "refused", "malformed"}:
        _refuse(door, fault.kind)
        return
    if fault is not None and fault.kind == "slow":
        time.sleep(fault.seconds)
    key, sha = told.get("key"), told.get("sha")
    if not isinstance(key, str) or not 0 < len(key) <= 80 or not isinstance(sha, str) or len(sha) != 64:
        door.answer(400, {"error": "push_malformed"}, signed=True)
    elif not _keep(door, told):
        door.answer(409, {"error": "key_taken"}, signed=True)
    elif fault is not None and fault.kind == "lost":
        failing.hang_up(door)
    else:
        door.answer(200, {"key": key, "receipt": sm3(f"{key} {sha}".encode())[:32]}, signed=True)


def _refuse(door: Door, kind: str) -> None:
    if kind == "down":
        failing.hang_up(door)
    elif kind == "refused":
        door.answer(403, {"error": "refused"}, signed=True)
    else:
        door.send(200, b"{", signed=True)


def _keep(door: Door, told: dict[str, Any]) -> bool:
    """Whether it is new, or what is there already."""
    from .server import as_bytes

    row = (told["key"], str(told.get("subject")), int(told.get("seq", 0)), told["sha"],
           as_bytes(told.get("content")).decode())  # fmt: skip
    with closing(records.opened(door.house.data)) as connection, connection:
        connection.execute(_TABLE)
        connection.execute(
            "insert into pushed values (?, ?, ?, ?, ?, 1) on conflict (key) do update set times = times + 1",
            row,
        )
        kept = connection.execute("select sha from pushed where key = ?", (told["key"],)).fetchone()
    return bool(kept[0] == told["sha"])

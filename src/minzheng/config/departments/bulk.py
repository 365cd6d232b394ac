"""Request files in, answer files out: one line for each subject, looked up together (see kernel.exchange.bulkfiles)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minzheng.kernel import clock
from minzheng.kernel.exchange.bulkfiles import Sealed, Unreadable, opened, sealed

from . import failing, late, records
from .faults import Fault

if TYPE_CHECKING:
    from .server import Door

__all__ = ["fetch", "take"]

_KIND = "application/octet-stream"
_FIND = """
select asked.seq, coalesce(put.record, generated.record, '') from asked
left join put on put.number = asked.number and put.source = :source
left join generated on generated.number = asked.number and generated.source = :source
order by asked.seq
"""
# How often a line goes wrong when the rehearsal has lines go wrong.
EVERY = 7


def take(door: Door, source: str, body: bytes) -> None:
    """A request file: answered at once, or taken in and answered when it is fetched."""
    try:
        asked = opened(body, key=door.house.key)
    except Unreadable as reason:
        door.answer(400, {"error": str(reason)}, signed=True)
        return
    if asked.header.get("source") != source or not str(asked.header.get("purpose", "")).strip():
        door.answer(403, {"error": "purpose_missing"}, signed=True)
        return
    fault = door.house.faults.at(source)
    if fault is None:
        door.send(200, _file(door, source, asked), signed=True, kind=_KIND)
    else:
        _go_wrong(door, fault, source, asked, body)


def fetch(door: Door, source: str, asked: dict[str, Any]) -> None:
    """The answer to a file that was taken in, when its time has come."""
    request = str(asked.get("request"))
    due = late.due(request, data=door.house.data) if request.isalnum() else None
    if due is None or not _kept(door, request).exists():
        door.answer(404, {"error": "never_taken_in"}, signed=True)
    elif due > time.time():
        door.answer(202, {"accepted": True}, signed=True)
    else:
        kept = opened(_kept(door, request).read_bytes(), key=door.house.key)
        door.send(200, _file(door, source, kept), signed=True, kind=_KIND)


def _kept(door: Door, request: str) -> Path:
    return door.house.data.with_name(f"{door.house.data.name}.{request[:64]}.ask")


def _file(door: Door, source: str, asked: Sealed, *, fault: str = "") -> bytes:
    rows = _found(door.house.data, source, asked)
    lines = [line for seq, record in rows for line in _lines(seq, record, fault)]
    header = {
        "kind": "answer", "request": asked.sha, "source": source, "count": len(asked.lines),
        "as_of": asked.header["reference_date"] if source == "bank" else clock.today().isoformat(),
    }  # fmt: skip
    if fault == "wrong":
        header["request"] = asked.sha[::-1]
    return sealed(header, lines, key=door.house.key)


def _lines(seq: int, record: str, fault: str) -> Iterator[str]:
    """The lines of one subject: one, but for what the rehearsal has set for every seventh."""
    struck = seq % EVERY == 0
    if fault == "misfit" and struck:
        record = json.dumps(failing.misfit(json.loads(record) if record else None))
    yield f"{seq}\t{record}"
    if fault == "duplicate" and struck:
        yield f"{seq}\t{record}"
    if fault == "conflict" and struck:
        yield f"{seq}\t{'' if record else '{}'}"


def _found(data: Path, source: str, asked: Sealed) -> list[tuple[int, str]]:
    with closing(records.opened(data)) as connection:
        connection.execute("pragma temp_store = memory")
        connection.execute("create temp table asked (seq integer primary key, number text)")
        connection.executemany("insert or ignore into asked values (?, ?)", asked.rows())
        return list(connection.execute(_FIND, {"source": source}))


def _go_wrong(door: Door, fault: Fault, source: str, asked: Sealed, body: bytes) -> None:
    match fault.kind:
        case "down":
            failing.hang_up(door)
        case "refused":
            door.answer(403, {"error": "refused"}, signed=True)
        case "late":
            _kept(door, asked.sha).write_bytes(body)
            late.take_in(asked.sha, source, seconds=fault.seconds, data=door.house.data)
            door.answer(202, {"accepted": True}, signed=True)
        case "malformed":
            door.send(200, _file(door, source, asked)[:-90], signed=True, kind=_KIND)
        case "forged":
            door.send(200, _file(door, source, asked), signed=False, kind=_KIND)
        case _:
            time.sleep(fault.seconds if fault.kind == "slow" else 0)
            door.send(200, _file(door, source, asked, fault=fault.kind), signed=True, kind=_KIND)

"""How an answer goes wrong, for rehearsals: late, twice, torn, about another, out of shape, or not at all."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

from . import late
from .faults import Fault

if TYPE_CHECKING:
    from .server import Door

__all__ = ["go_wrong", "hang_up", "misfit"]


def go_wrong(
    door: Door, fault: Fault, answer: dict[str, Any], *, wrong: dict[str, Any], asked: dict[str, Any]
) -> None:
    """Answer as the fault says; ``wrong`` is the answer about somebody or something else."""
    from .server import as_bytes

    match fault.kind:
        case "down":
            hang_up(door)
        case "slow":
            time.sleep(fault.seconds)
            door.answer(200, answer, signed=True)
        case "late" if "number" in asked:
            late.take_in(asked["request_id"], answer["source"], seconds=fault.seconds, data=door.house.data)
            door.answer(202, {"accepted": True}, signed=True)
        case "wrong":
            door.answer(200, wrong, signed=True)
        case "misfit":
            door.answer(200, {**answer, "found": True, "record": misfit(answer.get("record"))}, signed=True)
        case "malformed":
            door.send(200, as_bytes(answer)[:-7], signed=True)
        case "duplicate":
            door.answer(200, [answer, answer], signed=True)
        case "conflict":
            door.answer(200, [answer, {**answer, "found": not answer.get("found")}], signed=True)
        case "refused":
            door.answer(403, {"error": "refused"}, signed=True)
        case _:
            door.answer(200, answer)


def misfit(record: dict[str, Any] | None) -> dict[str, Any]:
    """The record with its first field left out, and one that nobody has agreed on."""
    kept = list((record or {}).items())[1:]
    return {**dict(kept), "remark": 1.5}


def hang_up(door: Door) -> None:
    """Break off without a word."""
    door.close_connection = True
    door.connection.shutdown(socket.SHUT_RDWR)

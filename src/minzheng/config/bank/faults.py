"""What the bank can be made to do wrong, for rehearsals and tests; kept in its books, until lifted or used up."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

__all__ = ["KINDS", "Fault", "all_of", "drawn", "fault_of", "set_fault"]

KINDS = {
    # about answers
    "late": "回执迟到",
    "partly": "先答一部分",
    "twice": "同一回执答两次",
    "rejects": "退回一部分付款",
    "stranger": "回执夹带不认识的付款编号",
    "amount": "回执金额不对，之后更正",
    "malformed": "回执残缺，之后重发",
    # about the line
    "lost": "收下文件后答复 500",
    "hang": "收下文件后不作答复",
    "cut": "传输中途断线",
    "down": "不应答",
    "forged": "签名不对",
}
LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: how often (percent), how long, and how many times until it lifts itself (0: never)."""

    kind: str
    percent: int = 100
    seconds: float = 0
    times: int = 0


def fault_of(asked: dict[str, Any]) -> Fault | None:
    """A fault as it was asked for; ``None`` if it makes no sense."""
    kind, percent = asked.get("kind"), asked.get("percent", 100)
    seconds, times = asked.get("seconds", 0), asked.get("times", 0)
    if kind not in KINDS or type(percent) is not int or type(times) is not int:
        return None
    if type(seconds) not in (int, float) or not 0 <= percent <= 100 or times < 0:
        return None
    return Fault(str(kind), percent, min(float(seconds), LONGEST_SECONDS), times)


def set_fault(books: sqlite3.Connection, fault: Fault) -> None:
    """Set a fault; no percent lifts it."""
    books.execute("delete from faults where kind = ?", (fault.kind,))
    if fault.percent:
        row = (fault.kind, fault.percent, fault.seconds, fault.times)
        books.execute("insert into faults values (?, ?, ?, ?)", row)


def all_of(books: sqlite3.Connection) -> list[Fault]:
    """The faults now set."""
    return [Fault(*row) for row in books.execute("select kind, percent, seconds, times from faults")]


def drawn(books: sqlite3.Connection, *kinds: str) -> dict[str, Fault]:
    """Which of these faults strike now; one with a number of times is used up by one.

    A share of lines (``rejects``, ``partly``) is no chance: such a fault always strikes.
    """
    struck = {}
    for fault in all_of(books):
        share = fault.kind in ("rejects", "partly")
        if fault.kind not in kinds or not (share or secrets.randbelow(100) < fault.percent):
            continue
        struck[fault.kind] = fault
        if fault.times == 1:
            books.execute("delete from faults where kind = ?", (fault.kind,))
        elif fault.times:
            books.execute("update faults set times = times - 1 where kind = ?", (fault.kind,))
    return struck

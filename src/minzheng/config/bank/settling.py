"""The bank pays: each reference once, to an account that is open under that name; the rest goes back with a code."""

from __future__ import annotations

import sqlite3
import time
import zlib

from . import answering
from .answering import Line
from .books import Books, plan
from .faults import Fault, drawn

__all__ = ["settle"]

# Codes of ISO 20022 (ExternalStatusReason1Code).
_TWICE = """
update orders set code = 'AM05' where seq = ? and exists (
    select 1 from orders earlier where earlier.reference = orders.reference
    and (earlier.seq < orders.seq or (earlier.seq = orders.seq and earlier.line < orders.line)))
"""
_BY_ACCOUNT = """
update orders set code = case
    when a.state = 'closed' then 'AC04' when a.state = 'missing' then 'AC01' else 'BE01' end
from accounts a where a.account = orders.account and orders.seq = ? and orders.code = ''
    and (a.state <> 'open' or a.owner not in ('', orders.owner))
"""
_PAY = """
insert into payments (reference, seq, account, amount, at)
    select reference, seq, account, amount, ? from orders where seq = ? and code = ''
"""


def settle(books: Books) -> bool:
    """Settle one file that waits; whether there was one.  Paying, marking and answering are one transaction."""
    with books.writing() as open_books:
        waiting = (
            "select seq, message_id, kind, encoding, way from files where settled = 0 order by seq limit 1"
        )
        found = open_books.execute(waiting).fetchone()
        if found is None:
            return False
        seq, message_id, kind, encoding, way = found
        struck = drawn(open_books, "late", "partly", "twice", "rejects", "stranger", "amount", "malformed")
        _decide(open_books, seq, struck.get("rejects"))
        open_books.execute(_PAY, (time.time(), seq))
        query = "select reference, amount, code from orders where seq = ? order by line"
        lines = [Line(*row) for row in open_books.execute(query, (seq,))]
        now, answers = time.time(), _answers(lines, struck, seq)
        for number, (delay, some, waiting_lines, broken) in enumerate(answers, start=1):
            about = answering.About(message_id, f"RPT{seq}-{number}", kind, encoding, len(lines))
            content = answering.write(some, waiting_lines, about=about)
            plan(
                open_books, name=answering.name_of(about, number), way=way, due=now + delay,
                content=content[: len(content) * 3 // 5] if broken else content,
            )  # fmt: skip
        open_books.execute("update files set settled = 1 where seq = ?", (seq,))
    return True


def _decide(books: sqlite3.Connection, seq: int, rejects: Fault | None) -> None:
    """Which orders go back: paid already, account not fit, or by the fault that is set."""
    books.execute(_TWICE, (seq,))
    books.execute(_BY_ACCOUNT, (seq,))
    if rejects:
        books.create_function("share", 1, lambda text: zlib.crc32(text.encode()) % 100, deterministic=True)
        update = "update orders set code = 'AC04' where seq = ? and code = '' and share(reference) < ?"
        books.execute(update, (seq, rejects.percent))


Planned = tuple[float, list[Line], list[Line], bool]
"""Seconds from now, lines decided, lines still pending, and whether the content comes broken."""


def _answers(lines: list[Line], struck: dict[str, Fault], seq: int) -> list[Planned]:
    """What the bank will say and when: all at once, unless something goes wrong; in the end it has said all."""
    start = struck["late"].seconds if "late" in struck else 0.0
    parts: list[Planned] = [(start, lines, [], False)]
    if fault := struck.get("partly"):
        cut = max(1, len(lines) * fault.percent // 100)
        rest = lines[cut:]
        parts = [(start, lines[:cut], rest, False)]
        parts += [(start + fault.seconds, rest, [], False)] if rest else []
    if "stranger" in struck:
        delay, some, pending, broken = parts[0]
        parts[0] = (delay, [*some, Line(f"STRANGER{seq}", 100, "")], pending, broken)
    if fault := struck.get("amount"):
        delay, some, pending, _ = parts[0]
        wrong = [some[0]._replace(amount=some[0].amount + 1), *some[1:]]
        parts[:1] = [(delay, wrong, pending, False), (delay + fault.seconds, some, pending, False)]
    if fault := struck.get("malformed"):
        delay, some, pending, _ = parts[0]
        parts[:1] = [(delay, some, pending, True), (delay + fault.seconds, some, pending, False)]
    if fault := struck.get("twice"):
        parts += [(delay + fault.seconds, some, pending, broken) for delay, some, pending, broken in parts]
    return parts

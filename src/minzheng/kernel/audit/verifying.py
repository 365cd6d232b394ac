"""The chain proved (审计链核验): every link is reckoned again from its row, and held against the files of each day.

It reads tables and files and believes nothing else: triggers, grants and the program that wrote the rows may all have
been got around, by an administrator of the database too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from .anchoring import Anchor
from .chain import BOOKS, START, linked, select

__all__ = ["Proof", "prove"]

_STEP = 5_000
_WALK = " UNION ALL ".join(
    f"SELECT l.position, l.book, l.row_id, l.hash, ARRAY[{select(book)}] AS words, r.id IS NOT NULL AS there "
    f"FROM audit_link l LEFT JOIN {book.table} r ON r.id = l.row_id WHERE l.book = '{book.letter}'"
    for book in BOOKS.values()
)
# A table may have been linked under several letters, one after the other.
_LETTERS = {
    table: "'" + "', '".join(book.letter for book in BOOKS.values() if book.table == table) + "'"
    for table in dict.fromkeys(book.table for book in BOOKS.values())
}
_OUTSIDE = " UNION ALL ".join(
    f"""SELECT {letters[:3]}, r.id FROM {table} r
    WHERE NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.book IN ({letters}) AND l.row_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM audit_unlinked u WHERE u.book IN ({letters}) AND u.row_id = r.id)"""
    for table, letters in _LETTERS.items()
)


@dataclass
class Proof:
    """What was gone through, and what does not fit, the first break first."""

    links: int = 0
    head: bytes = START
    waiting: int = 0
    anchors: int = 0
    breaks: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether everything fits."""
        return not self.breaks


def prove(cursor: Any, anchors: Iterable[tuple[Path, Anchor | None]] = ()) -> Proof:
    """Walk the chain from its first link; ``cursor`` is any database cursor, the anchors are the files of each day."""
    proof = Proof()
    marks: dict[int, list[tuple[str, Anchor]]] = {}
    for path, anchor in anchors:
        if anchor is None:
            proof.breaks.append(f"锚定文件读不出：{path.name}")
        else:
            marks.setdefault(anchor.position, []).append((path.name, anchor))
    for position, letter, row, stored, words, there in _links(cursor):
        _step(proof, position, letter, row, bytes(stored), words if there else None)
        for name, anchor in marks.pop(position, ()):
            _hold(proof, name, anchor)
    proof.breaks += [
        f"链只到第 {proof.links} 环，{anchor.on} 的锚定文件记到第 {anchor.position} 环：链尾被截去（{name}）"
        for rest in marks.values()
        for name, anchor in rest
    ]
    _outside(proof, cursor)
    return proof


def _hold(proof: Proof, name: str, anchor: Anchor) -> None:
    """The head reached now against what the file of a day says it was."""
    proof.anchors += 1
    if anchor.hash != proof.head.hex():
        proof.breaks.append(f"第 {proof.links} 环与 {anchor.on} 的锚定文件不符（{name}）：链在此前被重新编过")


def _links(cursor: Any) -> Iterator[tuple[int, str, int, bytes, list[str | None], bool]]:
    """The links in their order, some thousands at a time."""
    after = 0
    while True:
        cursor.execute(
            f"SELECT * FROM ({_WALK}) w WHERE position > %s AND position <= "
            "(SELECT max(position) FROM (SELECT position FROM audit_link WHERE position > %s "
            "ORDER BY position LIMIT %s) p) ORDER BY position",
            [after, after, _STEP],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _step(
    proof: Proof, position: int, letter: str, row: int, stored: bytes, words: list[str | None] | None
) -> None:
    label = BOOKS[letter].label
    if position != proof.links + 1:
        missing = f"第 {proof.links + 1} 环" + (
            f"至第 {position - 1} 环" if position > proof.links + 2 else ""
        )
        proof.breaks.append(f"{missing}缺失：链在第 {proof.links} 环之后断开")
    elif words is None:
        proof.breaks.append(f"第 {position} 环所记的{label} {row} 已不存在")
    elif stored != linked(proof.head, letter, words):
        proof.breaks.append(f"第 {position} 环与{label} {row} 的内容不符：记录或链被改动")
    proof.links, proof.head = position, stored


def _outside(proof: Proof, cursor: Any) -> None:
    """Rows that are neither linked nor waiting were brought in past the triggers."""
    cursor.execute(_OUTSIDE)
    for letter, row in islice(iter(cursor.fetchone, None), 20):
        proof.breaks.append(f"{BOOKS[letter].label} {row} 不在链中，也没有等待入链：写入时绕过了触发器")
    cursor.execute("SELECT count(*) FROM audit_unlinked")
    proof.waiting = cursor.fetchone()[0]

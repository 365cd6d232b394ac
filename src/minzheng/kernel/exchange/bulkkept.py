"""The answers of a re-check as they are kept: a line for each subject, a hundred lines a block, each block sealed.

A line says found, none or unknown, whom it is about, its place in the file, why nothing is known, the figures of a
record, and the record as it came.  The blocks of a county are opened and reckoned over in memory: no plain answer
stands in the database (ADR 36).  The first line of a block names its part and place: put elsewhere, it is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from minzheng.kernel.errors import Mistake
from minzheng.kernel.signing import sm3

from .models import AnswerBlock, RecheckPart

__all__ = ["Found", "Kept", "digest_of", "keep", "kept"]

_LINES = 100


class Found(IntEnum):
    """What became of one subject at one source."""

    FOUND = 1
    NONE = 2
    UNKNOWN = 3


class Kept(NamedTuple):
    """One subject's line; ``figures`` has a number for each item of the source, empty where it is left open."""

    state: int
    person_id: int
    household_id: int
    seq: int
    error: str = ""
    figures: tuple[int | None, ...] = ()
    record: str = ""

    @property
    def raw(self) -> str:
        """The line of the file, of which the hash is taken."""
        return f"{self.seq}\t{self.record}"


def keep(part: RecheckPart, lines: Sequence[Kept]) -> str:
    """These and no others are the answers of the part, and it counts them; in the transaction that holds the part.

    Told is the digest of all blocks in order, for the audit: a block taken away or put back from before is found by it.
    """
    AnswerBlock.objects.filter(part=part).delete()
    texts = {at: _text(part, at, lines[at : at + _LINES]) for at in range(0, len(lines), _LINES)}
    blocks = (AnswerBlock(part=part, path=part.path, at=at, answers=text) for at, text in texts.items())
    AnswerBlock.objects.bulk_create(blocks, batch_size=500)
    states = [line.state for line in lines]
    part.subjects = len(lines)
    part.found, part.none, part.unknown = (states.count(one) for one in Found)
    return _digest(texts.values())


def digest_of(part: RecheckPart) -> str:
    """The digest of the blocks as they now lie."""
    return _digest(AnswerBlock.objects.filter(part=part).order_by("at").values_list("answers", flat=True))


def _digest(texts: Iterable[str]) -> str:
    return sm3("\n".join(texts).encode())


def kept(part: RecheckPart, *, only: Found | None = None) -> Iterator[Kept]:
    """The answers of the part in the order of the file, or those of one state."""
    begins = "" if only is None else f"{int(only)}\t"
    rows = AnswerBlock.objects.filter(part=part).order_by("at").values_list("at", "answers")
    for at, text in rows.iterator(chunk_size=200):
        head, *lines = text.split("\n")
        if head != _head(part, at):
            raise Mistake(
                "sealed_unreadable",
                "封存的复核答复不在原来的位置：数据被改动。请联系系统管理员。",
                part=part.pk,
            )
        yield from (_line(line) for line in lines if line.startswith(begins))


def _head(part: RecheckPart, at: int) -> str:
    return f"{part.pk} {at}"


def _text(part: RecheckPart, at: int, lines: Sequence[Kept]) -> str:
    return "\n".join((_head(part, at), *map(_written, lines)))


def _written(line: Kept) -> str:
    figures = ",".join("" if one is None else str(int(one)) for one in line.figures)
    return f"{line.state}\t{line.person_id}\t{line.household_id}\t{line.seq}\t{line.error}\t{figures}\t{line.record}"


def _line(text: str) -> Kept:
    state, person, home, seq, error, figures, record = text.split("\t", 6)
    told = tuple(int(one) if one else None for one in figures.split(",")) if figures else ()
    return Kept(int(state), int(person), int(home), int(seq), error, told, record)

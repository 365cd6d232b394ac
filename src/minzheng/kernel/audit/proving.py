"""The chain is proved every night and when an auditor asks; the outcome is a row of the audit itself.

What this program says of its own chain is worth as much as the program: an auditor who trusts neither it nor the
database runs ``python3 run.py audit verify`` on a copy, beside files that were kept elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from django.db import connection

from . import anchoring, viewing
from .actor import Actor, system
from .anchoring import Anchor
from .deed import note, verb
from .models import Entry, Link, Unlinked
from .verifying import prove

__all__ = ["PROVER", "Day", "Standing", "days", "proofs", "prove_chain", "standing"]

PROVER = system("audit")
_NAMED, _SHOWN = 20, 31


@verb("audit.prove", label="核验审计链")
def prove_chain(*, by: Actor) -> None:
    """Every link reckoned again and held against the files of each day; so many breaks are kept by name."""
    with connection.cursor() as cursor:
        found = prove(cursor, anchoring.anchors())
    note(
        reason="" if found.whole else found.breaks[0],
        after={
            "whole": found.whole, "links": found.links, "anchors": found.anchors, "waiting": found.waiting,
            "head": found.head.hex(), "broken": len(found.breaks), "breaks": found.breaks[:_NAMED],
        },
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How far the chain goes now, and how many rows wait for their link."""

    links: int
    head: str
    waiting: int


@dataclass(frozen=True)
class Day:
    """The file of one day, and whether the chain still has that hash at that place."""

    name: str
    anchor: Anchor | None
    fits: bool


def standing() -> Standing:
    """Read from the last link; nothing is reckoned."""
    last = Link.objects.order_by("-position").first()
    waiting = Unlinked.objects.count()
    return Standing(last.position, bytes(last.hash).hex(), waiting) if last else Standing(0, "", waiting)


def proofs() -> list[Entry]:
    """The last proofs, the latest first; they belong to no place."""
    with viewing.door("audit"):
        return list(
            Entry.objects.filter(actor=PROVER.id, verb="audit.prove", outcome="done").order_by("-id")[:10]
        )


def days() -> list[Day]:
    """The files of the last days, each held against the chain as it is now."""
    files = list(islice(reversed(list(anchoring.anchors())), _SHOWN))
    at = [one.position for _, one in files if one is not None]
    now = {link.position: bytes(link.hash).hex() for link in Link.objects.filter(position__in=at)}
    return [
        Day(path.name, one, fits=one is not None and now.get(one.position) == one.hash) for path, one in files
    ]

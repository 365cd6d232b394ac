"""Two sets of answers for the same households compared: who gains, who loses, what it costs, whom to look at.

Households come chunk by chunk and are forgotten; only counts, sums and a few drawn households are kept.  The
order and size of the chunks do not matter.  A household one of the sides cannot decide is *unknown*: it is
counted as such, and its money stands in neither sum.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.bulk import Answers

__all__ = ["EDGES", "Compared", "Counts", "Drawn", "Group", "Impact", "Side"]

T = TypeVar("T")
Whole = NDArray[np.int64]

EDGES: tuple[int, ...] = (
    -50_000, -20_000, -10_000, -5_000, -2_000, 0, 1, 2_001, 5_001, 10_001, 20_001, 50_001,
)  # fmt: skip
"""Where the classes of gains begin, in fen a month; what is exactly 0 has a class of its own."""

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Group(StrEnum):
    """What a change does to one household; every household is in exactly one group."""

    WINNERS = "winners"
    LOSERS = "losers"
    UNCHANGED = "unchanged"
    NEWLY = "newly"
    NO_LONGER = "no_longer"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


GROUPS = tuple(Group)


@dataclass(frozen=True, slots=True)
class Side:
    """What one set of rules says of each household: whether it qualifies, and for how much a month."""

    eligible: Answers
    amount: Answers | None = None

    def decided(self) -> NDArray[np.bool_]:
        """For whom it is known; who does not qualify needs no amount."""
        known = np.asarray(self.eligible.known, dtype=np.bool_)
        if self.amount is None:
            return known
        return known & (np.asarray(self.amount.known, dtype=np.bool_) | ~self.qualifies())

    def qualifies(self) -> NDArray[np.bool_]:
        """Who qualifies; of the undecided it says nothing."""
        return np.asarray(self.eligible.values, dtype=np.bool_)

    def money(self) -> Whole:
        """The amounts in fen; 0 where nothing is paid."""
        if self.amount is None:
            return np.zeros(len(self.eligible.values), np.int64)
        if self.amount.denominators is not None:
            raise Mistake("impact_exact", "An amount that is paid is whole fen: round it in its rule.")
        return np.where(self.qualifies(), np.asarray(self.amount.values, dtype=np.int64), 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """A chunk of households under both sides: each one's group, and the money where it is decided."""

    group: NDArray[np.int8]
    before: Whole
    after: Whole

    @classmethod
    def of(cls, before: Side, after: Side) -> Compared:
        """Both sides, household by household."""
        decided = before.decided() & after.decided()
        was, now = before.qualifies(), after.qualifies()
        old, new = np.where(decided, before.money(), 0), np.where(decided, after.money(), 0)
        group = np.full(len(old), GROUPS.index(Group.UNCHANGED), np.int8)
        group[new > old] = GROUPS.index(Group.WINNERS)
        group[new < old] = GROUPS.index(Group.LOSERS)
        group[~was & now] = GROUPS.index(Group.NEWLY)
        group[was & ~now] = GROUPS.index(Group.NO_LONGER)
        group[~was & ~now] = GROUPS.index(Group.OUTSIDE)
        group[~decided] = GROUPS.index(Group.UNKNOWN)
        return cls(group, old, new)


@dataclass(slots=True)
class Counts:
    """How many households of one place are in each group, and what they cost a month, in fen."""

    groups: dict[Group, int] = field(default_factory=lambda: dict.fromkeys(GROUPS, 0))
    before: int = 0
    after: int = 0

    @property
    def households(self) -> int:
        """Everyone, the unknown among them."""
        return sum(self.groups.values())

    def add(self, other: Counts) -> None:
        """Take another's counts in."""
        for group, number in other.groups.items():
            self.groups[group] += number
        self.before += other.before
        self.after += other.after


@dataclass(frozen=True, slots=True, order=True)
class Drawn(Generic[T]):
    """A household drawn by lot, with what was kept of it."""

    lot: int
    household: int
    before: int | None = field(compare=False)
    after: int | None = field(compare=False)
    kept: T = field(compare=False)


class Impact(Generic[T]):
    """The comparison of one scheme or status, growing with each chunk.

    The lot falls by household and seed alone, so the same release draws the same households every time.
    """

    def __init__(self, *, seed: str, drawn: int = 3) -> None:
        self.counts: dict[str, Counts] = {}
        self.gains = [0] * (len(EDGES) + 1)
        self._seed = np.uint64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big"))
        self._size = drawn
        self._drawn: dict[Group, list[tuple[int, int, Drawn[T]]]] = {group: [] for group in GROUPS}

    def add(
        self,
        households: Whole,
        places: Sequence[str],
        place: NDArray[np.integer[Any]],
        compared: Compared,
        *,
        look: Callable[[int], T],
    ) -> None:
        """A chunk: who they are, where (positions in ``places``), and what was found; ``look`` keeps one row."""
        for position in np.unique(place).tolist():
            here = np.flatnonzero(place == position)
            self.counts.setdefault(places[position], Counts()).add(_counted(compared, here))
        decided = compared.group != GROUPS.index(Group.UNKNOWN)
        inside = decided & (compared.group != GROUPS.index(Group.OUTSIDE))
        classes = np.searchsorted(EDGES, (compared.after - compared.before)[inside], side="right")
        for at, number in enumerate(np.bincount(classes, minlength=len(self.gains)).tolist()):
            self.gains[at] += number
        self._draw(households, compared, look)

    def total(self) -> Counts:
        """All places together."""
        everyone = Counts()
        for counts in self.counts.values():
            everyone.add(counts)
        return everyone

    def drawn(self) -> Mapping[Group, tuple[Drawn[T], ...]]:
        """The households to look at, by group, in the order of the lot."""
        return {group: tuple(sorted(one for *_, one in heap)) for group, heap in self._drawn.items()}

    def classes(self) -> Iterator[tuple[int | None, int | None, int]]:
        """The gains: from, below (fen a month; none at the ends), how many households."""
        starts: list[int | None] = [None, *EDGES]
        yield from zip(starts, [*EDGES, None], self.gains, strict=True)

    def _draw(self, households: Whole, compared: Compared, look: Callable[[int], T]) -> None:
        lots = _lots(households, self._seed)
        for code, group in enumerate(GROUPS):
            rows = np.flatnonzero(compared.group == code)
            if len(rows) > self._size:
                rows = rows[np.argpartition(lots[rows], self._size)[: self._size]]
            for row in rows.tolist():
                self._offer(group, row, int(lots[row]), int(households[row]), compared, look)

    def _offer(
        self, group: Group, row: int, lot: int, household: int, compared: Compared, look: Callable[[int], T]
    ) -> None:
        """Keep the household if its lot is among the lowest; a heap of negatives has the highest on top."""
        heap = self._drawn[group]
        if len(heap) >= self._size and (-lot, -household) <= heap[0][:2]:
            return
        known = group is not Group.UNKNOWN
        before, after = (int(compared.before[row]), int(compared.after[row])) if known else (None, None)
        entry = (-lot, -household, Drawn(lot, household, before, after, look(row)))
        (heapq.heappush if len(heap) < self._size else heapq.heapreplace)(heap, entry)


def _counted(compared: Compared, rows: NDArray[np.intp]) -> Counts:
    numbers = np.bincount(compared.group[rows], minlength=len(GROUPS)).tolist()
    groups = dict(zip(GROUPS, numbers, strict=True))
    return Counts(groups, _sum(compared.before[rows]), _sum(compared.after[rows]))


def _sum(values: Whole) -> int:
    """An exact sum: where 64 bits might not hold it, Python's whole numbers do."""
    if len(values) and max(abs(int(values.min())), abs(int(values.max()))) > (2**63 - 1) // len(values):
        return sum(values.tolist())
    return int(values.sum())


def _lots(households: Whole, seed: np.uint64) -> NDArray[np.uint64]:
    """A number for each household that looks like chance and is always the same (splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = households.astype(np.uint64) * _MIX[0] + seed
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
        lots: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return lots

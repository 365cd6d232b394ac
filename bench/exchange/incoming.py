"""A department's file made for the measure: half of its people are on file here; some others are relatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.exchange.errors import Row, Spoiler, relatives
from minzheng.kernel.people.population.chunks import BLOCK, Chunk, chunks
from minzheng.kernel.people.population.load import AS_OF
from minzheng.kernel.people.population.places import places

__all__ = ["PERSONS_IN_A_HOUSEHOLD", "Incoming", "rows_of"]

PERSONS_IN_A_HOUSEHOLD = 2.265
KNOWN = 0.9  # of the people on file so many are asked about


@dataclass
class Incoming:
    """The department's rows in the order in which they come, and beside each the person's number on file, if any."""

    subjects: int
    seed: int
    rows: list[Row] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.Generator(np.random.Philox(key=np.array([self.seed, 8], dtype=np.uint64)))
        self.spoiler = Spoiler(self.seed, places().paths)

    def on_file(self, chunk: Chunk, cursor: Any) -> None:
        """Most people of a block are in the department's file too; some have a relative there who is not on file."""
        del cursor
        rows = rows_of(chunk)
        kept = self.rng.random(len(rows)) < KNOWN
        self._add([row for row, keep in zip(rows, kept.tolist(), strict=True) if keep],
                  (np.flatnonzero(kept) + chunk.first_person_id).tolist())  # fmt: skip
        others = relatives(rows, self.rng)
        self._add(others, [0] * len(others))

    def fill(self, households: int) -> None:
        """Strangers until the file is as long as wanted: the next households of the same making."""
        more = households + int((self.subjects - len(self.rows)) / PERSONS_IN_A_HOUSEHOLD * 1.02) + BLOCK
        for chunk in _beyond(households, more, self.seed):
            rows = rows_of(chunk)[: self.subjects - len(self.rows)]
            self._add(rows, [0] * len(rows))
            if len(self.rows) >= self.subjects:
                return

    def mixed(self) -> tuple[list[tuple[Any, ...]], np.ndarray[Any, Any]]:
        """Shuffled; rows as they are compared, numbered from 0, and the truth in the same order."""
        order = self.rng.permutation(len(self.rows))[: self.subjects]
        rows = [(i, *self.rows[k], None) for i, k in enumerate(order.tolist())]
        return rows, np.asarray(self.truth, dtype=np.int64)[order]

    def _add(self, rows: list[Row], truth: list[int]) -> None:
        self.rows += self.spoiler.spoiled(rows)
        self.truth += truth


def _beyond(after: int, until: int, seed: int) -> Iterator[Chunk]:
    """Blocks of the population that begin after the households on file."""
    for chunk in chunks(households=until, seed=seed, places=places(), as_of=AS_OF):
        if chunk.first >= after:
            yield chunk


def rows_of(chunk: Chunk) -> list[Row]:
    """Number, name, sex, birthday and place of each person, as they are."""
    born = np.datetime_as_string(chunk.birth.astype("M8[D]")).tolist()
    paths = [chunk.places.paths[village] for village in chunk.village[chunk.household].tolist()]
    sexes = np.where(chunk.male, "1", "2").tolist()
    return [
        (number, name, sex, birth.replace("-", ""), path)
        for number, name, sex, birth, path in zip(
            chunk.id_number, chunk.name, sexes, born, paths, strict=True
        )
    ]

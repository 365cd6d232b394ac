"""The divisions of one day in the order of their paths: everything beneath a place stands next to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel import declare
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import uid_of, uids
from minzheng.kernel.areas.queries import in_force

__all__ = ["Ground", "Matrix", "ground"]

Matrix = NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """Paths in byte order, levels and names beside them; ``places`` leads from every path ever valid to its unit.

    ``statutory`` tells divisions of the state from zones and boards, which run places and are no county of the plan.
    """

    on: date
    paths: Sequence[str]
    levels: NDArray[np.int8]
    names: Sequence[str]
    statutory: NDArray[np.bool_]
    places: dict[str, int]

    @cached_property
    def ends(self) -> NDArray[np.intp]:
        """Where the units beneath each place end."""
        # "0" follows "/" in byte order: the first path that no longer begins with this one.
        tails = np.array([path[:-1] + "0" for path in self.paths])
        return np.searchsorted(np.array(self.paths), tails)

    def summed(self, own: Matrix) -> Matrix:
        """What lies in a place and everything beneath it."""
        running = np.zeros((own.shape[0] + 1, own.shape[1]), dtype=np.int64)
        np.cumsum(own, axis=0, out=running[1:])
        return running[self.ends] - running[:-1]

    def units(self, wanted: declare.Units) -> NDArray[np.bool_]:
        """Which of the divisions are the units meant."""
        found: NDArray[np.bool_] = (self.levels == int(wanted.level)) & self.statutory
        if wanted.named:
            found &= np.array([name.endswith(wanted.named) for name in self.names])
        return found


def ground(on: date) -> Ground:
    """The divisions as they stand on a day, and where each earlier path lies in them."""
    now = sorted(in_force(on).values_list("path", "level", "name", "kind"), key=lambda row: row[0])
    at = {path: number for number, (path, *_) in enumerate(now)}
    return Ground(
        on=on, paths=[row[0] for row in now], levels=np.array([row[1] for row in now], dtype=np.int8),
        names=[row[2] for row in now],
        statutory=np.array([row[3] == Division.Kind.ORDINARY for row in now], dtype=np.bool_), places=dict(_places(at)),
    )  # fmt: skip


def _places(at: dict[str, int]) -> Iterator[tuple[str, int]]:
    """A unit keeps its identifier through changes; of one that is gone, what is above it takes over."""
    by_uid = {uid_of(path): number for path, number in at.items()}
    for path in Division.objects.order_by().values_list("path", flat=True).distinct():
        found = next((by_uid[uid] for uid in reversed(uids(path)) if uid in by_uid), None)
        if found is not None:
            yield path, found

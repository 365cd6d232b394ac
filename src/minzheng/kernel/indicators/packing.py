"""The months of a series as bytes: 60 months of a village are 60 of them, and the database hands out any one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ground import Matrix

__all__ = ["packed", "unpacked", "widths_of"]

_KINDS: Mapping[int, np.dtype[Any]] = {width: np.dtype(f">i{width}") for width in (1, 2, 4, 8)}
# A month in which nothing is known; a count is never so small.
_NOTHING = {width: -(2 ** (8 * width - 1)) for width in _KINDS}


def widths_of(*sides: Matrix | None) -> NDArray[np.int16]:
    """For each place the fewest bytes that hold every one of its months: one for a village, four for the province."""
    largest = np.max([np.abs(side).max(axis=1) for side in sides if side is not None], axis=0)
    limits = [-_NOTHING[width] for width in _KINDS][:-1]
    found: NDArray[np.int16] = np.array(list(_KINDS), dtype=np.int16)[
        np.searchsorted(limits, largest, side="right")
    ]
    return found


def packed(values: Sequence[int | None]) -> bytes:
    """A series given month by month in eight bytes each, with nothing where nothing is known."""
    return np.array([_NOTHING[8] if one is None else one for one in values], dtype=_KINDS[8]).tobytes()


def unpacked(data: bytes | memoryview | None, width: int) -> list[int | None]:
    """Back from bytes."""
    found: list[int] = np.frombuffer(bytes(data or b""), dtype=_KINDS[width]).tolist()
    return [None if one == _NOTHING[width] else one for one in found]

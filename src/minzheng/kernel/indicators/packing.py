"""The months of a series as bytes: 60 months of one place are 240 of them, and the database hands out any one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .ground import Matrix

__all__ = ["packed", "unpacked", "width_of"]

_KINDS: Mapping[int, np.dtype[Any]] = {4: np.dtype(">i4"), 8: np.dtype(">i8")}
# A month in which nothing is known; a count is never so small.
_NOTHING = {4: -(2**31), 8: -(2**63)}


def width_of(*sides: Matrix | None) -> int:
    """Four bytes for each month where they suffice, otherwise eight."""
    small = all(side is None or not side.size or int(np.abs(side).max()) < 2**31 - 1 for side in sides)
    return 4 if small else 8


def packed(values: Sequence[int | None]) -> bytes:
    """A series given month by month in eight bytes each, with nothing where nothing is known."""
    return np.array([_NOTHING[8] if one is None else one for one in values], dtype=_KINDS[8]).tobytes()


def unpacked(data: bytes | memoryview | None, width: int) -> list[int | None]:
    """Back from bytes."""
    found: list[int] = np.frombuffer(bytes(data or b""), dtype=_KINDS[width]).tolist()
    return [None if one == _NOTHING[width] else one for one in found]

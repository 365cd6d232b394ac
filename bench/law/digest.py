"""One fingerprint of all results, the same for every engine that found the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from bench.law.values import RESULTS

__all__ = ["digest_of"]

PIECE = 1 << 20


def digest_of(found: Mapping[str, Any], *, names: tuple[str, ...] = RESULTS) -> str:
    """Of 64-bit whole numbers in the order of ``names``, piece by piece so that no column is copied whole."""
    total = hashlib.sha256()
    for name in names:
        column = found[name]
        total.update(f"{name}:{len(column)}".encode())
        for first in range(0, len(column), PIECE):
            total.update(np.ascontiguousarray(column[first : first + PIECE], dtype="<i8").data)
    return total.hexdigest()

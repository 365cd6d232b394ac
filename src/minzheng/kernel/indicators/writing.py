"""Series go to the database as PostgreSQL itself writes them: whole blocks of numbers, no row is touched in Python."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .measuring import Measured
from .packing import widths_of

__all__ = ["HEAD", "STATEMENT", "TAIL", "blocks"]

_COLUMNS = "computation_id, indicator, path, width, numerators, denominators"
STATEMENT = f"COPY indicators_series ({_COLUMNS}) FROM STDIN (FORMAT binary)"
HEAD = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
TAIL = struct.pack(">h", -1)


def blocks(computation: int, code: str, paths: Sequence[str], found: Measured) -> Iterator[bytes]:
    """The rows in which something was counted, those with paths and months of one length together."""
    some = found.numerators.any(axis=1)
    if found.denominators is not None:
        some |= found.denominators.any(axis=1)
    widths = widths_of(found.numerators, found.denominators)
    alike = np.array([len(path) for path in paths]) * 16 + widths
    for each in np.unique(alike[some]):
        at = np.flatnonzero(some & (alike == each))
        yield _block(computation, code, [paths[int(n)] for n in at], found, at, int(each) % 16)


def _block(
    computation: int, code: str, paths: Sequence[str], found: Measured, at: NDArray[np.intp], width: int
) -> bytes:
    """Every column behind its length; the months of a side are one column of bytes."""
    of = found.denominators
    months = (f">i{width}", (found.numerators.shape[1],))
    row = [
        ("columns", ">i2"), ("l1", ">i4"), ("computation", ">i8"), ("l2", ">i4"), ("code", f"S{len(code)}"),
        ("l3", ">i4"), ("path", f"S{len(paths[0])}"), ("l4", ">i4"), ("width", ">i2"), ("l5", ">i4"),
        ("above", *months), ("l6", ">i4"), *([] if of is None else [("below", *months)]),
    ]  # fmt: skip
    out = np.zeros(len(at), dtype=np.dtype(row))
    out["columns"], out["l1"], out["computation"] = 6, 8, computation
    out["l2"], out["code"] = len(code), code.encode()
    out["l3"], out["path"] = len(paths[0]), np.array([path.encode() for path in paths])
    out["l4"], out["width"] = 2, width
    out["l5"], out["above"] = found.numerators.shape[1] * width, found.numerators[at]
    out["l6"] = -1 if of is None else found.numerators.shape[1] * width
    if of is not None:
        out["below"] = of[at]
    return out.tobytes()

"""PostgreSQL's binary COPY as numpy arrays: rows of one width are read and written as one block of memory.

A row is a count of fields, and each field its length and its bytes, most significant first.  Days are counted
from 2000-01-01 and instants in microseconds from that midnight.  An empty field has length -1 and no bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from minzheng.kernel.errors import Mistake

__all__ = ["DAY_ZERO", "EMPTY", "END", "HEADER", "NO_DAY", "Field", "composed", "copied", "rows_of"]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
DAY_ZERO = int(np.datetime64("2000-01-01").astype(np.int64))
EMPTY = -(2**63)
"""Stands for an unknown figure on the way; the law keeps clear of it, so that a sign can always be turned."""
NO_DAY = -(2**31)
"""How PostgreSQL sends the day before all days; stands for an unknown day."""


def copied(connection: Connection[Any], statement: str) -> bytearray:
    """All that a COPY TO STDOUT sends.

    PostgreSQL sends every row by itself; taken straight from libpq, a row costs a third of what a cursor asks.
    """
    pgconn = connection.pgconn
    begun = pgconn.exec_(statement.encode())
    if begun.status != ExecStatus.COPY_OUT:
        raise error_from_result(begun)
    data, take = bytearray(), pgconn.get_copy_data
    while True:
        size, row = take(0)
        if size < 0:
            break
        data += row
    while (ended := pgconn.get_result()) is not None:
        if ended.status != ExecStatus.COMMAND_OK:
            raise error_from_result(ended)
    return data


def rows_of(data: bytes | bytearray, fields: Mapping[str, str]) -> NDArray[Any]:
    """The rows of a whole COPY as a structured array, once every field has the width it must have."""
    listed: list[tuple[str, str]] = [("#", ">i2")]
    for name, one in fields.items():
        listed += [(f"#{name}", ">i4"), (name, one)]
    dtype = np.dtype(listed)
    count, rest = divmod(len(data) - len(HEADER) - len(END), dtype.itemsize)
    if rest or data[: len(HEADER)] != HEADER or data[-len(END) :] != END:
        raise Mistake("copy_shape", "The rows of a COPY are not all of the width that was asked for.")
    rows = np.frombuffer(data, dtype, count=count, offset=len(HEADER))
    _check_width(rows, "#", len(fields))
    for name in fields:
        _check_width(rows, f"#{name}", dtype[name].itemsize)
    return rows


def _check_width(rows: NDArray[Any], field: str, width: int) -> None:
    if not (rows[field] == width).all():
        raise Mistake("copy_shape", f"Field {field[1:]!r} of a COPY is not {width} wide in every row.")


@dataclass(frozen=True, slots=True)
class Field:
    """One column to be written: big-endian values, which of them stand, and how long each text is."""

    values: NDArray[Any]
    known: NDArray[np.bool_] | None = None
    lengths: NDArray[np.int64] | None = None

    @property
    def width(self) -> int:
        """The bytes of one value."""
        return self.values.dtype.itemsize


def composed(fields: Sequence[Field]) -> bytes:
    """The rows of these columns; bytes of empty fields and beyond the end of a text are left out."""
    listed: list[Any] = [("#", ">i2")]
    for at, one in enumerate(fields):
        listed += [(f"#{at}", ">i4"), (f"{at}", one.values.dtype)]
    rows = np.empty(len(fields[0].values), np.dtype(listed))
    rows["#"] = len(fields)
    for at, one in enumerate(fields):
        lengths: Any = one.width if one.lengths is None else one.lengths
        rows[f"#{at}"] = lengths if one.known is None else np.where(one.known, lengths, -1)
        rows[f"{at}"] = one.values
    if all(one.known is None and one.lengths is None for one in fields):
        return rows.tobytes()
    return _shortened(rows, fields)


def _shortened(rows: NDArray[Any], fields: Sequence[Field]) -> bytes:
    whole = rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)
    stands = np.ones(whole.shape, np.bool_)
    offsets = {name: int(found[1]) for name, found in (rows.dtype.fields or {}).items()}
    for at, one in enumerate(fields):
        begin = offsets[f"{at}"]
        of_field = stands[:, begin : begin + one.width]
        if one.lengths is not None:
            of_field &= np.arange(one.width) < one.lengths[:, None]
        if one.known is not None:
            of_field &= one.known[:, None]
    return whole[stands].tobytes()

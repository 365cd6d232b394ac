"""Columns written into a table by binary COPY: the results of a simulation, or profiles made in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.columns import Column

from .wire import DAY_ZERO, END, HEADER, Field, composed

__all__ = ["write"]

CHUNK = 32_768
WHOLE = {"smallint": np.int16, "integer": np.int32, "bigint": np.int64}
TEXT = ("text", "character varying")
INSTANT_ZERO = DAY_ZERO * 86_400_000_000

_TYPES = """
    SELECT attname, atttypid::regtype::text FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


def write(
    cursor: Any, table: str, columns: Mapping[str, Column | NDArray[Any]], *, chunk: int = CHUNK
) -> int:
    """Append the rows to the table and say how many; the memory used is that of one chunk.

    Whole numbers, truths, days (datetime64[D]), instants (datetime64, UTC) and texts (``S`` in UTF-8, or ``U``);
    a mask says which are known.  The table's own types decide what is sent; what does not fit is refused.
    """
    cursor.execute(_TYPES, [table])
    types = dict(cursor.fetchall())
    given = {name: one if isinstance(one, Column) else Column(one) for name, one in columns.items()}
    lengths = {len(one.values) for one in given.values()}
    if len(lengths) != 1:
        raise Mistake("write_shape", f"Columns for {table} are of different lengths: {sorted(lengths)}.")
    if strange := sorted(given.keys() - types.keys()):
        raise Mistake("write_column", f"{table} has no column {strange[0]!r}.")
    (rows,) = lengths
    names = ", ".join(f'"{name}"' for name in given)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT binary)') as out:
        out.write(HEADER)
        for block in _blocks(given, types, rows, chunk):
            out.write(block)
        out.write(END)
    return rows


def _blocks(
    columns: Mapping[str, Column], types: Mapping[str, str], rows: int, chunk: int
) -> Iterator[bytes]:
    for first in range(0, rows, chunk):
        part = slice(first, first + chunk)
        yield composed([_field(name, one.part(part), types[name]) for name, one in columns.items()])


def _field(name: str, column: Column, type_: str) -> Field:
    values, known = column.values, column.known
    if known is not None and known.all():
        known = None
    kind = values.dtype.kind
    if type_ in WHOLE and kind in "iu":
        return Field(_whole(name, values, known, np.dtype(WHOLE[type_])), known)
    if type_ == "boolean" and kind == "b":
        return Field(values.view(np.uint8) if values.flags.c_contiguous else values.astype(np.uint8), known)
    if type_ == "date" and values.dtype == np.dtype("M8[D]"):
        return Field(_since(name, values, known, DAY_ZERO).astype(">i4"), known)
    if type_ == "timestamp with time zone" and kind == "M":
        return Field(_since(name, values.astype("M8[us]"), known, INSTANT_ZERO).astype(">i8"), known)
    if type_ in TEXT and kind in "SU":
        return _text(values, known)
    raise Mistake("write_type", f"Column {name!r} is {type_}; {values.dtype} cannot be written there.")


def _whole(
    name: str, values: NDArray[Any], known: NDArray[np.bool_] | None, dtype: np.dtype[Any]
) -> NDArray[Any]:
    """In the table's own width; a figure that is too large never becomes another one."""
    held = np.iinfo(dtype)
    if values.dtype.itemsize > dtype.itemsize or values.dtype == np.uint64:
        standing = values if known is None else values[known]
        if len(standing) and not held.min <= int(standing.min()) <= int(standing.max()) <= held.max:
            raise Mistake("write_size", f"Column {name!r} holds at most {held.max} and at least {held.min}.")
    return values.astype(dtype.newbyteorder(">"))


def _since(name: str, values: NDArray[Any], known: NDArray[np.bool_] | None, zero: int) -> NDArray[np.int64]:
    lost = np.isnat(values) if known is None else np.isnat(values) & known
    if lost.any():
        raise Mistake("write_date", f"Column {name!r} holds a day that is none; mark it as unknown instead.")
    since: NDArray[np.int64] = np.where(np.isnat(values), 0, values.astype(np.int64) - zero)
    return since


def _text(values: NDArray[Any], known: NDArray[np.bool_] | None) -> Field:
    written = np.char.encode(values, "utf-8") if values.dtype.kind == "U" else values
    if written.dtype.itemsize == 0:
        written = written.astype("S1")
    return Field(written, known, np.char.str_len(written).astype(np.int64))

"""The file for a bank, whatever the bank: the same lines, written in its layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from . import pain001, schema
from .layouts import BankLayout, layout
from .lines import Row
from .tables import write_table

__all__ = ["FILE_HEADER", "produce", "write_file"]

FILE_HEADER = ("批次号", "付款编号", "户名", "账号", "金额（元）")


def produce(lines: Iterable[Row], *, layout: BankLayout, heading: pain001.Heading) -> Iterator[bytes]:
    """The file piece by piece, the same bytes for the same lines and heading; a pain.001 file is checked as it runs."""
    if layout.kind == "pain001":
        return schema.checked(pain001.write(lines, heading=heading))
    return write_table(lines, layout=layout, created=heading.created)


def write_file(lines: Iterable[Row]) -> bytes:
    """The standard table as CSV in UTF-8 with a byte-order mark, so that a spreadsheet shows Chinese names."""
    return b"".join(
        write_table(lines, layout=layout("standard_csv"), created=datetime.min.replace(tzinfo=UTC))
    )

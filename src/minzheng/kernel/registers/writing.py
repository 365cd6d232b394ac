"""A workbook that says who took it out, when, and of what; written row by row, so that memory stays flat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import Actor
from minzheng.kernel.people import shelves

from .columns import lookup, painter, places, with_numbers
from .queries import chosen, order_of
from .reach import Declared, model_of
from .words import Asked

__all__ = ["Released", "asked_in_words", "mark_of", "written"]

CHUNK = 2000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"place": 40, "money": 14, "day": 12, "instant": 17, "number": 10, "choice": 12}
Told = Callable[[int], None]


@dataclass(frozen=True)
class Released:
    """Under which number a list leaves unmasked, and what its sheet says of that."""

    number: str
    facts: tuple[tuple[str, str], ...]


def written(
    declared: Declared, found: QuerySet[Any], asked: Asked, *, by: Actor, told: Told = lambda _: None,
    released: Released | None = None,
) -> IO[bytes]:  # fmt: skip
    """The entries as a workbook in a temporary file, open at its beginning; ``told`` hears how many are written.

    Names and numbers are masked, but for what two have ``released``.
    """
    columns = chosen(declared, asked.only)
    if released:
        columns = with_numbers(model_of(declared), columns)
    field, down = order_of(declared.item)
    ordered = found.order_by(f"{'-' if down else ''}{field}", f"{'-' if down else ''}pk")
    raws = ordered.values_list(*(lookup(column) for column in columns)).iterator(chunk_size=CHUNK)
    out = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the door closes it after sending
    shown = _shown(declared, columns, raws, told, clear=released is not None)
    under = asked_in_words(declared, asked)
    _write(out, declared.item.label, columns, shown, mark=mark_of(by), under=under, released=released)
    out.seek(0)
    return out


def _write(
    out: IO[bytes], label: str, columns: tuple[declare.Column, ...], rows: Iterator[tuple[Any, ...]], *,
    mark: str, under: str, released: Released | None = None,
) -> None:  # fmt: skip
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "tmpdir": str(shelves.folder(shelves.MAKING)),
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(label[:31])
        styles = _styles(book)
        sheet.set_header(f"&C{mark}")
        number = f"　申请编号 {released.number}" if released else ""
        sheet.set_footer(f"&C第 &P 页，共 &N 页{number}")
        sheet.freeze_panes(3, 1)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(column.kind, 16))
        sheet.write_string(0, 0, f"{label}　{mark}{number}　内部资料，请勿外传", styles["mark"])
        if released:
            _watermark(book, mark, released)
        sheet.write_string(1, 0, under, styles["mark"])
        for at, column in enumerate(columns):
            head = f"{column.label}（元）" if column.kind == "money" else column.label
            sheet.write_string(2, at, head, styles["head"])
        for line, cells in enumerate(rows, 3):
            for at, (column, value) in enumerate(zip(columns, cells, strict=True)):
                _cell(sheet, line, at, column, value, styles)


def _watermark(book: Any, mark: str, released: Released) -> None:
    """A sheet of its own says who asked, what for, and who released it."""
    sheet = book.add_worksheet("使用说明")
    sheet.set_header(f"&C{mark}")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 70)
    told = (
        *released.facts,
        ("水印", mark),
        ("要求", "含完整个人信息，只用于所申请的用途；用完删除，不得转发或外传。"),
    )
    for line, (label, text) in enumerate(told):
        sheet.write_string(line, 0, label)
        sheet.write_string(line, 1, text)


def _shown(
    declared: Declared, columns: tuple[declare.Column, ...], raws: Iterator[Any], told: Told, *, clear: bool
) -> Iterator[tuple[Any, ...]]:
    """The rows as the list shows them, masks included; the names of places are asked once for each place."""
    done = 0
    paint = painter(model_of(declared), columns, clear=clear, leaving=True)
    names: dict[str, str] = {}
    at = [number for number, column in enumerate(columns) if column.kind == "place"]
    while chunk := list(islice(raws, CHUNK)):
        if new := {raw[number] for raw in chunk for number in at} - names.keys():
            names |= place_names(new)
        for raw in chunk:
            yield paint(raw, names)
        done += len(chunk)
        told(done)


def _cell(
    sheet: Any, line: int, at: int, column: declare.Column, value: Any, styles: Mapping[str, Any]
) -> None:
    if value is None or value == "":
        return
    if column.kind == "money" and isinstance(value, int):
        sheet.write_number(line, at, Decimal(value) / 100, styles["money"])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, at, clock.at_office_time(value).replace(tzinfo=None), styles["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(line, at, value, styles["day"])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(line, at, value)
    else:
        text = str(value)
        # Kept as text even when the sheet is edited or saved as CSV.
        sheet.write_string(line, at, text, styles["text"] if text.startswith(_FORMULA) else None)


def _styles(book: Any) -> dict[str, Any]:
    return {
        "mark": book.add_format({"font_color": "#666666", "italic": True}),
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "text": book.add_format({"quote_prefix": True}),
    }


def mark_of(by: Actor) -> str:
    """Who takes it out, and when (handbook 15 §12)."""
    return f"导出人：{by.name}（{by.id}）　导出时间：{clock.now():%Y-%m-%d %H:%M}"


def asked_in_words(declared: Declared, asked: Asked) -> str:
    """The filters in words; what was searched for is not written out, for it may be a personal number."""
    said = []
    for column in declared.item.columns:
        if value := asked.filters.get(column.code, ""):
            shown = places([column], [(value,)]).get(value) or column.options.get(value, value)
            said.append(f"{column.label}：{shown}")
    if asked.search.strip():
        said.append("按姓名或编号查找")
    return "筛选条件：" + ("；".join(said) or "无")

"""Tables leave the desk as a workbook that says who took it out and when; each table is a sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db.models import Model
from django.http import FileResponse
from django.utils.html import strip_tags

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.reveals.leaving import left
from minzheng.ui.tables import Head

__all__ = ["Sheet", "workbook"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))
_WIDTHS = {"place": 28, "money": 16, "day": 12, "number": 12}
_USUAL = 22


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its heads, its rows (which may be read as they are written)."""

    title: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Any]]


def workbook(
    name: str, sheets: Iterable[Sheet], *, by: Actor, about: Model | None = None, path: str
) -> FileResponse:
    """The sheets as a file to keep; memory stays flat, and taking personal data out leaves a mark."""
    out = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the door closes it after sending
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    mark = f"导出人：{by.name}（{by.id}）　导出时间：{clock.now():%Y-%m-%d %H:%M}"
    rows = 0
    with xlsxwriter.Workbook(out, options) as book:
        styles = _styles(book)
        for sheet in sheets:
            rows += _write(
                book.add_worksheet(sheet.title.translate(_FORBIDDEN)[:31]), sheet, styles, mark=mark
            )
    out.seek(0)
    if about is not None:
        audit.read("desk.workbook", by=by, about=about, path=path, reason=name)
        left(name, rows=rows, path=path, by=by)
    return FileResponse(
        out, as_attachment=True, filename=f"{name}{clock.today():%Y%m%d}.xlsx", content_type=_XLSX
    )


def _write(page: Any, sheet: Sheet, styles: dict[str, Any], *, mark: str) -> int:
    """How many rows were written."""
    line = 1
    page.set_header(f"&C{mark}")
    page.set_footer("&C第 &P 页，共 &N 页")
    page.freeze_panes(2, 1)
    page.write_string(0, 0, f"{sheet.title}　{mark}　内部资料，请勿外传", styles["mark"])
    for at, head in enumerate(sheet.heads):
        page.set_column(at, at, _WIDTHS.get(head.kind, _USUAL))
        page.write_string(1, at, head.label, styles["head"])
    for line, row in enumerate(sheet.rows, 2):
        for at, (head, value) in enumerate(zip(sheet.heads, row, strict=True)):
            _cell(page, line, at, head, value, styles)
    return line - 1


def _cell(page: Any, line: int, at: int, head: Head, value: Any, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if head.kind == "money" and isinstance(value, int):
        page.write_number(line, at, Decimal(value) / 100, styles["money"])
    elif isinstance(value, date):
        page.write_datetime(line, at, value, styles["day"])
    elif isinstance(value, int) and not isinstance(value, bool):
        page.write_number(line, at, value, styles["number"])
    else:
        text = strip_tags(str(value))
        # Kept as text even when the sheet is edited or saved as CSV.
        page.write_string(line, at, text, styles["text"] if text.startswith(_FORMULA) else None)


def _styles(book: Any) -> dict[str, Any]:
    return {
        "mark": book.add_format({"font_color": "#666666", "italic": True}),
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"quote_prefix": True}),
    }

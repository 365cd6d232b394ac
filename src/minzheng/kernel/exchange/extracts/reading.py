"""A file as it was brought: CSV or the first sheet of a workbook, its header found, its rows by line number.

A workbook is weighed before it is opened; a leading apostrophe, which keeps a spreadsheet from reckoning with what is
text, belongs to the spreadsheet and not to the value (handbook 15 §12).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from minzheng.kernel import declare
from minzheng.kernel.documents.packed import first_sheet
from minzheng.kernel.errors import Refused

__all__ = ["CHANGE", "letters", "rows_of", "table_of"]

CHANGE = "处理"
_WORKBOOK = b"PK\x03\x04"
_LOOKED_AT = 10  # a file that was exported here has two lines above its header
# Full-width digits and letters; brackets and other signs are as they are written in Chinese.
_NARROW = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(first, last + 1)
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NEXT = "请用本页下载的模板填写，或请对方重新导出。"


def rows_of(
    content: bytes, extract: declare.Extract
) -> tuple[list[tuple[int, dict[str, str]]], Mapping[str, str]]:
    """Line number and cells of every row, by the code of the column; and by its label the letters of each column."""
    lines = table_of(content)
    at, columns = _header(lines, extract)
    found = [
        (number, {code: row[place] if place < len(row) else "" for code, place in columns.items()})
        for number, row in lines[at + 1 :]
    ]
    found = [(number, cells) for number, cells in found if any(cells.values())]
    if not found:
        raise Refused("extract_empty", f"文件里只有表头，没有数据。{_NEXT}", field="file")
    if len(found) > extract.most:
        message = f"文件有 {len(found):,} 行，一次最多 {extract.most:,} 行。请分成几个文件导入。"
        raise Refused("extract_too_long", message, field="file")
    labels = {one.code: one.label for one in extract.fields}
    return found, {labels.get(code, CHANGE): letters(place) for code, place in columns.items()}


def letters(place: int) -> str:
    """How a spreadsheet names a column: A for the first, AA after Z."""
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def table_of(content: bytes) -> list[tuple[int, list[str]]]:
    """The lines that are not empty with their numbers, every cell in its plain form."""
    lines = _cells(content) if content[:4] == _WORKBOOK else _lines(content)
    return [(number, [_plain(cell) for cell in row]) for number, row in lines]


def _header(
    lines: Sequence[tuple[int, list[str]]], extract: declare.Extract
) -> tuple[int, Mapping[str, int]]:
    """The line that names every column, wherever in the first lines it stands, in whatever order."""
    labels = {one.label: one.code for one in extract.fields} | {CHANGE: "change"}
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for at, (_, row) in enumerate(lines[:_LOOKED_AT]):
        found = {labels[cell]: place for place, cell in enumerate(row) if cell in labels}
        if len(found) > best[0]:
            best = len(found), at, found
    missing = [one.label for one in extract.fields if one.code not in best[2]]
    if missing:
        raise Refused("extract_header", f"文件缺少这些列：{'、'.join(missing)}。{_NEXT}", field="file")
    return best[1], best[2]


def _plain(cell: str) -> str:
    """One form for full-width digits and letters, no invisible edges, no apostrophe of a spreadsheet."""
    text = unicodedata.normalize("NFC", cell.replace("\x00", "")).translate(_NARROW).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reading = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        for row in reading:
            if any(row):
                yield reading.line_num, row
    except csv.Error as error:
        message = f"文件第 {reading.line_num} 行不是有效的 CSV。{_NEXT}"
        raise Refused("extract_csv", message, field="file") from error


def _text(content: bytes) -> str:
    """UTF-8, or GB18030 as many offices write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(
        "extract_encoding", f"文件不是 UTF-8 或 GB18030 编码的 CSV，也不是 Excel 文件。{_NEXT}", field="file"
    )


def _cells(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for at, row in enumerate(first_sheet(content), start=1):
        if any(cell not in ("", None) for cell in row):
            yield at, [_written(cell) for cell in row]


def _written(cell: object) -> str:
    """A cell of a workbook as it would be written: whole numbers without a point, days as days."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return "" if cell is None else str(cell)

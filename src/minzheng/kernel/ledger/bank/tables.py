"""The bank's file as a table: CSV or a workbook, in the layout of the bank, every cell a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter

import xlsxwriter

from minzheng.kernel import clock
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.shelves import MAKING, folder

from .layouts import FIELDS, BankLayout
from .lines import Row, check_text, in_batches, plain, yuan

__all__ = ["write_table"]

TOTAL = "合计"
LONGEST = 140
# What a spreadsheet would reckon with instead of showing it.
_FORMULA = tuple("=+-@＝＋－＠")
_MOST_ROWS = 1_048_576  # Excel specifications and limits
_AT_ONCE = 5000


def write_table(lines: Iterable[Row], *, layout: BankLayout, created: datetime) -> Iterator[bytes]:
    """The file piece by piece, the same bytes for the same lines."""
    rows = _rows(lines, layout)
    if layout.kind == "xlsx":
        yield _workbook(rows, layout, created)
    else:
        yield from _text(rows, layout)


def _rows(lines: Iterable[Row], layout: BankLayout) -> Iterator[tuple[str, ...]]:
    """The cells of every line, and of the total."""
    at = total = 0
    number, formulas, fen = "", layout.kind == "xlsx", layout.unit == "fen"
    fields = [column.field for column in layout.columns]
    pick = itemgetter(*(FIELDS.index(field) for field in fields))
    for at, (batch, reference, owner, account, amount) in enumerate(lines, start=1):
        if batch != number:
            number = _check(
                check_text(batch, longest=LONGEST, what="批次号", at=at), at=at, formulas=formulas
            )
        if not (plain(owner) and plain(reference) and plain(account)):
            for what, text in (("户名", owner), ("付款编号", reference), ("账号", account)):
                _check(check_text(text, longest=LONGEST, what=what, at=at), at=at, formulas=formulas)
        if amount <= 0:
            raise Refused("bank_line_amount", f"银行文件第 {at} 笔的金额不在可付范围内。请核对后重新生成。")
        money = str(amount) if fen else f"{amount // 100}.{amount % 100:02d}"
        total += amount
        yield pick((batch, str(at), reference, owner, account, money))
    if layout.total:
        sums = {fields[0]: TOTAL, "amount": str(total) if fen else yuan(total)}
        yield tuple(sums.get(field, "") for field in fields)


def _check(text: str, *, at: int, formulas: bool) -> str:
    """A workbook knows texts from formulas, a CSV does not: what begins like one never gets into it."""
    if not formulas and text.startswith(_FORMULA):
        raise Refused(
            "bank_line_formula",
            f"银行文件第 {at} 笔的内容以“{text[0]}”开头，用表格软件打开会被当作公式。"
            "请按银行卡改正户名，或改用 Excel、pain.001 格式。",
            at=at,
        )
    return text


def _text(rows: Iterable[tuple[str, ...]], layout: BankLayout) -> Iterator[bytes]:
    mark = "\ufeff" if layout.encoding == "utf-8-sig" else ""
    encoding = "utf-8" if layout.encoding == "utf-8-sig" else layout.encoding
    yield (mark + _csv([layout.headers])).encode(encoding)
    for some in in_batches(rows, _AT_ONCE):
        yield _csv(some).encode(encoding)


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _workbook(rows: Iterable[tuple[str, ...]], layout: BankLayout, created: datetime) -> bytes:
    """One sheet; written row by row to disk first, so that memory does not hold every cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": str(folder(MAKING))}) as book:
        book.set_properties({"created": created.astimezone(clock.SHANGHAI).replace(tzinfo=None)})
        sheet = book.add_worksheet("发放明细")
        _write_row(sheet, 0, layout.headers)
        for at, cells in enumerate(rows, start=1):
            if at >= _MOST_ROWS:
                raise Refused(
                    "bank_file_rows",
                    "一个工作表放不下这么多笔付款。请改用 CSV 或 pain.001 格式，或分批发放。",
                )
            _write_row(sheet, at, cells)
    return out.getvalue()


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, at: int, cells: Iterable[str]) -> None:
    for column, text in enumerate(cells):
        sheet.write_string(at, column, text)

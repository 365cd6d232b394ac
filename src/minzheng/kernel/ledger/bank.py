"""What a county needs of a bank: the file that goes out, the answer that comes back, and a stand-in.

``run_local_bank`` stands in for the bank in demonstrations and tests, and says so: it pays every line of a
file except to accounts listed as closed.  It knows nothing of our database and needs no Django.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from minzheng.kernel.errors import Refused

__all__ = ["BankLine", "Return", "read_answer", "run_local_bank", "write_file"]

FILE_HEADER = ("批次号", "付款编号", "户名", "账号", "金额（元）")
ANSWER_HEADER = ("付款编号", "状态", "金额（元）", "说明")
_STATES: Mapping[str, bool] = {"成功": True, "失败": False}


@dataclass(frozen=True)
class BankLine:
    """One line for the bank: pay this amount to this account, under this reference."""

    batch: str
    reference: str
    owner: str
    account: str
    amount: int


@dataclass(frozen=True)
class Return:
    """One line of the bank's answer: paid, or failed and why."""

    reference: str
    paid: bool
    amount: int
    reason: str = ""


def write_file(lines: Iterable[BankLine]) -> bytes:
    """The file as CSV in UTF-8 with a byte-order mark, so that a spreadsheet shows Chinese names."""
    rows = ((x.batch, x.reference, x.owner, x.account, _yuan(x.amount)) for x in lines)
    return _csv(FILE_HEADER, rows)


def read_answer(content: bytes) -> list[Return]:
    """The bank's answer, every line of it or none: a line that cannot be read names itself."""
    found = []
    for at, row in enumerate(_rows(content, ANSWER_HEADER), start=2):
        if (state := row["状态"].strip()) not in _STATES:
            raise Refused(
                "answer_state", f"银行回执第 {at} 行的状态应为“成功”或“失败”。请向银行索取正确的回执。"
            )
        found.append(
            Return(
                reference=row["付款编号"].strip()[:60],
                paid=_STATES[state],
                amount=_fen(row["金额（元）"], at),
                reason=row["说明"].strip()[:200],
            )
        )
    return found


def run_local_bank(content: bytes, *, closed: frozenset[str] = frozenset()) -> bytes:
    """The stand-in bank: pays each line of a file, but gives back those to closed accounts."""
    rows = [
        (x["付款编号"], "失败" if x["账号"] in closed else "成功", x["金额（元）"],
         "账户已销户" if x["账号"] in closed else "")
        for x in _rows(content, FILE_HEADER)
    ]  # fmt: skip
    return _csv(ANSWER_HEADER, rows)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(content: bytes, header: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows under exactly this header."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "answer_encoding", "文件不是 UTF-8 编码的 CSV。请向银行索取 UTF-8 编码的文件。"
        ) from error
    lines = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if not lines or tuple(cell.strip() for cell in lines[0]) != header:
        raise Refused("answer_header", f"文件的表头应为：{'、'.join(header)}。请核对是否选错了文件。")
    for at, row in enumerate(lines[1:], start=2):
        if len(row) != len(header):
            raise Refused(
                "answer_columns", f"文件第 {at} 行应有 {len(header)} 列，现有 {len(row)} 列。请核对文件。"
            )
    return [dict(zip(header, row, strict=True)) for row in lines[1:]]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(text: str, at: int) -> int:
    """Yuan as written, in whole fen; anything finer or unreadable is refused."""
    try:
        fen = Decimal(text.strip()) * 100
    except InvalidOperation:
        fen = Decimal("NaN")
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 < fen < 10**15:
        raise Refused("answer_amount", f"银行回执第 {at} 行的金额无法识别。请向银行索取正确的回执。")
    return int(fen)

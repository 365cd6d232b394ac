"""The bank's answer, in whatever form it came: pain.002, CSV or a workbook; every line of it or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minzheng.kernel.documents.packed import first_sheet
from minzheng.kernel.errors import Refused

from .amounts import fen
from .lines import Return
from .pain002 import Said, read_report

__all__ = ["ANSWER_HEADER", "Answer", "read", "read_answer"]

ANSWER_HEADER = ("付款编号", "状态", "金额（元）", "说明")
_STATES: Mapping[str, bool] = {"成功": True, "失败": False}
_WORKBOOK = b"PK\x03\x04"
# A workbook is packed: what it would unfold to is looked at before it is unfolded.
_NEXT = "请向银行索取正确的回执。"


@dataclass(frozen=True)
class Answer:
    """What the bank said: decided payments, those it has not decided, and whether it refused the file whole."""

    returns: list[Return]
    pending: list[str]
    message_id: str = ""
    original: str = ""
    refused: str = ""


def read(content: bytes) -> Answer:
    """The answer by its form; a file that cannot be read names the line and what to do."""
    if content[:4] == _WORKBOOK:
        return Answer(_returns(_cells(content)), [])
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return _report(content)
    return Answer(_returns(_lines(content)), [])


def read_answer(content: bytes) -> list[Return]:
    """The decided payments alone."""
    return read(content).returns


def _report(content: bytes) -> Answer:
    returns: list[Return] = []
    pending: list[str] = []
    told = {"report": "", "file": "", "refused": ""}
    for kind, said in read_report(content.lstrip()):
        if not isinstance(said, Said):
            told[kind] = said or told[kind] or "银行未说明原因"
        elif said.state == "pending":
            pending.append(said.reference)
        else:
            returns.append(Return(said.reference, said.state == "paid", said.amount, said.reason))
    if not told["file"]:
        raise Refused("answer_reference", f"银行回执没有写明是哪个文件的回执（OrgnlMsgId）。{_NEXT}")
    refused = "" if returns or pending else told["refused"]
    return Answer(returns, pending, message_id=told["report"], original=told["file"], refused=refused)


def _returns(rows: Iterator[tuple[int, list[str]]]) -> list[Return]:
    """The rows under exactly the agreed header."""
    _, head = next(rows, (1, []))
    if tuple(cell.strip() for cell in head) != ANSWER_HEADER:
        raise Refused("answer_header", f"文件的表头应为：{'、'.join(ANSWER_HEADER)}。请核对是否选错了文件。")
    return [_return(row, at) for at, row in rows]


def _return(row: list[str], at: int) -> Return:
    if len(row) != len(ANSWER_HEADER):
        raise Refused(
            "answer_columns",
            f"文件第 {at} 行应有 {len(ANSWER_HEADER)} 列，现有 {len(row)} 列。请核对文件。",
            at=at,
        )
    reference, state, amount, reason = (cell.strip() for cell in row)
    if state not in _STATES:
        raise Refused("answer_state", f"银行回执第 {at} 行的状态应为“成功”或“失败”。{_NEXT}", at=at)
    return Return(reference[:60], _STATES[state], fen(amount, at=at), reason[:200])


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV with their numbers, empty ones left out."""
    reading = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        for row in reading:
            if row:
                yield reading.line_num, row
    except csv.Error as error:
        message = f"文件第 {reading.line_num} 行不是有效的 CSV。{_NEXT}"
        raise Refused("answer_columns", message, at=reading.line_num) from error


def _text(content: bytes) -> str:
    """UTF-8, or GB18030 as county banks write it; the header must then be there, or it was neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            text = ""
        if not text.startswith(ANSWER_HEADER[0]):
            raise Refused(
                "answer_encoding",
                "文件不是 UTF-8 或 GB18030 编码的 CSV。请向银行索取 CSV 或 Excel 格式的回执。",
            ) from error
        return text


def _cells(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet of a workbook, every cell as text."""
    for at, row in enumerate(first_sheet(content), start=1):
        if any(cell not in ("", None) for cell in row):
            yield at, [str(cell) for cell in row]

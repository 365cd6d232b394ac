"""The bank's answers, in the form in which it was asked: a status report (pain.002.001.10), CSV or a workbook."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter

__all__ = ["About", "Line", "name_of", "refusal", "write"]

_HEADER = ("付款编号", "状态", "金额（元）", "说明")
_WORDS = {"AC01": "账号不存在", "AC04": "账户已销户", "AM05": "重复付款", "BE01": "户名与账号不符"}
_SUFFIX = {"pain001": "xml", "csv": "csv", "xlsx": "xlsx"}

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>{report}</MsgId><CreDtTm>{created}</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>\
{count}<GrpSts>{status}</GrpSts>{reason}</OrgnlGrpInfAndSts>
"""
_TAIL = "</CstmrPmtStsRpt></Document>\n"


class Line(NamedTuple):
    """What became of one order: paid, or given back under a code."""

    reference: str
    amount: int
    code: str


@dataclass(frozen=True)
class About:
    """Which file is answered, under which report number, in which form."""

    message_id: str
    report: str
    kind: str
    encoding: str
    count: int


def name_of(about: About, number: int) -> str:
    """A name that no other answer has."""
    return f"{_safe(about.message_id)}_{number:02d}.{_SUFFIX[about.kind]}"


def write(lines: Sequence[Line], pending: Sequence[Line], *, about: About) -> bytes:
    """The answer; in a table, what is not decided yet is left out."""
    if about.kind == "pain001":
        return "".join(_report(lines, pending, about)).encode()
    if about.kind == "xlsx":
        return _workbook(lines)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    writer.writerows(_row(line) for line in lines)
    return out.getvalue().encode(about.encoding)


def refusal(message_id: str, *, report: str, code: str, reason: str) -> bytes:
    """The file as a whole is refused."""
    told = _reason(code, reason)
    head = _head(message_id[:35] or "NOTPROVIDED", report=report, status="RJCT", reason=told)
    return (head + _TAIL).encode()


def _report(lines: Sequence[Line], pending: Sequence[Line], about: About) -> Iterator[str]:
    status = "PART" if pending else "ACSC"
    yield _head(about.message_id, report=about.report, status=status, count=about.count)
    yield f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(about.message_id)}</OrgnlPmtInfId>\n"
    for line in lines:
        status = "RJCT" if line.code else "ACSC"
        yield (
            f"<TxInfAndSts><OrgnlEndToEndId>{escape(line.reference)}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
            f"{_reason(line.code, _WORDS.get(line.code, '')) if line.code else ''}"
            f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{_yuan(line.amount)}</InstdAmt></Amt></OrgnlTxRef>'
            "</TxInfAndSts>\n"
        )
    for line in pending:
        reference = escape(line.reference)
        yield f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts>\n"
    yield "</OrgnlPmtInfAndSts>" + _TAIL


def _head(message_id: str, *, report: str, status: str, count: int = 0, reason: str = "") -> str:
    return _HEAD.format(
        report=report, created=datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds"),
        message=escape(message_id), status=status, reason=reason,
        count=f"<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs>" if count else "",
    )  # fmt: skip


def _reason(code: str, words: str) -> str:
    told = f"<AddtlInf>{escape(words[:105])}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{told}</StsRsnInf>"


def _row(line: Line) -> tuple[str, str, str, str]:
    told = f"{_WORDS.get(line.code, '')}（{line.code}）" if line.code else ""
    return line.reference, "失败" if line.code else "成功", _yuan(line.amount), told


def _workbook(lines: Sequence[Line]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("回执")
        for at, row in enumerate((_HEADER, *map(_row, lines))):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    return out.getvalue()


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _safe(text: str) -> str:
    return re.sub(r"[^\w.\-]", "_", text)[:80]

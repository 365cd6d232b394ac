"""A payment file keeps the rules of the standard, or it does not go to the bank.

Two ways, one schema.  ``checked`` looks at a file while it is being written: each piece between the file's own
head and foot is a valid document exactly if the whole is, because the payments are one repeated element.
``validate`` reads any file from its first byte to its last.  Neither ever holds more than a piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from minzheng.kernel.errors import Mistake, Refused

from .elements import Kind, elements, local, text_of, where_broken
from .pain001 import FOOT, NAMESPACE

__all__ = ["SCHEMA", "Checked", "checked", "validate"]

SCHEMA = Path(__file__).with_name("pain.001.001.09.minzheng.xsd")
_FILE = Kind(NAMESPACE, "bank_file_schema", "银行文件")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a valid file says of itself, and holds."""

    message_id: str
    count: int
    total: int


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(SCHEMA))


def checked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of ``pain001.write``, each passed on only when it is valid."""
    running = iter(pieces)
    yield (head := next(running))
    for piece in running:
        if piece != FOOT:
            _check_piece(head + piece + FOOT)
        yield piece


def _check_piece(document: bytes) -> None:
    parser = etree.XMLParser(schema=_schema(), no_network=True, collect_ids=False)
    try:
        etree.fromstring(document, parser)
    except etree.XMLSyntaxError as broken:
        message = f"生成的银行文件不符合 pain.001 格式{where_broken(broken)}，没有送出。请报告系统管理员。"
        raise Mistake("bank_file_schema", message) from None


def validate(source: bytes | BinaryIO) -> Checked:
    """The whole file against the schema, and its number and sum against its payments."""
    count, total, told = 0, Decimal(0), []
    message = ""
    names = ("MsgId", "NbOfTxs", "CtrlSum", "CdtTrfTxInf")
    for element in elements(source, _FILE, names, schema=_schema()):
        match local(element):
            case "MsgId":
                message = element.text or ""
            case "CdtTrfTxInf":
                count += 1
                total += _number(text_of(element, "InstdAmt"))
            case _:
                told.append(_number(element.text or ""))
    if told != [count, total, count, total]:
        raise Refused(
            "bank_file_total",
            f"银行文件所列笔数、金额与明细（{count} 笔 {total:.2f} 元）不符。请勿送出，重新生成文件。",
        )
    return Checked(message, count, int(total * 100))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")  # the schema's own complaint comes when the file has been read

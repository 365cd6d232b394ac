"""The bank reads a payment file by itself: pain.001 against the published schema, or a table under known headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine
from lxml import etree

__all__ = ["Incoming", "Order", "Unreadable", "read_file"]

# The agreement between the office and the banks, published as a schema: a document, not code.
_SCHEMA = Path(__file__).parents[2] / "kernel" / "ledger" / "bank" / "pain.001.001.09.minzheng.xsd"
_SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
_HEADERS = {
    "付款编号": "reference",
    "户名": "owner",
    "账号": "account",
    "金额（元）": "yuan",
    "金额（分）": "fen",
}
_TOTAL = "合计"
_LARGEST = 10**16


class Unreadable(Exception):
    """The file is refused whole: a code of the standard, and why in words."""

    def __init__(self, reason: str, *, code: str = "FF01") -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


class Order(NamedTuple):
    """Pay this amount to this account."""

    reference: str
    owner: str
    account: str
    amount: int


@dataclass(frozen=True)
class Incoming:
    """A file the bank could read."""

    message_id: str
    kind: str
    encoding: str
    orders: list[Order]

    @property
    def total(self) -> int:
        return sum(order.amount for order in self.orders)


def read_file(content: bytes, *, message_id: str) -> Incoming:
    """The payments of a file; the number inside the file must be the one it came under."""
    if content[:4] == b"PK\x03\x04":
        incoming = Incoming(message_id, "xlsx", "", _table(_cells(content)))
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        inside, orders = _pain001(content)
        if message_id and inside != message_id:
            raise Unreadable("文件内的编号与送达编号不一致")
        incoming = Incoming(inside, "pain001", "", orders)
    else:
        text, encoding = _decoded(content)
        incoming = Incoming(message_id, "csv", encoding, _table(_rows(text)))
    if not incoming.orders or not incoming.message_id:
        raise Unreadable("文件没有付款明细或没有编号")
    return incoming


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(_SCHEMA))


def _pain001(content: bytes) -> tuple[str, list[Order]]:
    """The number of the file and its payments; number and sum of them must be those it tells."""
    if b"<!DOCTYPE" in content:
        raise Unreadable("文件带有文档类型定义")
    told, orders = _elements(content)
    total = sum(order.amount for order in orders)
    numbers = [Decimal(one) for one in told[1:]]
    if numbers != [len(orders), Decimal(total) / 100] * 2:
        raise Unreadable("所列笔数、金额与明细不符", code="AM10")
    return told[0], orders


def _elements(content: bytes) -> tuple[list[str], list[Order]]:
    """What breaks the schema is told when the whole file has been read; until then values are only kept."""
    tags = [_SPACE + name for name in ("Document", "MsgId", "NbOfTxs", "CtrlSum", "CdtTrfTxInf")]
    reading = etree.iterparse(
        io.BytesIO(content), tag=tags, schema=_schema(), no_network=True, load_dtd=False
    )
    orders: list[Order] = []
    told: list[str] = []
    whole = False
    try:
        for _, element in reading:
            name = element.tag.removeprefix(_SPACE)
            whole = name == "Document"
            if name == "CdtTrfTxInf":
                orders.append(_order(element))
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif not whole:
                told.append(element.text or "")
    except etree.XMLSyntaxError as broken:
        line = (broken.position or (0, 0))[0]
        raise Unreadable(f"文件{f'第 {line} 行' if line else ''}不符合 pain.001.001.09") from broken
    if not whole or not told:
        raise Unreadable("文件不是完整的 pain.001.001.09")
    return told, orders


def _order(element: Any) -> Order:
    def text(name: str) -> str:
        found = next(element.iter(_SPACE + name), None)
        return str(found.text) if found is not None else ""

    account = next(element.iter(_SPACE + "Othr"), None)
    try:
        amount = int(Decimal(text("InstdAmt")) * 100)
    except (ArithmeticError, ValueError):
        amount = 0
    number = "" if account is None or not len(account) else str(account[0].text)
    return Order(text("EndToEndId"), text("Nm"), number, amount)


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable("文件编码不是 UTF-8 或 GB18030")


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise Unreadable("文件不是有效的 CSV") from error


def _cells(content: bytes) -> Iterator[list[str]]:
    try:
        rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("工作簿打不开") from error
    yield from ([str(cell) for cell in row] for row in rows)


def _table(rows: Iterable[list[str]]) -> list[Order]:
    """The rows under the headers the bank knows; a total row must agree."""
    running = iter(rows)
    columns = [_HEADERS.get(cell.strip(), "") for cell in next(running, [])]
    if not {"reference", "owner", "account"} <= set(columns) or not {"yuan", "fen"} & set(columns):
        raise Unreadable("表头不是约定的表头")
    orders: list[Order] = []
    for at, row in enumerate(running, start=2):
        if len(row) != len(columns):
            raise Unreadable(f"文件第 {at} 行的列数不对")
        cells = dict(zip(columns, row, strict=True))
        amount = _amount(cells, at)
        if row[0] == _TOTAL:
            if amount != sum(order.amount for order in orders):
                raise Unreadable("合计与明细不符", code="AM10")
            break
        orders.append(Order(cells["reference"], cells["owner"], cells["account"], amount))
    return orders


def _amount(cells: dict[str, str], at: int) -> int:
    try:
        amount = Decimal(cells["fen"]) if "fen" in cells else Decimal(cells["yuan"]) * 100
    except ArithmeticError:
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount < _LARGEST) or amount != amount.to_integral_value():
        raise Unreadable(f"文件第 {at} 行的金额不对")
    return int(amount)

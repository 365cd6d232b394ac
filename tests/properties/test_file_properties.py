"""Whatever bytes are brought as a file: rows, or one sentence that says what is wrong; the program never falls over."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from minzheng.config.bank.reading import read_file
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.exchange.extracts.reading import table_of
from minzheng.kernel.exchange.extracts.receipts import receipt_of
from minzheng.kernel.ledger.bank import BankLine, read, validate
from tests.factories.bank_files import a_file

LINES = [BankLine("b/1", f"MZ1-{n}-1", "测清明", "6217000000000000012", 100 + n) for n in range(3)]
READERS: dict[str, Callable[[bytes], Any]] = {
    "a table of another department": table_of, "a receipt": receipt_of, "an answer of the bank": read,
    "an order to the bank": lambda content: read_file(content, message_id="MZ1F01"), "a standards file": validate,
}  # fmt: skip


def _workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["姓名", "证件号码", "金额"])
    return out.getvalue()


_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
WHOLE = [
    _workbook(), a_file(LINES), a_file(LINES, code="xlsx"), "姓名,金额\n测清明,1.00\n".encode(),
    f'<?xml version="1.0"?><Document xmlns="{_NAMESPACE}"><CstmrPmtStsRpt/></Document>'.encode(),
    b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]><a>&c;&x;</a>',
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A whole file with some bytes changed, taken away, put in, or cut off."""
    content = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        how = draw(st.sampled_from(("flip", "drop", "put", "cut")))
        if how == "flip" and content:
            content[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "drop":
            del content[at : at + draw(st.integers(1, 40))]
        elif how == "put":
            content[at:at] = draw(st.binary(min_size=1, max_size=12))
        else:
            del content[at:]
    return bytes(content)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=120) | damaged())
@example(content=b"")
@example(content=b"\xff\xfe\x00")
@example(content=b"PK\x03\x04")
@example(content=WHOLE[-1])
def test_any_bytes_are_read_or_refused_in_a_sentence(content: bytes) -> None:
    for what, reader in READERS.items():
        error = _refusal(reader, content)
        if error is not None:
            assert error.message.strip(), what
            assert error.status < 500, (what, error)
            assert "root:" not in error.message, what


def _refusal(reader: Callable[[bytes], Any], content: bytes) -> MinzhengError | None:
    try:
        reader(content)
    except MinzhengError as error:
        return error
    return None

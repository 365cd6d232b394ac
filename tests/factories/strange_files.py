"""Files that are none: bombs, torn workbooks, entities, formulas, script in names; and any bytes near to right ones."""

from __future__ import annotations

import io
import zipfile
import zlib

import xlsxwriter
from hypothesis import strategies as st

__all__ = ["BOOK", "STRANGE", "TABLE", "XML", "near"]

FORMULA = "=cmd|'/C calc'!A0"
TABLE = f'\ufeff身份证号码,姓名,金额\r\n22010219600229001X,"{FORMULA}",1\r\n'.encode()
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' + b"".join(
    b'<!ENTITY %c "%s">' % (n, b"&%c;" % (n - 1) * 10) for n in range(ord("c"), ord("k"))
)
XML = b'<?xml version="1.0" encoding="UTF-8"?><Document><Rpt>1</Rpt></Document>'
READS = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Document>&f;</Document>'


def workbook(*cells: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for at, cell in enumerate(cells):
            page.write_string(0, at, cell)
    return out.getvalue()


BOOK = workbook("身份证号码", "姓名", FORMULA)


def bomb() -> bytes:
    """A workbook whose one sheet is a hundred megabytes of nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in whole.namelist():
            sheet = name == "xl/worksheets/sheet1.xml"
            made.writestr(name, b"<worksheet>" + b" " * 100_000_000 if sheet else whole.read(name))
    return out.getvalue()


def picture() -> bytes:
    """A picture that says it is a hundred thousand points wide and high."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = chunk(b"IHDR", (100_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 8)) + chunk(b"IEND", b"")


STRANGE: dict[str, bytes] = {
    "empty.csv": b"", "torn.xlsx": BOOK[: len(BOOK) // 2], "bomb.xlsx": bomb(), "formula.xlsx": BOOK,
    "formula.csv": TABLE, "nought.csv": b"\x00" * 400, "half.csv": "姓名,金额".encode("gb18030")[:-1],
    "laughs.xml": LAUGHS + b"]><Document>&j;</Document>", "reads.xml": READS, "plain.xml": XML,
    "huge.png": picture(), "none.jpg": b"\xff\xd8\xff\xe0", "script.svg": b"<svg onload=alert(1)></svg>",
    "program.pdf": b"%PDF-1.7\n1 0 obj\n<</OpenAction<</S/JavaScript/JS(x)>>>>\nendobj\n%%EOF",
    "../../etc/passwd": b"root", "<img src=x onerror=alert(1)>.pdf": b"%PDF-1.7\n%%EOF", "wide.csv": b"a," * 50_000,
    "long.csv": b"1\n" * 200_000,
}  # fmt: skip


@st.composite
def near(draw: st.DrawFn, right: bytes) -> bytes:
    """The right bytes with some put in, taken out, changed; or any at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=200))
    made = bytearray(right)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(made)))
        made[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(made)

"""Files that look right and are not: a program in a PDF, a bomb in a picture or a workbook, two files in one."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from minzheng.kernel.documents.checks import content_type_of
from minzheng.kernel.documents.packed import first_sheet
from minzheng.kernel.errors import Refused
from tests.factories.papers import JPEG, PDF, PNG, WEBP

LIMIT = 120_000_000


def chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0]))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(more)
        + chunk(b"IDAT", zlib.compress(b"\0" * 8))
        + chunk(b"IEND", b"")
    )


def pdf(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def packed(content: bytes, head: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    body = zlib.compress(content)
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(body), body)


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as met:
        content_type_of(content, name=name, most_pixels=LIMIT)
    return met.value.message


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"),
        pdf(b"<</Type/Catalog/OpenAction<</S/J#61vaScript/J#53(x)>>>>"),
        pdf(b"<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>"),
        pdf(b"<</Type/Catalog>>", packed(b"1 0 <</S/JavaScript/JS(x)>>")),
        pdf(b"<</Type/Catalog>>", packed(b"1 0 <</S/Launch/F(cmd.exe)>>")),
        pdf(b"<</Type/Catalog>>", b"<</Type/ObjStm/Filter/ASCIIHexDecode>>\nstream\n2F4A53>\nendstream"),
        pdf(b"<</Type/Catalog/AcroForm<</XFA 3 0 R>>>>"),
        pdf(b"<</Type/Catalog>>", b"<</S/SubmitForm/F(http://x)>>"),
        pdf(b"<</Type/Catalog>>", b"<</Subtype/RichMedia>>"),
    ],
)
def test_a_pdf_with_a_program_or_an_attachment_is_refused(content: bytes) -> None:
    assert "PDF" in refusal(content, "证明.pdf")


def test_an_ordinary_pdf_is_taken() -> None:
    link = b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://www.example.cn/JS/x)>>>>"
    chance = packed(
        b"a picture whose bytes say /JS ( by chance", b"/Type/XObject/Subtype/Image/Filter/FlateDecode"
    )
    raw = b"<</Subtype/Image/Length 20>>\nstream\n\x00\x01/JS (\xff\xfe\nendstream"
    for content in (
        PDF,
        pdf(b"<</Type/Catalog/OpenAction[3 0 R/XYZ null null 1]>>", chance, raw),
        pdf(b"<</Type/Catalog>>", packed(b"1 0 <</Type/Font/BaseFont/AAAAAA+SimSun>>")),
    ):
        assert content_type_of(content, name="证明.pdf", most_pixels=LIMIT) == "application/pdf"
    assert "/JS/" in link.decode()


def test_our_own_letters_would_be_taken(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "a.typ"
    source.write_text('= 证明\n#link("https://example.cn")[链接]\n#outline()')
    made: Any = typst.compile(str(source), format="pdf")
    assert content_type_of(made, name="a.pdf", most_pixels=LIMIT) == "application/pdf"


def test_a_flood_packed_into_a_pdf_is_refused() -> None:
    bomb = pdf(b"<</Type/Catalog>>", packed(b"\0" * (80 * 1024 * 1024)))
    assert len(bomb) < 200_000
    assert "过多" in refusal(bomb, "a.pdf")


def test_a_picture_of_too_many_points_is_refused_however_small_the_file() -> None:
    assert "100000×100000 个像素" in refusal(png(100_000, 100_000), "a.png")
    huge = JPEG.replace(bytes([8, 0, 4, 0, 6]), bytes([8, 0xFF, 0xFF, 0xFF, 0xFF]))
    assert "65535×65535" in refusal(huge, "a.jpg")
    webp = (
        b"RIFF"
        + (22).to_bytes(4, "little")
        + b"WEBPVP8X"
        + (10).to_bytes(4, "little")
        + b"\0" * 4
        + b"\xff" * 6
    )
    assert "16777216×16777216" in refusal(webp, "a.webp")
    assert content_type_of(png(10_000, 12_000), name="a.png", most_pixels=LIMIT) == "image/png"
    for content, name in ((PNG, "a.png"), (JPEG, "a.jpg"), (WEBP, "a.webp")):
        assert content_type_of(content, name=name, most_pixels=LIMIT)


def test_a_flood_in_the_notes_of_a_png_is_refused() -> None:
    flood = zlib.compress(b"\0" * (16 * 1024 * 1024))
    for name in (b"zTXt", b"iCCP"):
        assert "过多" in refusal(png(2, 1, chunk(name, b"profile\0\0" + flood)), "a.png")
    assert content_type_of(
        png(2, 1, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"scan"))), name="a.png", most_pixels=LIMIT
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG + archive(a=b"x"), "a.png"),
        (JPEG + archive(a=b"x"), "a.jpg"),
        (PDF + archive(a=b"x") + b"\nstartxref\n9\n%%EOF\n", "a.pdf"),
        (PNG + b"<script>alert(1)</script>", "a.png"),
        (JPEG + b"<html><body onload=alert(1)>", "a.jpg"),
        (PNG + PDF, "a.png"),
        (JPEG[:2] + b"\xff\xfe" + (len(PDF) + 2).to_bytes(2) + PDF + JPEG[2:], "a.jpg"),
        (WEBP + b"<svg onload=alert(1)>", "a.webp"),
    ],
)
def test_two_files_in_one_are_refused(content: bytes, name: str) -> None:
    assert "附带" in (said := refusal(content, name)) or "夹带" in said


def workbook(rows: int = 2) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at in range(rows):
            sheet.write_string(at, 0, f"第{at}行")
    return out.getvalue()


def test_a_workbook_is_read_and_a_bomb_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_sheet(workbook()) == [["第0行"], ["第1行"]]
    flood = archive(**{"[Content_Types].xml": b"x", "xl/worksheets/sheet1.xml": b"\0" * (600 * 1024 * 1024)})
    assert len(flood) < 1_000_000
    with pytest.raises(Refused, match="展开后过大"):
        first_sheet(flood)
    with pytest.raises(Refused, match="展开后过大"):
        first_sheet(archive(**{f"p{n}": b"" for n in range(600)}))


def test_a_workbook_that_lies_about_its_size_is_not_believed() -> None:
    """The list of contents says ten bytes; what is packed is a flood."""
    flood = bytearray(archive(big=b"\0" * (30 * 1024 * 1024)))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = flood.find(signature)
        flood[start + at : start + at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refused, match="打不开"):
        first_sheet(bytes(flood))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"not a workbook", PDF, archive(a=b"x"), workbook()[:-30]]
)
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match="打不开"):
        first_sheet(content)


def test_entities_that_multiply_are_not_followed() -> None:
    """A billion laughs in the shared strings: the reader knows no entities of a document's own."""
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    )
    parts = {}
    with zipfile.ZipFile(io.BytesIO(workbook())) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    strings = parts["xl/sharedStrings.xml"].replace("第0行".encode(), b"&b;")
    parts["xl/sharedStrings.xml"] = laughs + strings.split(b"?>", 1)[1]
    try:
        cells = str(first_sheet(archive(**parts)))
    except Refused:
        return
    assert "haha" not in cells

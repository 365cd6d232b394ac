"""A letter as a Word file, for whoever must go on writing by hand: the same words, from the same page of typst.

It is no original: it bears no seal and no code to verify it by, and says so at its head.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import html

from minzheng.kernel.errors import Refused

from . import letters, typeset
from .letters import LETTERS
from .models import Document

__all__ = ["docx", "may"]

_FACE, _SIZE, _RED = "仿宋", Pt(14), RGBColor(0xC8, 0x16, 0x1D)


def may(document: Document) -> bool:
    """Whether the paper is a letter of the office's library, kept with its content."""
    return document.letter in LETTERS and "frame" in document.data


def docx(document: Document, *, mark: str = "") -> bytes:
    """The copy: letterhead, number, title, every paragraph and table, office and day; who took it along, below."""
    if not may(document):
        raise Refused("no_word_copy", "这份材料不是本系统出具的文书，没有 Word 副本。请下载原件。")
    kind, frame = letters.find(document.letter), typeset.Frame.from_json(document.data["frame"])
    content = letters.build(kind.shape, document.data["content"], name=f"《{kind.label}》")
    page = html.document_fromstring(typeset.plain(kind, content, frame))
    made = _sheet()
    _centred(made, content.office, size=Pt(24), colour=_RED)
    _centred(made, frame.number, size=Pt(12))
    _centred(made, frame.title, size=Pt(20))
    for part in page.body:
        _put(made, part)
    day = frame.issued_at
    for text in (content.office, f"{day.year}年{day.month}月{day.day}日"):
        made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.sections[0].footer.paragraphs[0].text = mark
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _sheet() -> Any:
    """A4 with the margins and the face of an official paper (GB/T 9704)."""
    made: Any = Word()
    sheet, style = made.sections[0], made.styles["Normal"]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin, sheet.right_margin = Mm(28), Mm(26)
    style.font.name, style.font.size = _FACE, _SIZE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    sheet.header.paragraphs[0].text = "可编辑副本，不加盖印章；效力以系统出具、可扫码核验的文书为准。"
    return made


def _centred(made: Any, text: str, *, size: Pt, colour: RGBColor | None = None) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, size >= Pt(20)
    run.font.name = _FACE
    run._element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    if colour is not None:
        run.font.color.rgb = colour


def _put(made: Any, part: Any) -> None:
    """One paragraph, heading, list or table of the page; what only groups others is looked into."""
    inner = [one for one in part if one.tag in {"p", "div", "table", "ul", "ol"}]
    if part.tag == "table":
        _table(made, part)
    elif part.tag in {"ul", "ol"}:
        for one in part:
            made.add_paragraph(_words(one), style="List Bullet")
    elif inner:
        for one in part:
            _put(made, one)
    elif text := _words(part):
        paragraph = made.add_paragraph()
        paragraph.add_run(text).bold = part.tag == "div"
        if part.tag == "p":
            paragraph.paragraph_format.first_line_indent = _SIZE * 2


def _table(made: Any, part: Any) -> None:
    rows = [[_words(cell) for cell in row] for row in part.iter("tr")]
    if not rows:
        return
    table = made.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
            for run in _runs(cell):
                run.font.size = Pt(11)


def _runs(cell: Any) -> Iterator[Any]:
    for paragraph in cell.paragraphs:
        yield from paragraph.runs


def _words(part: Any) -> str:
    return " ".join(part.text_content().split())

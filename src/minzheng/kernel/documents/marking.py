"""What leaves bears who took it, when, and under which number: a copy that turns up somewhere leads back (水印).

The paper that is kept is not touched: its digest and its check code stay those of the original.
"""

from __future__ import annotations

import json
from pathlib import Path

import typst

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.reveals.leaving import left
from minzheng.kernel.reveals.models import Left

from . import pdfs
from .fonts import fonts, replace_lacking

__all__ = ["marked", "taken", "words_of"]

_PAGE = Path(__file__).parent / "letters" / "mark.typ"
PDF = "application/pdf"


def words_of(row: Left) -> str:
    """Who, when, and the number under which it stands among what left."""
    at = clock.at_office_time(row.at)
    return f"{row.created_by_name}（{row.created_by}）{at:%Y-%m-%d %H:%M} 带出　编号 {row.pk}"


def taken(content: bytes, *, kind: str, what: str, rows: int = 1, path: str, by: Actor) -> bytes:
    """A paper that somebody takes along: counted, and if it is a PDF every page says so."""
    row: Left = left(what, rows=rows, path=path, by=by, clear=True)
    return marked(content, words_of(row)) if kind == PDF else content


def marked(content: bytes, words: str) -> bytes:
    """The same pages with the words over each."""
    made = typst.compile(
        str(_PAGE), root=str(_PAGE.parent), font_paths=fonts(), format="pdf",
        sys_inputs={"mark": json.dumps(replace_lacking(words, set()), ensure_ascii=False)},
    )  # fmt: skip
    try:
        return pdfs.stamped(content, made if isinstance(made, bytes) else made[0])
    except Refused:
        raise Refused("pdf_unmarked", "这份 PDF 无法加印带出标记，不能下载。请在线查看。") from None

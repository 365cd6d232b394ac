"""A letter becomes a page: content and frame go to typst as one JSON text, never as source.

The date comes from the frame, so that the same letter set twice is the same file, byte for byte (PDF/A-2b).
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from .fonts import fonts, replace_lacking
from .letters import Letter, Shape, printed

__all__ = ["Frame", "pdf", "pictures", "plain"]

# Pages import the shared one as "/kernel/documents/letters/base.typ", from a domain's folder too.
_SOURCE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Frame:
    """What the kernel puts around the content: number, instant, check code, where to verify it, remedies."""

    number: str
    title: str
    issued_at: datetime
    check_code: str
    address: str
    remedies: dict[str, dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        """The frame as it is stored beside the content."""
        return asdict(self) | {"issued_at": self.issued_at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Frame:
        """The frame that :meth:`as_json` wrote."""
        return cls(**(stored | {"issued_at": datetime.fromisoformat(stored["issued_at"])}))


def pdf(letter: Letter, content: Shape, frame: Frame) -> bytes:
    """The letter as an archival PDF."""
    made = _compile(letter, content, frame, format="pdf", pdf_standards=["a-2b"])
    return made if isinstance(made, bytes) else made[0]


def pictures(letter: Letter, content: Shape, frame: Frame, *, ppi: int = 96) -> list[bytes]:
    """The letter page by page as PNG, for a preview on a phone."""
    made = _compile(letter, content, frame, format="png", ppi=float(ppi))
    return [made] if isinstance(made, bytes) else list(made)


def plain(letter: Letter, content: Shape, frame: Frame) -> bytes:
    """The words of the letter as paragraphs and tables, for a copy that is edited by hand."""
    made = _compile(letter, content, frame, format="html")
    return made if isinstance(made, bytes) else made[0]


def _compile(
    letter: Letter, content: Shape, frame: Frame, *, format: Literal["pdf", "png", "html"], **how: Any
) -> bytes | list[bytes]:
    lacking: set[str] = set()
    page = replace_lacking({"data": printed(content), "frame": _shown(frame)}, lacking)
    page["frame"]["lacking"] = "、".join(sorted(lacking))
    page["frame"]["qr"] = _qr(frame.address)
    made: bytes | list[bytes] = typst.compile(
        str(letter.page),
        root=str(_SOURCE),
        font_paths=fonts(),
        sys_inputs={"letter": json.dumps(page, ensure_ascii=False)}
        | ({"plain": "1"} if format == "html" else {}),
        timestamp=int(frame.issued_at.timestamp()),
        format=format,
        **how,
    )
    return made


def _shown(frame: Frame) -> dict[str, Any]:
    """The frame as it is printed."""
    day, code = frame.issued_at, frame.check_code
    return {
        "number": frame.number,
        "title": frame.title,
        "issued_on": f"{day.year}年{day.month}月{day.day}日",
        "date": [day.year, day.month, day.day],
        "check_code": "-".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "address": frame.address,
        "remedies": frame.remedies,
    }


def _qr(text: str) -> str:
    """The address as a QR picture in SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, scale=1)
    return out.getvalue().decode()

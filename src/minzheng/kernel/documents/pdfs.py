"""A PDF is looked at in a process of its own, with little memory and time: what is handed in may be made to harm.

Pages become pictures, which every telephone shows; text is taken out for the search; many files become one for the
printer (PDFium).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from minzheng.kernel.errors import Refused

__all__ = ["joined", "page_count", "picture", "stamped", "text"]

_WORKER = Path(__file__).with_name("pdf_worker.py")
_SECONDS = 20


def picture(content: bytes, page: int, *, wide: int) -> bytes:
    """One page as a PNG so many points wide."""
    return _asked(content, "picture", str(page), str(wide))


def text(content: bytes) -> str:
    """The text of all pages, as far as the file holds text."""
    return _asked(content, "text").decode(errors="replace")


def page_count(content: bytes) -> int:
    """How many pages there are."""
    return int(_asked(content, "count"))


def joined(parts: Sequence[bytes]) -> bytes:
    """Several files one after the other; each begins on the front of a sheet, so that both sides may be printed."""
    sizes = ",".join(str(len(one)) for one in parts)
    return _asked(b"".join(parts), "join", sizes, seconds=_SECONDS + len(parts))


def stamped(content: bytes, stamp: bytes) -> bytes:
    """Every page with the one page of the stamp laid over it."""
    pages = f"{len(content)},{len(stamp)}"
    return _asked(content + stamp, "stamp", pages, seconds=_SECONDS + len(content) // 2_000_000)


def _asked(content: bytes, *words: str, seconds: int = _SECONDS) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, str(_WORKER), *words],
            input=content,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        raise Refused("pdf_unreadable", "这份 PDF 不能在这里显示。请下载后用阅读软件打开。")
    return done.stdout

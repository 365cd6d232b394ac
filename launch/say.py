"""What the person at the terminal reads: one line a step, one sentence a failure, never a traceback."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ERROR = re.compile(r"[A-Za-z_.]*[a-z][A-Za-z_.]*: .")  # not DETAIL: or LINE 3: of the database


class Stop(Exception):
    """Something on the way cannot go on; the sentence says what to do, in both languages."""

    def __init__(self, chinese: str, english: str, *, code: int = 1) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english
        self.code = code

    def __str__(self) -> str:
        return f"{self.chinese}\n{self.english}"


def readable_output() -> None:
    """Chinese reaches any terminal and any pipe, whatever its locale."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)


def line(text: str) -> None:
    print(text, flush=True)


def warning(chinese: str, english: str) -> None:
    print(f"注意：{chinese}\nWarning: {english}", file=sys.stderr, flush=True)


@contextmanager
def step(chinese: str, english: str) -> Iterator[None]:
    """Announce a step and, when it is through, the seconds it took."""
    started = time.monotonic()
    print(f"· {chinese} {english} …", flush=True)
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        print(f"  {seconds:.1f} s", flush=True)


def last_line(path: Path) -> str:
    """What a program said last, or the error its traceback ends in, cut to fit into a sentence."""
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    errors = [text for text in lines[-40:] if _ERROR.match(text)]
    return (errors or lines or [""])[-1].strip()[:300]

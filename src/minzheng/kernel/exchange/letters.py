"""The letter of authorisation (核对授权书) as it is signed: a version, its words, and the hash of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minzheng.kernel.signing import sm3

__all__ = ["CURRENT", "Letter", "letter"]

CURRENT = "authorisation_1"


@dataclass(frozen=True, slots=True)
class Letter:
    """One wording; a change of wording is a new file, so that every signature keeps its own text."""

    version: str
    text: str
    sha: str


@cache
def letter(version: str = CURRENT) -> Letter:
    """The letter of that version."""
    text = (Path(__file__).parent / "wordings" / f"{version}.md").read_text(encoding="utf-8")
    return Letter(version, text, sm3(text.encode()))

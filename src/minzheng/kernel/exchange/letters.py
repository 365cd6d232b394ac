"""The letter of authorisation (核对授权书) as it is signed: a version, its words, the hash of them, what it covers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minzheng.kernel.signing import sm3

from .sources import SOURCES

__all__ = ["CURRENT", "Letter", "covered", "letter"]

CURRENT = "authorisation_2"
_POINT = re.compile(r"\d+\. ")

# Whoever signed the first wording has authorised these and no more, however many sources are asked today.
_COVERS: Mapping[str, frozenset[str]] = {
    "authorisation_1": frozenset({"police", "tax_social", "property", "vehicles", "business", "bank", "pensions"}),
    "authorisation_2": frozenset(SOURCES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """One wording; a change of wording is a new file, so that every signature keeps its own text."""

    version: str
    text: str
    sha: str

    @property
    def title(self) -> str:
        """What it is called."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def paragraphs(self) -> list[str]:
        """What stands before the numbered points."""
        return [one for one in self._pieces if not _POINT.match(one)]

    @property
    def points(self) -> list[str]:
        """The numbered points without their numbers, each with all its lines: what is signed is what was read."""
        return [_POINT.sub("", one, count=1) for one in self._pieces if _POINT.match(one)]

    @property
    def _pieces(self) -> list[str]:
        body = self.text.partition("\n")[2].strip()
        pieces = re.split(r"\n\s*\n|\n(?=\d+\. )", body)
        return ["".join(line.strip() for line in one.splitlines()) for one in pieces]


@cache
def letter(version: str = CURRENT) -> Letter:
    """The letter of that version."""
    text = (Path(__file__).parent / "wordings" / f"{version}.md").read_text(encoding="utf-8")
    return Letter(version, text, sm3(text.encode()))


def covered(versions: Collection[str]) -> frozenset[str]:
    """The sources that every one of these letters names; a wording that is not kept covers nothing."""
    each = [_COVERS.get(version, frozenset()) for version in versions]
    return frozenset.intersection(*each) if each else frozenset()

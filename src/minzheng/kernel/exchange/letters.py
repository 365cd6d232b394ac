"""The letter of authorisation (核对授权书) as it is signed: a version, its words, the hash of them, what it covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minzheng.kernel.signing import sm3

from .sources import SOURCES

__all__ = ["CURRENT", "Letter", "covered", "letter"]

CURRENT = "authorisation_2"

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


@cache
def letter(version: str = CURRENT) -> Letter:
    """The letter of that version."""
    text = (Path(__file__).parent / "wordings" / f"{version}.md").read_text(encoding="utf-8")
    return Letter(version, text, sm3(text.encode()))


def covered(versions: Collection[str]) -> frozenset[str]:
    """The sources that every one of these letters names; a wording that is not kept covers nothing."""
    each = [_COVERS.get(version, frozenset()) for version in versions]
    return frozenset.intersection(*each) if each else frozenset()

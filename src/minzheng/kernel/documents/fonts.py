"""The fonts letters are set in (Noto Serif SC, Noto Sans SC; OFL), and which characters they lack.

A rare character in a name (生僻字) must not stop a decision: it is printed as 〓 and named at the foot.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

import typst
from pylopdf_fonts_zh_cn import serif_path

__all__ = ["fonts", "replace_lacking"]

GETA = "〓"


@cache
def fonts() -> typst.Fonts:
    """The two families, and none of the machine's own: every office prints the same page."""
    folder = str(serif_path().parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def replace_lacking(content: Any, lacking: set[str]) -> Any:
    """The content with every character the font lacks shown as 〓; their code points are collected."""
    if isinstance(content, dict):
        return {key: replace_lacking(value, lacking) for key, value in content.items()}
    if isinstance(content, list):
        return [replace_lacking(value, lacking) for value in content]
    if not isinstance(content, str):
        return content
    return "".join(_shown(character, lacking) for character in content.replace("\r\n", "\n"))


def _shown(character: str, lacking: set[str]) -> str:
    if character == "\n" or ord(character) in _characters():
        return character
    if ord(character) < 32 or character in "\u200b\u200d\ufeff":
        return ""
    lacking.add(f"U+{ord(character):04X}")
    return GETA


@cache
def _characters() -> frozenset[int]:
    """Every code point of the serif face, from its Unicode table (OpenType cmap, format 12)."""
    data = serif_path().read_bytes()
    tables = struct.unpack(">H", data[4:6])[0]
    records = (struct.unpack(">4sIII", data[at : at + 16]) for at in range(12, 12 + 16 * tables, 16))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack(">H", data[cmap + 2 : cmap + 4])[0]
    found: set[int] = set()
    for index in range(count):
        start = cmap + struct.unpack(">HHI", data[cmap + 4 + 8 * index : cmap + 12 + 8 * index])[2]
        if struct.unpack(">H", data[start : start + 2])[0] != 12:
            continue
        groups = struct.unpack(">I", data[start + 12 : start + 16])[0]
        for at in range(start + 16, start + 16 + 12 * groups, 12):
            first, last, _ = struct.unpack(">III", data[at : at + 12])
            found.update(range(first, last + 1))
    return frozenset(found)

"""One name is written in several ways: traditional or variant characters, signs between the parts, another sound.

``fold`` brings characters that stand for each other to one (``data/variants.csv``); ``sounds`` gives every way a name
may be read aloud, for a character may have more than one reading (单 dān, shàn, chán).
"""

from __future__ import annotations

import csv
import unicodedata
from functools import lru_cache
from itertools import product
from pathlib import Path

from minzheng.kernel.areas.spelling import spell_person

__all__ = ["blanks", "fold", "shorter", "sounds", "spelled", "surname_sound", "variants"]

DATA = Path(__file__).parent / "data"
MOST_READINGS = 6
SHORT = 3
"""In a name of fewer characters one that is another makes another name."""
_SIGNS = " ·•‧・･．∙⋅.'’-　"


@lru_cache(maxsize=1)
def variants() -> dict[str, str]:
    """Each character that another one stands for."""
    with (DATA / "variants.csv").open(encoding="utf-8", newline="") as lines:
        return {row["variant"]: row["stands_for"] for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(sign): None for sign in _SIGNS}
    return table | {ord(variant): kept for variant, kept in variants().items()}


def fold(name: str) -> str:
    """The name without signs, each character in the one form that is compared."""
    return unicodedata.normalize("NFKC", name).upper().translate(_table())


@lru_cache(maxsize=8192)
def _readings(char: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    found = pinyin(char, style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(found[0])) if found else (char,)


@lru_cache(maxsize=65536)
def sounds(folded: str) -> tuple[str, ...]:
    """Every reading of the name, the usual one first; of a name with very many, the first few."""
    ways = [_readings(char) for char in folded]
    spoken = ("".join(way) for way in product(*ways))
    usual = spell_person(folded)[0]
    found = dict.fromkeys([usual])
    for one in spoken:
        if len(found) >= MOST_READINGS:
            break
        found[one] = None
    return tuple(found)


def blanks(folded: str) -> list[str] | None:
    """The name with each character left open in turn: two names that share one of these differ in one character."""
    if len(folded) < SHORT:
        return None
    return [f"{folded[:at]}?{folded[at + 1 :]}" for at in range(len(folded))]


def shorter(folded: str) -> list[str] | None:
    """The name without each character in turn, where what is left is still no short name."""
    if len(folded) <= SHORT:
        return None
    return list(dict.fromkeys(folded[:at] + folded[at + 1 :] for at in range(len(folded))))


def spelled(folded: str) -> str:
    """The usual reading, by which names are looked up."""
    return sounds(folded)[0] if folded else ""


def surname_sound(folded: str) -> str:
    """How the first character is read as a surname."""
    return spell_person(folded[:1])[0] if folded else ""

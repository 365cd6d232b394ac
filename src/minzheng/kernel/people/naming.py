"""A name typed in letters: 单小满 is found by sxm, by shanxiaoman and by shanxiaom, whichever way it is read.

Initials are stored with each person.  Whole pinyin is not: what was typed is cut into syllables, each syllable stands
for all characters that may be read so, and the database compares characters.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["patterns", "spelled"]

_MOST = 6
_LONGEST = 30
_LONGEST_SYLLABLE = 6
_FIRST, _LAST = 0x4E00, 0x9FFF


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    """For each syllable the characters that are read so, in any of their readings."""
    from pypinyin.constants import PINYIN_DICT

    found: dict[str, list[str]] = defaultdict(list)
    for code in range(_FIRST, _LAST + 1):
        readings = PINYIN_DICT.get(code, "")
        for syllable in {_toneless(one) for one in readings.split(",") if one}:
            found[syllable].append(chr(code))
    return {syllable: "".join(chars) for syllable, chars in found.items() if syllable.isascii()}


def _toneless(reading: str) -> str:
    """lǚ is typed lv."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in parts if c.isalpha())


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, str]:
    """The characters whose reading begins so: the last syllable may still be being typed."""
    found: dict[str, list[str]] = defaultdict(list)
    for syllable, chars in _characters().items():
        for length in range(1, len(syllable)):
            found[syllable[:length]].append(chars)
    return {begun: "".join(parts) for begun, parts in found.items()}


def patterns(typed: str) -> tuple[str, ...]:
    """Regular expressions over the beginning of a name, one for each way to cut what was typed into syllables."""
    return tuple(pattern for _, pattern in spelled(typed))


@lru_cache(maxsize=256)
def spelled(typed: str) -> tuple[tuple[str, str], ...]:
    """The same, each with the initials that the name then has, by which an index finds it."""
    text = typed.lower().replace("'", "")
    if not 2 <= len(text) <= _LONGEST:
        return ()
    found: list[tuple[str, str]] = []
    for cut in _cuts(text):
        if len(found) < _MOST and any(len(one) > 1 for one in cut):
            pattern = "^" + "".join(f"[{_of(one, last=n == len(cut))}]" for n, one in enumerate(cut, 1))
            found.append(("".join(one[0] for one in cut), pattern))
    return tuple(found)


def _of(syllable: str, *, last: bool) -> str:
    whole = _characters().get(syllable, "")
    return whole + _beginnings().get(syllable, "") if last else whole


def _cuts(text: str) -> Iterator[tuple[str, ...]]:
    """Longest syllables first; only the last may be unfinished."""
    for length in range(min(_LONGEST_SYLLABLE, len(text)), 0, -1):
        head, rest = text[:length], text[length:]
        if not rest and (head in _characters() or head in _beginnings()):
            yield (head,)
        elif rest and head in _characters():
            yield from ((head, *more) for more in _cuts(rest))

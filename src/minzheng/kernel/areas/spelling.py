"""How a name is spelled for search and for order: toneless pinyin and its initials.

PostgreSQL here has no Chinese collation, so lists are ordered by the stored pinyin.  Place names keep
readings of their own that a dictionary of words gets wrong: 长 is cháng in 长白 and 长岭, 窝堡 is said wōpù.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["spell", "spell_person"]

# Readings that hold wherever the character stands in a name of this province.
_CHARACTERS = {
    "长": "chang", "朝": "chao", "珲": "hun", "翟": "zhai", "都": "du", "卜": "bu", "什": "shi", "乐": "le",
    "仇": "qiu", "圈": "quan", "乾": "qian", "重": "zhong", "单": "dan", "解": "jie", "查": "cha",
}  # fmt: skip

# Whole words read otherwise than the rule above; longer words win.
_WORDS = {
    "窝堡": ("wo", "pu"), "里堡": ("li", "pu"), "萝卜": ("luo", "bo"), "马圈": ("ma", "juan"),
    "羊圈": ("yang", "juan"), "猪圈": ("zhu", "juan"), "重庆": ("chong", "qing"), "重新": ("chong", "xin"),
    "重阳": ("chong", "yang"), "单家": ("shan", "jia"), "解家": ("xie", "jia"), "查家": ("zha", "jia"),
    "音乐": ("yin", "yue"), "村长": ("cun", "zhang"),
}  # fmt: skip

_SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "区": "ou", "朴": "piao", "查": "zha", "盖": "ge",
    "乐": "yue", "任": "ren", "华": "hua", "缪": "miao", "牟": "mu", "翟": "zhai", "员": "yun", "黑": "he",
    "种": "chong", "冼": "xian", "覃": "qin", "尉迟": "yuchi", "长孙": "zhangsun", "万俟": "moqi",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def spell(text: str) -> tuple[str, str]:
    """Pinyin without tones or spaces, and the initials: 长春市 → (changchunshi, ccs)."""
    syllables = _syllables(text)
    return "".join(syllables), "".join(s if s.isdigit() else s[0] for s in syllables)


def spell_person(name: str) -> tuple[str, str]:
    """The same for a person: a surname has a reading of its own (单 shan, 朴 piao)."""
    for length in (2, 1):
        if (surname := _SURNAMES.get(name[:length])) is not None:
            pinyin, initials = spell(name[length:])
            heads = surname[0] if length == 1 else "".join(s[0] for s in _syllables(name[:2]))
            return surname + pinyin, heads + initials
    return spell(name)


def _syllables(text: str) -> list[str]:
    """One syllable for each character; letters and digits stand for themselves, signs fall away."""
    from pypinyin import lazy_pinyin  # a large dictionary: read on first use, not at every start

    found: list[str] = []
    given: list[str] = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]  # one sign each
    for i, (char, syllable) in enumerate(zip(text, given, strict=True)):
        if (word := _word_at(text, i)) is not None:
            found.append(word)
        elif char.isalnum():
            found.append(_CHARACTERS.get(char, syllable.lower()))
    return found


def _word_at(text: str, i: int) -> str | None:
    """The syllable of this character if it stands in one of the words above."""
    for word, read in _WORDS.items():
        start = text.find(word, max(0, i - len(word) + 1))
        if start != -1 and start <= i:
            return read[i - start]
    return None

"""Members called by name: the law counts the persons of a household, a page knows who they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["by_name"]

_MEMBER = re.compile(r"第 (\d+) 位成员")


def by_name(text: str, names: Sequence[str]) -> str:
    """A sentence about 第 2 位成员 with that person's name in its place."""
    known = dict(enumerate(names, start=1))
    return _MEMBER.sub(lambda found: known.get(int(found[1]), found[0]), text)

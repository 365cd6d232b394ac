"""Numbers arrive as people write them: full-width, spaced in groups, in small letters."""

from __future__ import annotations

import re

__all__ = ["HALF_WIDTH", "normalise"]

# Full-width letters and digits, and what people type between groups of digits.
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")


def normalise(text: str) -> str:
    """The text as typed on a half-width keyboard: no spaces, capital letters."""
    return _SPACES.sub("", text.translate(HALF_WIDTH)).upper()

"""Stored values as a reader takes them in: yuan, days, choices, and masks over personal numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.people.fields import SealedField

from .columns import masked

__all__ = ["Asked", "field_in_words", "in_percent", "in_words", "in_yuan", "label_of"]

_FEN = "（分）"
# An exact share as it is kept, 1773/25; told with one decimal.
_SHARE = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of a register: filters by column, what is searched for, which columns."""

    filters: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    only: Collection[str] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"filters": dict(self.filters), "search": self.search, "only": list(self.only)}


def in_yuan(fen: int) -> str:
    """Whole fen as yuan: 1,234.00 元."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d} 元"


def in_percent(part: int, whole: int) -> str:
    """A share to one hundredth of a percent, cut off: what falls short of a target never reads as if it reached it."""
    hundredths = part * 10000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def in_words(value: Any) -> str:
    """A stored value in a sentence; nothing for nothing."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{clock.at_office_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(in_words(one) for one in value)
    if isinstance(value, str) and _SHARE.fullmatch(value):
        tenths = Fraction(value) * 10
        return str(Decimal(round(tenths)) / 10).removesuffix(".0")
    return "" if value is None else str(value)


def field_in_words(row: Any, field: Any) -> str:
    """One field of an entry, or of one of its past states; a column of fen says so in its own name."""
    value = getattr(row, field.name)
    if isinstance(field, SealedField):
        return masked(field, value)
    if field.flatchoices:
        return in_words(dict(field.flatchoices).get(value, value))
    if isinstance(value, int) and not isinstance(value, bool) and _FEN in str(field.verbose_name):
        return in_yuan(value)
    return in_words(value)


def label_of(field: Any) -> str:
    """A field's word; what is kept in fen is told in yuan."""
    return str(field.verbose_name).replace(_FEN, "")

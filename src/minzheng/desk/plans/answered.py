"""Answers that several sheets of the plan share: a paper by its number, a number with at most two decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.queries import get
from minzheng.kernel.errors import Refused

__all__ = ["decimal", "paper"]


def paper(sent: Any, by: Actor) -> Document | None:
    """The paper that came with a sheet."""
    return get(int(sent), by) if sent else None


def decimal(text: str, *, field: str) -> Decimal:
    """A number as it is typed, with at most two decimals."""
    try:
        value = Decimal(text.replace(",", "").strip())
    except ArithmeticError:
        raise Refused("number_needed", "应填数字，例如 90 或 87.5。", field=field) from None
    if not value.is_finite() or value != value.quantize(Decimal("0.01")) or abs(value) > 10**12:
        raise Refused("number_needed", "数字最多两位小数。", field=field)
    return value

"""Yuan as a bank writes them, in whole fen; anything finer or unreadable is refused."""

from __future__ import annotations

from decimal import Decimal

from minzheng.kernel.errors import Refused

__all__ = ["fen"]


def fen(text: str, *, at: int, what: str = "行") -> int:
    """The amount of one line of an answer, in fen."""
    try:
        amount = Decimal(text.strip()) * 100
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount < 10**15:
        raise Refused(
            "answer_amount", f"银行回执第 {at} {what}的金额无法识别。请向银行索取正确的回执。", at=at
        )
    return int(amount)

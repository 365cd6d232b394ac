"""How an amount becomes payable: rounded once, to the unit and in the way the place has registered."""

from __future__ import annotations

from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import parameter, rounded

__all__ = ["payable"]


def payable(amount: Expression) -> Expression:
    """Half up to the fen unless the place pays whole yuan or rounds otherwise."""
    return rounded(
        amount,
        to=parameter("money.unit", unit="count"),
        mode=parameter("money.rounding", unit="code", options=("half_up", "up", "down")),
    )

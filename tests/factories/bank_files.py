"""Lines for a bank and the heading above them, as tests need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from minzheng.kernel.ledger.bank import BankLine, Heading, layout, produce

BATCH = "assistance.dibao/22-2201-220102/2026-04/1"


def some_lines(number: int, *, prefix: str = "MZ1") -> list[BankLine]:
    """So many lines, each of another amount."""
    return [
        BankLine(BATCH, f"{prefix}-{at}-1", "测立秋", f"{at:016d}", 54600 + at) for at in range(1, number + 1)
    ]


def heading(lines: Sequence[BankLine], **changes: Any) -> Heading:
    """The heading that fits the lines."""
    given: dict[str, Any] = {
        "message_id": "MZ1F01", "created": datetime(2026, 4, 1, 1, tzinfo=UTC), "debtor": "测试县民政局",
        "debtor_account": "0000000000000009", "on": date(2026, 4, 2), "count": len(lines),
        "total": sum(line.amount for line in lines), "bank": "测试银行",
    }  # fmt: skip
    return Heading(**(given | changes))


def a_file(lines: Sequence[BankLine], *, code: str = "pain001", message_id: str = "MZ1F01") -> bytes:
    """The whole file in a layout."""
    return b"".join(produce(lines, layout=layout(code), heading=heading(lines, message_id=message_id)))

"""One line for the bank, one line of its answer, and what either may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from minzheng.kernel.errors import Refused

__all__ = ["BankLine", "Return", "Row", "check_text", "in_batches", "plain", "yuan"]

T = TypeVar("T")

Row = tuple[str, str, str, str, int]
"""A line as plain values, straight from the database: batch, reference, owner, account, fen."""

# A letter or digit first, then nothing that means something to XML or to a spreadsheet: nearly every name.
plain = re.compile(r"[^\W_][\w· .\-]{0,139}").fullmatch
# What XML 1.0 cannot hold at all, and what would break a line in two.
_NOWHERE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class BankLine(NamedTuple):
    """One line for the bank: pay this amount to this account, under this reference."""

    batch: str
    reference: str
    owner: str
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Return:
    """One line of the bank's answer: paid, or failed and why."""

    reference: str
    paid: bool
    amount: int
    reason: str = ""


def yuan(fen: int) -> str:
    """Fen as the bank writes yuan: with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def check_text(text: str, *, longest: int, what: str, at: int) -> str:
    """A text that any bank can read: not empty, not too long, on one line."""
    if not 0 < len(text) <= longest or _NOWHERE.search(text) or text.isspace():
        raise Refused(
            "bank_line_text",
            f"银行文件第 {at} 笔的{what}为空、超过 {longest} 个字符或含有不能书写的字符。"
            "请改正这笔付款后重新生成文件。",
            at=at,
        )
    return text


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of a size, so that memory stays flat."""
    running = iter(rows)
    while batch := list(islice(running, size)):
        yield batch

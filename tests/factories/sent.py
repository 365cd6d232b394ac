"""Files of payments handed to the bank over HTTP, and what its own books say of them."""

from __future__ import annotations

from itertools import count

from minzheng.kernel.ledger.bank import Return
from minzheng.kernel.ledger.bank.channel import Acknowledged, Collected, collect_http, deliver_http

from .bank import KEY, Bank, until
from .bank_files import a_file, some_lines

__all__ = ["SECRET", "Sent", "of", "paid_once"]

SECRET = KEY.encode()
_numbers = count(1)


class Sent:
    """A file of so many lines under a number of its own."""

    def __init__(self, number: int = 3, *, code: str = "pain001") -> None:
        self.message = f"MZ{next(_numbers)}F01"
        self.lines = some_lines(number, prefix=self.message)
        self.content = a_file(self.lines, code=code, message_id=self.message)
        self.name = self.message + {"pain001": ".xml", "xlsx": ".xlsx"}.get(code, ".csv")

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def paid(self) -> list[Return]:
        return [Return(line.reference, True, line.amount) for line in self.lines]

    def deliver(self, bank: Bank, *, timeout: float = 10) -> Acknowledged:
        return deliver_http(bank.address, SECRET, self.message, self.name, self.content, timeout=timeout)

    def mine(self, answers: list[Collected]) -> list[Collected]:
        return [one for one in answers if one.name.startswith(self.message)]

    def answered(self, bank: Bank, number: int = 1) -> list[Collected]:
        """The answers to this file, once there are so many."""
        return until(
            lambda: self.mine(list(collect_http(bank.address, SECRET, 0))), lambda got: len(got) >= number
        )


def paid_once(bank: Bank, *sent: Sent) -> None:
    """The bank's own books: every line of these files paid once, and nothing else of them."""
    assert of(bank, *sent) == {line.reference: line.amount for one in sent for line in one.lines}


def of(bank: Bank, *sent: Sent) -> dict[str, int]:
    """What the bank paid of these files."""
    begin = tuple(one.message for one in sent)
    return {key: amount for key, amount in bank.books.payments().items() if key.startswith(begin)}

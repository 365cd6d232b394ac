"""The bank as it really runs: a process of its own, with a drop folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from minzheng.config.bank.books import Books
from minzheng.kernel.ledger.bank.channel import Collected, collect_http
from tests.factories.apart import Apart

T = TypeVar("T")
KEY = "a key that only the tests and their bank share"


class Bank(Apart):
    """The process, its books, its drop folder, and the line to it."""

    command, key_name, key = "bank", "MINZHENG_BANK_KEY", KEY

    @property
    def folder(self) -> Path:
        return self.home / "drop"

    def options(self) -> list[str]:
        return ["--folder", str(self.folder), *super().options()]

    @property
    def books(self) -> Books:
        """The bank's own books, read beside it."""
        return Books(self.data)

    def fault(self, kind: str, *, percent: int = 100, seconds: float = 0, times: int = 0) -> None:
        """Make something go wrong; no percent lifts it."""
        said = {"kind": kind, "percent": percent, "seconds": seconds, "times": times}
        status, answer = self.post("/faults", said)
        assert status == 200, answer

    def account(self, account: str, state: str = "open", *, owner: str = "") -> None:
        """What the bank knows of an account."""
        status, answer = self.post("/accounts", {"account": account, "state": state, "owner": owner})
        assert status == 200, answer

    def collected(self, *, after: int = 0, at_least: int = 1) -> list[Collected]:
        """The answers since a cursor, once there are so many."""
        return until(
            lambda: list(collect_http(self.address, KEY.encode(), after)), lambda got: len(got) >= at_least
        )


def until(look: Callable[[], T], good: Callable[[T], bool], *, patience: float = 20) -> T:
    """Look again and again until it is as it should be."""
    end = time.monotonic() + patience
    while not good(found := look()):
        assert time.monotonic() < end, f"still {found!r}"
        time.sleep(0.05)
    return found


running = Bank.running

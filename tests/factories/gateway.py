"""The gateway of short messages as it really runs: a process of its own."""

from __future__ import annotations

from minzheng.config.gateway.books import Books
from tests.factories.apart import Apart

KEY = "a key that only the tests and their gateway share"


class Gateway(Apart):
    """The process and its books."""

    command, key_name, key = "gateway", "MINZHENG_SMS_KEY", KEY

    @property
    def books(self) -> Books:
        """The gateway's own books, read beside it."""
        return Books(self.data)


running = Gateway.running

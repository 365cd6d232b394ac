"""Short messages through a gateway over signed HTTP; the gateway takes a key once, however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from django.conf import settings

from minzheng.kernel.errors import Mistake
from minzheng.kernel.notices.keys import sms_key
from minzheng.kernel.signing import asked, connected

from .shapes import Arrived, Heard, Outcome, Posted, Said

__all__ = ["Gateway"]

_TIMEOUT_SECONDS = 10.0
_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where the gateway is reached, and under which key."""

    address: str
    key: bytes = field(repr=False)
    keyed: bool = True

    @classmethod
    def of_settings(cls) -> Gateway:
        """The gateway of the settings."""
        return cls(settings.MINZHENG_SMS, sms_key())

    def send(self, one: Posted) -> Said:
        """Hand one over: taken (also if it was taken before), refused for good, or to be tried again."""
        body = json.dumps({"key": one.key, "to": one.to, "text": one.text}, ensure_ascii=False).encode()
        told = self._ask("POST", "/messages", body)
        if isinstance(told, str):
            return Said(Outcome.LATER, error=told)
        status, said = told
        if status == 422:
            return Said(Outcome.REFUSED, error=str(said.get("error", "refused"))[:40])
        if status == 200 and said.get("key") == one.key and isinstance(said.get("receipt"), str):
            return Said(Outcome.TAKEN, receipt=said["receipt"][:80])
        return Said(Outcome.LATER, error=f"status_{status}")

    def arrivals(self, after: int) -> Iterator[Arrived]:
        """What the operators reported since a cursor, page by page."""
        for row in self._since("receipts", after):
            why = str(row.get("why", ""))[:40]
            yield Arrived(int(row["cursor"]), str(row["key"]), bool(row["delivered"]), why)

    def answers(self, after: int) -> Iterator[Heard]:
        """What people wrote back since a cursor, page by page."""
        for row in self._since("answers", after):
            yield Heard(int(row["cursor"]), str(row["key"]), str(row["from"]), str(row["text"]))

    def _since(self, what: str, after: int) -> Iterator[dict[str, Any]]:
        while True:
            told = self._ask("GET", f"/{what}?after={after}", b"")
            rows = told[1].get(what) if not isinstance(told, str) and told[0] == 200 else None
            if not isinstance(rows, list) or not rows:
                return
            yield from rows
            after = int(rows[-1]["cursor"])

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]] | str:
        """Status and content of a reply that is signed back, or in a word why there is none."""
        told = asked(self._connection(), self.key, method=method, path=path, body=body, most=_LARGEST)
        if told.why:
            return told.why
        try:
            said = json.loads(told.content)
        except (ValueError, RecursionError):
            return "malformed"
        return (told.status, said) if isinstance(said, dict) else "malformed"

    def _connection(self) -> HTTPConnection:
        """A fresh connection; the environment's proxies are not asked."""
        message = f"短信通道地址“{self.address}”不对。请把 MINZHENG_SMS 设为 http://主机:端口。"
        return connected(self.address, timeout=_TIMEOUT_SECONDS, wrong=Mistake("sms_address", message))

"""The gateway's door: signed requests in, signed answers out.

``POST /messages`` {key, to, text}; ``GET /receipts?after=N`` what arrived since; ``GET /answers?after=N`` what people
wrote back since; ``POST /answers`` {from, text} somebody writes back; ``POST /faults`` {kind, times};
``POST /numbers`` {to, state}; ``GET /healthz``.
"""

from __future__ import annotations

import json
import logging
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from minzheng.kernel.signing import NONCE, Guard, sign

from .books import FAULTS, STATES, Books

__all__ = ["SmsGateway"]

LARGEST_REQUEST = 64 * 1024
LONGEST_ANSWER = 500
log = logging.getLogger("minzheng.gateway")


class SmsGateway(ThreadingHTTPServer):
    """The process: books and key."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], *, key: bytes, data: Path) -> None:
        super().__init__(address, Door)
        self.books = Books(data)
        self.guard = Guard(key, began=time.time())


class Door(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server_version = "gateway"
    sys_version = ""
    timeout = 60

    @property
    def house(self) -> SmsGateway:
        return cast(SmsGateway, self.server)

    def log_message(self, format: str, *args: Any) -> None:
        """One line for each request, for whoever asks for it; no number and no text ever stands here."""
        log.info(format, *args)

    def do_GET(self) -> None:
        """The reports and what people wrote back, to whoever holds the key."""
        asked = urlsplit(self.path)
        after = parse_qs(asked.query).get("after", ["0"])[0]
        if asked.path == "/healthz":
            self._answer(200, {"state": "ok"})
        elif refused := self.house.guard.refuse(self.headers, what="GET", path=self.path, body=b""):
            self._answer(401, {"error": refused})
        elif asked.path == "/receipts" and after.isdecimal() and len(after) < 16:
            self._answer(200, {"receipts": self.house.books.reports(int(after))})
        elif asked.path == "/answers" and after.isdecimal() and len(after) < 16:
            self._answer(200, {"answers": self.house.books.answers(int(after))})
        else:
            self._answer(404, {"error": "no_such_path"})

    def do_POST(self) -> None:
        """A message, or an order to the rehearsal."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(413, {"error": "too_large"})
            return
        body = self.rfile.read(int(length))
        if self.path == "/messages" and self.house.books.strikes("down"):
            self._hang_up()
        elif refused := self.house.guard.refuse(self.headers, what="POST", path=self.path, body=body):
            self._answer(401, {"error": refused})
        else:
            self._ordered(_json(body))

    def _ordered(self, said: dict[str, Any]) -> None:
        kind, state = said.get("kind"), said.get("state")
        if self.path == "/messages":
            self._take(said)
        elif self.path == "/answers" and said.get("from") and isinstance(said.get("text"), str):
            self.house.books.hear(str(said["from"]), said["text"][:LONGEST_ANSWER])
            self._answer(200, {})
        elif self.path == "/faults" and kind in FAULTS and type(said.get("times")) is int:
            self.house.books.set_fault(str(kind), said["times"])
            self._answer(200, {"kind": kind})
        elif self.path == "/numbers" and state in STATES and said.get("to"):
            self.house.books.set_number(str(said["to"]), str(state))
            self._answer(200, {"state": state})
        else:
            self._answer(400, {"error": "no_such_order"})

    def _take(self, said: dict[str, Any]) -> None:
        key, to, text = (str(said.get(name, "")) for name in ("key", "to", "text"))
        if not 0 < len(key) <= 60 or len(text) > 500:
            self._answer(422, {"error": "message_malformed"})
        elif not (number := self.house.books.take(key, to, text)):
            self._answer(422, {"error": "number_invalid"})
        elif self.house.books.strikes("cut"):
            self._hang_up()
        elif self.house.books.strikes("lost"):
            self._answer(500, {"error": "internal"})
        else:
            self._answer(200, {"key": key, "receipt": number})

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.headers.get(NONCE):
            key, nonce = self.house.guard.key, self.headers[NONCE]
            for name, value in sign(key, what=str(status), path=self.path, body=body, nonce=nonce).items():
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}

"""The bank's door: signed files in, signed acknowledgements and answers out; unsigned and replayed ones refused.

``POST /files?message=…&name=…`` the file; ``GET /answers?after=N`` what was answered since, ``GET /answers/N`` one
answer; ``GET /books`` the books in five numbers; ``POST /faults`` {kind, percent, seconds, times};
``POST /accounts`` {account, state, owner}; ``GET /healthz``.
"""

from __future__ import annotations

import json
import logging
import secrets
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from minzheng.kernel.signing import NONCE, Guard, sign

from .books import Books, Differs
from .faults import KINDS, Fault, drawn, fault_of
from .reading import Unreadable
from .working import Clerk

__all__ = ["Bank"]

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_REQUEST = 64 * 1024
MOST_ANSWERS = 100
ACCOUNT_STATES = ("open", "closed", "missing")
_BINARY = "application/octet-stream"

log = logging.getLogger("minzheng.bank")


class Bank(ThreadingHTTPServer):
    """The process: books, key and clerk."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], *, key: bytes, data: Path, folder: Path) -> None:
        super().__init__(address, Door)
        self.books = Books(data)
        self.guard = Guard(key, began=time.time())
        self.clerk = Clerk(self.books, folder, gone=self.shutdown)
        self.clerk.start()

    def server_close(self) -> None:
        """The clerk finishes what it holds."""
        if hasattr(self, "clerk"):
            self.clerk.end()
        super().server_close()


class Door(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server_version = "bank"
    sys_version = ""
    timeout = 60
    # What goes wrong with this one; set anew for each request, of which a connection may carry several.
    struck: dict[str, Fault]

    @property
    def house(self) -> Bank:
        return cast(Bank, self.server)

    def log_message(self, format: str, *args: Any) -> None:
        """One line for each request, for whoever asks for it; what is in the files never stands here."""
        log.info(format, *args)

    def do_GET(self) -> None:
        """Answers and books, to whoever holds the key."""
        self.struck = {}
        if self.path == "/healthz":
            self._answer(200, {"state": "ok"})
            return
        self.struck = self._strike("down", "cut", "forged")
        if "down" in self.struck:
            self._hang_up()
        elif refused := self.house.guard.refuse(self.headers, what="GET", path=self.path, body=b""):
            self._answer(401, {"error": refused})
        else:
            self._read(urlsplit(self.path))

    def _read(self, asked: Any) -> None:
        number = asked.path.removeprefix("/answers/")
        after = parse_qs(asked.query).get("after", ["0"])[0]
        if asked.path == "/books":
            self._answer(200, self.house.books.summary(), signed=True)
        elif asked.path == "/answers" and after.isdecimal() and len(after) < 16:
            rows = self.house.books.answers(after=int(after), most=MOST_ANSWERS)
            listed = [{"cursor": cursor, "name": name, "size": size} for cursor, name, size in rows]
            self._answer(200, {"answers": listed, "more": len(rows) == MOST_ANSWERS}, signed=True)
        elif number.isdecimal() and len(number) < 16:
            content = self.house.books.answer(int(number))
            if content is None:
                self._answer(404, {"error": "no_such_answer"}, signed=True)
            else:
                self._send(200, content, signed=True, kind=_BINARY)
        else:
            self._answer(404, {"error": "no_such_path"}, signed=True)

    def do_POST(self) -> None:
        """A file, or an order to the rehearsal: a fault or an account."""
        asked = urlsplit(self.path)
        length, most, self.struck = self.headers.get("Content-Length", ""), LARGEST_REQUEST, {}
        if asked.path == "/files":
            most, self.struck = LARGEST_FILE, self._strike("down", "cut", "lost", "hang", "forged")
        if not length.isdecimal() or int(length) > most:
            self.close_connection = True
            self._answer(413, {"error": "too_large"})
            return
        if "down" in self.struck or "cut" in self.struck:
            self.rfile.read(int(length) // 2 if "cut" in self.struck else 0)
            self._hang_up()
            return
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True  # the sender broke off: nothing is taken
            return
        if refused := self.house.guard.refuse(self.headers, what="POST", path=self.path, body=body):
            self._answer(401, {"error": refused})
        elif asked.path == "/files":
            self._take(parse_qs(asked.query), body)
        else:
            self._rehearse(asked.path, body)

    def _take(self, named: dict[str, list[str]], body: bytes) -> None:
        message_id, name = (named.get(key, [""])[0] for key in ("message", "name"))
        if not 0 < len(message_id) <= 35 or not 0 < len(name) <= 200:
            self._answer(422, {"error": "number_missing", "message": "没有文件编号或文件名"}, signed=True)
            return
        try:
            taken = self.house.books.take(body, message_id=message_id, name=name, way="http")
        except Differs:
            said = {"error": "message_differs", "message": "同一编号已收过内容不同的文件"}
            self._answer(409, said, signed=True)
            return
        except Unreadable as reason:
            said = {"error": "unreadable", "code": reason.code, "message": reason.reason}
            self._answer(422, said, signed=True)
            return
        self.house.clerk.wake.set()
        self._acknowledge(taken.__dict__)

    def _acknowledge(self, said: dict[str, Any]) -> None:
        """The file is safe; whether the sender learns of it is another matter."""
        if "hang" in self.struck:
            time.sleep(self.struck["hang"].seconds)
            self._hang_up()
        elif "lost" in self.struck:
            self._answer(500, {"error": "internal"})
        else:
            self._answer(200, said, signed=True)

    def _rehearse(self, path: str, body: bytes) -> None:
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            self._answer(400, {"error": "not_json"}, signed=True)
        elif path == "/faults" and (fault := fault_of(asked)):
            self.house.books.set_fault(fault)
            self._answer(200, {"kind": fault.kind}, signed=True)
        elif path == "/accounts" and asked.get("account") and asked.get("state") in ACCOUNT_STATES:
            account, state, owner = str(asked["account"]), str(asked["state"]), str(asked.get("owner", ""))
            self.house.books.set_account(account, state=state, owner=owner)
            self._answer(200, {"account": account}, signed=True)
        else:
            said = {"error": "no_such_order", "faults": KINDS, "accounts": ACCOUNT_STATES}
            self._answer(400, said, signed=True)

    def _strike(self, *kinds: str) -> dict[str, Fault]:
        with self.house.books.reading() as books:
            if books.execute("select 1 from faults limit 1").fetchone() is None:
                return {}
        with self.house.books.writing() as books:
            return drawn(books, *kinds)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, said: dict[str, Any], *, signed: bool = False) -> None:
        self._send(status, json.dumps(said, ensure_ascii=False).encode(), signed=signed)

    def _send(self, status: int, body: bytes, *, signed: bool, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if signed:
            key = secrets.token_bytes(32) if "forged" in self.struck else self.house.guard.key
            headers = sign(key, what=str(status), path=self.path, body=body, nonce=self.headers[NONCE])
            for name, value in headers.items():
                self.send_header(name, value)
        try:
            self.end_headers()
            if self.command == "GET" and "cut" in self.struck:
                self.wfile.write(body[: len(body) // 2])
                self._hang_up()
            else:
                self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # whoever asked has given up waiting

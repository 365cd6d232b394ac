"""The departments' door: signed questions in, signed answers out; unsigned, stale, replayed ones refused.

``POST /query/<source>`` {number, purpose, reference_date, request_id} → {found, record or reason, as_of};
``POST /events/<source>`` {since, limit, purpose, request_id} → {rows, next}: what has happened, in order;
``POST /faults`` {source, kind, seconds}; ``GET /healthz``.  Numbers travel in the body, so no log has them.
"""

from __future__ import annotations

import json
import logging
import socket
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from minzheng.kernel import clock
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.signing import NONCE, Guard, sign

from . import happenings, records
from .faults import KINDS, Fault, Faults

__all__ = ["Departments"]

LARGEST_REQUEST = 64 * 1024
NOT_HERE = "本部门没有此人的记录"


log = logging.getLogger("minzheng.departments")


class Departments(ThreadingHTTPServer):
    """The process: data, key and faults shared by the threads that answer."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], *, key: bytes, data: Path) -> None:
        self.data = data
        self.guard = Guard(key, began=time.time())
        self.faults = Faults(data.with_name(data.name + ".faults.json"))
        super().__init__(address, Door)


class Door(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server_version = "departments"
    sys_version = ""
    timeout = 30

    @property
    def house(self) -> Departments:
        return cast(Departments, self.server)

    def log_message(self, format: str, *args: Any) -> None:
        """One line for each request, for whoever asks for it; numbers stand in bodies and never here."""
        log.info(format, *args)

    def do_GET(self) -> None:
        """Whether the process is alive; nothing else may be read without a signature."""
        if self.path == "/healthz":
            self._answer(200, {"state": "ok", "sources": list(SOURCES)})
        else:
            self._answer(404, {"error": "no_such_path"})

    def do_POST(self) -> None:
        """A signed request, once."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(413, {"error": "too_large"})
            return
        body = self.rfile.read(int(length))
        refused = self.house.guard.refuse(self.headers, what="POST", path=self.path, body=body)
        if refused:
            self._answer(401, {"error": refused})
            return
        asked = _asked(body)
        if asked is None:
            self._answer(400, {"error": "not_json"}, signed=True)
        elif self.path == "/faults":
            self._set_fault(asked)
        elif self.path.removeprefix("/query/") in SOURCES:
            self._query(self.path.removeprefix("/query/"), asked)
        elif self.path.removeprefix("/events/") in happenings.SOURCES:
            self._events(self.path.removeprefix("/events/"), asked)
        else:
            self._answer(404, {"error": "no_such_path"}, signed=True)

    def _query(self, source: str, asked: dict[str, Any]) -> None:
        problem = _problem(asked)
        fault = self.house.faults.at(source)
        if problem:
            self._answer(403 if problem == "purpose_missing" else 400, {"error": problem}, signed=True)
        elif fault is None:
            self._answer(200, self._found(source, asked), signed=True)
        else:
            found = self._found(source, asked)
            self._go_wrong(fault, found, wrong={**found, "number": asked["number"][::-1]})

    def _events(self, source: str, asked: dict[str, Any]) -> None:
        """A page of what has happened since a number, for whoever says what for."""
        problem, fault = happenings.problem(asked), self.house.faults.at(source)
        if problem:
            self._answer(403 if problem == "purpose_missing" else 400, {"error": problem}, signed=True)
        elif fault is None:
            self._answer(200, happenings.page(source, asked, data=self.house.data), signed=True)
        else:
            page = happenings.page(source, asked, data=self.house.data)
            self._go_wrong(fault, page, wrong={**page, "request_id": asked["request_id"][::-1]})

    def _found(self, source: str, asked: dict[str, Any]) -> dict[str, Any]:
        record = records.find(source, asked["number"], data=self.house.data)
        as_of = asked["reference_date"] if source == "bank" else clock.today().isoformat()
        said = {"found": False, "reason": NOT_HERE} if record is None else {"found": True, "record": record}
        about = {"source": source, "number": asked["number"], "request_id": asked["request_id"]}
        return {**about, "as_of": as_of, **said}

    def _go_wrong(self, fault: Fault, answer: dict[str, Any], *, wrong: dict[str, Any]) -> None:
        if fault.kind == "down":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.kind == "slow":
            time.sleep(fault.seconds)
            self._answer(200, answer, signed=True)
        elif fault.kind == "wrong":
            self._answer(200, wrong, signed=True)
        elif fault.kind == "malformed":
            self._send(200, _bytes(answer)[:-7], signed=True)
        elif fault.kind == "refused":
            self._answer(403, {"error": "refused"}, signed=True)
        else:
            self._answer(200, answer)

    def _set_fault(self, asked: dict[str, Any]) -> None:
        source, kind, seconds = asked.get("source"), asked.get("kind"), asked.get("seconds", 0)
        known = source == "*" or source in SOURCES
        if not known or kind not in {"", *KINDS} or not isinstance(seconds, int | float):
            self._answer(400, {"error": "no_such_fault", "kinds": KINDS}, signed=True)
            return
        self.house.faults.set(str(source), str(kind), seconds=seconds)
        self._answer(200, {"source": source, "kind": kind}, signed=True)

    def _answer(self, status: int, said: dict[str, Any], *, signed: bool = False) -> None:
        self._send(status, _bytes(said), signed=signed)

    def _send(self, status: int, body: bytes, *, signed: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if signed:
            nonce = self.headers[NONCE]
            headers = sign(self.house.guard.key, what=str(status), path=self.path, body=body, nonce=nonce)
            for name, value in headers.items():
                self.send_header(name, value)
        try:
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # whoever asked has given up waiting


def _asked(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None


def _problem(asked: dict[str, Any]) -> str:
    """What is wrong with a question: nobody is asked about without a purpose."""
    texts = {name: asked.get(name) for name in ("number", "purpose", "reference_date", "request_id")}
    if not isinstance(texts["purpose"], str) or not texts["purpose"].strip():
        return "purpose_missing"
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts.values()):
        return "question_malformed"
    try:
        date.fromisoformat(asked["reference_date"])
    except ValueError:
        return "question_malformed"
    return ""


def _bytes(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

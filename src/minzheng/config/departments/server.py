"""The departments' door: signed questions in, signed answers out; unsigned, stale, replayed ones refused.

``POST /query/<source>`` {number, purpose, reference_date, request_id} → {found, record or reason, as_of}, or 202;
``POST /answers/<source>`` the same question → the answer to one that was taken in with 202;
``POST /files/<source>`` a request file → the answer file, or 202 and later ``POST /fetch/<source>`` {request};
``POST /platform/cases`` {key, sha, content} → {key, receipt}, the same for the same key;
``POST /events/<source>`` {since, limit, purpose, request_id} → {rows, next}: what has happened, in order;
``POST /faults`` {source, kind, seconds}; ``GET /healthz``.  Numbers travel in the body, so no log has them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from minzheng.kernel import clock
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.signing import NONCE, Guard, sign

from . import bulk, failing, happenings, late, platform, records
from .faults import KINDS, Faults

__all__ = ["Departments", "Door", "as_bytes"]

LARGEST_REQUEST = 64 * 1024
LARGEST_FILE = 64 * 1024 * 1024
NOT_HERE = "本部门没有此人的记录"


log = logging.getLogger("minzheng.departments")


class Departments(ThreadingHTTPServer):
    """The process: data, key and faults shared by the threads that answer."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], *, key: bytes, data: Path) -> None:
        self.data = data
        self.key = key
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
            self.answer(200, {"state": "ok", "sources": list(SOURCES)})
        else:
            self.answer(404, {"error": "no_such_path"})

    def do_POST(self) -> None:
        """A signed request, once."""
        length = self.headers.get("Content-Length", "")
        most = LARGEST_FILE if self.path.startswith("/files/") else LARGEST_REQUEST
        if not length.isdecimal() or int(length) > most:
            self.close_connection = True
            self.answer(413, {"error": "too_large"})
            return
        body = self.rfile.read(int(length))
        refused = self.house.guard.refuse(self.headers, what="POST", path=self.path, body=body)
        if refused:
            self.answer(401, {"error": refused})
            return
        room, _, source = self.path.removeprefix("/").partition("/")
        if room == "files" and source in SOURCES:
            bulk.take(self, source, body)
        elif (asked := _asked(body)) is None:
            self.answer(400, {"error": "not_json"}, signed=True)
        elif self.path == "/faults":
            self._set_fault(asked)
        elif self.path == platform.PATH:
            platform.take(self, asked)
        elif room == "events" and source in happenings.SOURCES:
            self.events(source, asked)
        elif room in _ROOMS and source in SOURCES:
            _ROOMS[room](self, source, asked)
        else:
            self.answer(404, {"error": "no_such_path"}, signed=True)

    def query(self, source: str, asked: dict[str, Any]) -> None:
        """One question: its answer, or what the rehearsal has set instead."""
        problem = _problem(asked)
        fault = self.house.faults.at(source)
        if problem:
            self.answer(403 if problem == "purpose_missing" else 400, {"error": problem}, signed=True)
        elif fault is None:
            self.answer(200, self.found(source, asked), signed=True)
        else:
            found = self.found(source, asked)
            failing.go_wrong(
                self, fault, found, wrong={**found, "number": asked["number"][::-1]}, asked=asked
            )

    def events(self, source: str, asked: dict[str, Any]) -> None:
        """A page of what has happened since a number, for whoever says what for."""
        problem, fault = happenings.problem(asked), self.house.faults.at(source)
        if problem:
            self.answer(403 if problem == "purpose_missing" else 400, {"error": problem}, signed=True)
            return
        page = happenings.page(source, asked, data=self.house.data)
        if fault is None:
            self.answer(200, page, signed=True)
        else:
            wrong = {**page, "request_id": asked["request_id"][::-1]}
            failing.go_wrong(self, fault, page, wrong=wrong, asked=asked)

    def fetch(self, source: str, asked: dict[str, Any]) -> None:
        """The answer to a question taken in before, when its time has come."""
        due = late.due(str(asked.get("request_id")), data=self.house.data)
        if _problem(asked) or due is None:
            self.answer(404, {"error": "never_taken_in"}, signed=True)
        elif due > time.time():
            self.answer(202, {"accepted": True}, signed=True)
        else:
            self.answer(200, self.found(source, asked), signed=True)

    def found(self, source: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What the source has on the person."""
        record = records.find(source, asked["number"], data=self.house.data)
        as_of = asked["reference_date"] if source == "bank" else clock.today().isoformat()
        said = {"found": False, "reason": NOT_HERE} if record is None else {"found": True, "record": record}
        about = {"source": source, "number": asked["number"], "request_id": asked["request_id"]}
        return {**about, "as_of": as_of, **said}

    def _set_fault(self, asked: dict[str, Any]) -> None:
        source, kind, seconds = asked.get("source"), asked.get("kind"), asked.get("seconds", 0)
        known = source in {"*", platform.NAME} or source in SOURCES
        if not known or kind not in {"", *KINDS} or not isinstance(seconds, int | float):
            self.answer(400, {"error": "no_such_fault", "kinds": KINDS}, signed=True)
            return
        self.house.faults.set(str(source), str(kind), seconds=seconds)
        self.answer(200, {"source": source, "kind": kind}, signed=True)

    def answer(self, status: int, said: Any, *, signed: bool = False) -> None:
        """One JSON reply."""
        self.send(status, as_bytes(said), signed=signed)

    def send(
        self, status: int, body: bytes, *, signed: bool, kind: str = "application/json; charset=utf-8"
    ) -> None:
        """One reply; signed with the number of its request."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
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


def as_bytes(said: Any) -> bytes:
    """The canonical text of a reply."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


_ROOMS: Mapping[str, Callable[[Door, str, dict[str, Any]], None]] = {
    "query": Door.query,
    "answers": Door.fetch,
    "fetch": bulk.fetch,
}

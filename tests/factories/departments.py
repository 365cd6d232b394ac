"""The other departments as they really run: a process of their own on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from minzheng.config.departments import records
from minzheng.kernel.exchange.client import Line
from minzheng.kernel.signing import sign

SRC = Path(__file__).resolve().parents[2] / "src"
KEY = "a key that only the tests and their departments share"


class Departments:
    """The process, its data file, and the line to it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "departments.sqlite"
        self.folder = folder
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, or start again on the same port after it was stopped or killed."""
        command = [sys.executable, "-m", "django", "departments", "--port", str(self.port)]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "minzheng.config.settings_apart",
            "PYTHONPATH": str(SRC),
            "PYTHONIOENCODING": "utf-8",
            "MINZHENG_VAR": str(self.folder),
            "MINZHENG_EXCHANGE_KEY": KEY,
            # It must never need the platform's database: there is none at this address.
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        }
        log = (self.folder / "departments.log").open("a")
        with log:
            self.process = subprocess.Popen(
                [*command, "--data", str(self.data)], env=environment, stdout=subprocess.PIPE, stderr=log,
                text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "http://" in said, (self.folder / "departments.log").read_text()
        self.port = urlsplit(said.split()[-1]).port or 0

    def stop(self, *, kill: bool = False) -> int:
        """Ask it to end, or kill it; its exit code."""
        assert self.process is not None
        self.process.kill() if kill else self.process.terminate()
        self.process.communicate(timeout=20)
        code, self.process = self.process.returncode, None
        return code

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def line(self, *, timeout: float = 5.0) -> Line:
        """How the platform reaches it."""
        return Line(self.address, KEY.encode(), timeout)

    def put(self, source: str, number: str | None, record: Any) -> None:
        """Put a record on file, as a department would."""
        records.put(source, str(number), record, data=self.data)

    def fault(self, source: str, kind: str, *, seconds: float = 0) -> None:
        """Make something go wrong at a source, or lift it with an empty kind."""
        status, said = self.post("/faults", {"source": source, "kind": kind, "seconds": seconds})
        assert status == 200, said

    def post(
        self, path: str, said: Any, *, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """A raw request, signed unless headers are given."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        signed = sign(KEY.encode(), what="POST", path=path, body=body) if headers is None else headers
        return self.request("POST", path, body=body, headers=signed)

    def request(self, method: str, path: str, **given: Any) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, **given)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def running(folder: Path) -> Iterator[Departments]:
    """The process for as long as the block lasts."""
    departments = Departments(folder)
    departments.start()
    try:
        yield departments
    finally:
        if departments.process is not None:
            departments.stop()

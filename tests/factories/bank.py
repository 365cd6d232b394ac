"""The bank as it really runs: a process of its own on a free port of this machine, with a drop folder."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from minzheng.config.bank.books import Books
from minzheng.kernel.ledger.bank.channel import Collected, collect_http
from minzheng.kernel.signing import sign

T = TypeVar("T")
SRC = Path(__file__).resolve().parents[2] / "src"
KEY = "a key that only the tests and their bank share"


class Bank:
    """The process, its books, its drop folder, and the line to it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "drop"
        self.data = home / "bank.sqlite"
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, or start again on the same port after it was stopped or killed."""
        command = [sys.executable, "-m", "django", "bank", "--port", str(self.port)]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "minzheng.config.settings_apart",
            "PYTHONPATH": str(SRC),
            "PYTHONIOENCODING": "utf-8",
            "MINZHENG_VAR": str(self.home),
            "MINZHENG_BANK_KEY": KEY,
            # It must never need the platform's database: there is none at this address.
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        }
        with (self.home / "bank.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--folder", str(self.folder), "--data", str(self.data)], env=environment,
                stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
            )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "http://" in said, self.log
        self.port = urlsplit(said.split("接口 ")[-1].strip()).port or 0

    def stop(self, *, kill: bool = False) -> int:
        """Ask it to end, or kill it; its exit code."""
        assert self.process is not None
        self.process.kill() if kill else self.process.terminate()
        self.process.communicate(timeout=30)
        code, self.process = self.process.returncode, None
        return code

    @property
    def log(self) -> str:
        return (self.home / "bank.log").read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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


@contextmanager
def running(home: Path) -> Iterator[Bank]:
    """The process for as long as the block lasts."""
    bank = Bank(home)
    bank.start()
    try:
        yield bank
    finally:
        if bank.process is not None:
            bank.stop()

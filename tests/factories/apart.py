"""A process beside the platform as it really runs: on a free port of this machine, with no database to reach."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from minzheng.kernel.signing import sign

SRC = Path(__file__).resolve().parents[2] / "src"


class Apart:
    """The process and the line to it; each kind names its command and the key it shares with its tests."""

    command: ClassVar[str]
    key_name: ClassVar[str]
    key: ClassVar[str]

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / f"{self.command}.sqlite"
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def options(self) -> list[str]:
        """What its command is given besides the port."""
        return ["--data", str(self.data)]

    def start(self) -> None:
        """Start, or start again on the same port after it was stopped or killed."""
        started = [sys.executable, "-m", "django", self.command, "--port", str(self.port), *self.options()]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "minzheng.config.settings_apart",
            "PYTHONPATH": str(SRC),
            "PYTHONIOENCODING": "utf-8",
            "MINZHENG_VAR": str(self.home),
            self.key_name: self.key,
            # It must never need the platform's database: there is none at this address.
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        }
        with (self.home / f"{self.command}.log").open("a") as log:
            self.process = subprocess.Popen(
                started, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8"
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "http://" in said, self.log
        self.port = urlsplit(said[said.index("http://") :].strip()).port or 0

    def stop(self, *, kill: bool = False) -> int:
        """Ask it to end, or kill it; its exit code."""
        assert self.process is not None
        self.process.kill() if kill else self.process.terminate()
        self.process.communicate(timeout=30)
        code, self.process = self.process.returncode, None
        return code

    @property
    def log(self) -> str:
        return (self.home / f"{self.command}.log").read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(
        self, path: str, said: Any, *, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """A raw request, signed unless headers are given."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        signed = sign(self.key.encode(), what="POST", path=path, body=body) if headers is None else headers
        return self.request("POST", path, body=body, headers=signed)

    def request(self, method: str, path: str, **given: Any) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, **given)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    @classmethod
    @contextmanager
    def running(cls, home: Path) -> Iterator[Self]:
        """The process for as long as the block lasts."""
        process = cls(home)
        process.start()
        try:
            yield process
        finally:
            if process.process is not None:
                process.stop()

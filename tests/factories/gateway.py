"""The gateway of short messages as it really runs: a process of its own on a free port of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from minzheng.config.gateway.books import Books

SRC = Path(__file__).resolve().parents[2] / "src"
KEY = "a key that only the tests and their gateway share"


class Gateway:
    """The process and its books."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "gateway.sqlite"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "minzheng.config.settings_apart", "PYTHONPATH": str(SRC),
            "PYTHONIOENCODING": "utf-8", "MINZHENG_VAR": str(home), "MINZHENG_SMS_KEY": KEY,
            # It must never need the platform's database: there is none at this address.
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        }  # fmt: skip
        with (home / "gateway.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "django", "gateway", "--port", "0", "--data", str(self.data)],
                env=environment, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
            )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "http://" in said, self.log
        self.port = urlsplit(said.split("接口 ")[-1].strip()).port or 0

    @property
    def log(self) -> str:
        return (self.home / "gateway.log").read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def books(self) -> Books:
        """The gateway's own books, read beside it."""
        return Books(self.data)

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


@contextmanager
def running(home: Path) -> Iterator[Gateway]:
    """The process for as long as the block lasts."""
    gateway = Gateway(home)
    try:
        yield gateway
    finally:
        gateway.stop()

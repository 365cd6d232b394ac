"""The site as `run.py` serves it, over the measured database, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import places
from launch import serving as launched

__all__ = ["serving"]

_PATIENCE = 60


@contextmanager
def serving(url: str, folder: Path) -> Iterator[str]:
    """The address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = {**os.environ, "DATABASE_URL": url, "MINZHENG_ADDRESS": address}
    with (folder / "site.log").open("w", encoding="utf-8") as log:
        program = subprocess.Popen(launched.site(port), env=env, cwd=places.ROOT, stdout=log, stderr=log)
        try:
            _wait_for(address, program, folder / "site.log")
            yield address
        finally:
            program.terminate()
            program.wait(30)


def _wait_for(address: str, program: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and program.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/login/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the site did not answer: " + log.read_text(encoding="utf-8")[-2000:])

"""The platform on the distribution's own PostgreSQL (15 or newer), where one is installed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

pytestmark = pytest.mark.skipif(not SERVERS, reason="no PostgreSQL of the distribution is installed here")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_server(command: list[str]) -> None:
    """PostgreSQL refuses to run as root; root hands it to nobody."""
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd="/", **user)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of its own on a free port, gone afterwards."""
    binaries = SERVERS[-1].parent
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", _free_port()
        if os.geteuid() == 0:
            Path(folder).chmod(0o777)
        _as_server(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "minzheng",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ]
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(Path(folder) / "log")
        _as_server([str(binaries / "pg_ctl"), "-D", str(data), "-l", log, "-o", options, "-w", "start"])
        try:
            yield f"postgresql://minzheng@127.0.0.1:{port}/postgres"
        finally:
            _as_server([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])


def test_the_tables_stand_and_a_case_walks_on_the_distributions_server(address: str) -> None:
    """The walk migrates a database of that server first, and copies it."""
    walked = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/domains/test_edge_workflow.py"],
        env=os.environ | {"DATABASE_URL": address, "MINZHENG_TEST_DB": "walked"}, capture_output=True, text=True,
        check=False, timeout=300, cwd=ROOT,
    )  # fmt: skip
    assert walked.returncode == 0, walked.stdout[-3000:]
    assert "3 passed" in walked.stdout

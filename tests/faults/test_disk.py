"""The database's disk fills in the middle of a month: nothing is lost, and it goes on when there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.factories.bank import Bank

from .conftest import Office, Server, each_was_paid_once

ROOM = 320 * 1024 * 1024


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of a few hundred megabytes."""
    place = tmp_path_factory.mktemp("disk")
    words = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True).returncode != 0:
        pytest.skip("a disk that can be filled is made by root only, where mounting is allowed")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[Server]:
    found = Server(disk / "pg")
    yield found
    with suppress(Exception):
        found.cluster.leave()


def test_a_full_disk_stops_the_month_and_loses_nothing(
    disk: Path, server: Server, bank: Bank, office: Office
) -> None:
    months = office.folder / "months"
    months.write_text("2")
    ballast = disk / "ballast"
    with ballast.open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(256 * 1024))
    assert office.do("work") == 3, office.log
    assert "space" in office.log or "connection" in office.log
    ballast.unlink()
    # Whatever state it is in, the server is started anew, as an operator would.
    with suppress(ProcessLookupError, FileNotFoundError):
        server.kill()
    server.start()
    assert office.do("work") == 0, office.log
    each_was_paid_once(office, bank, months=2)

"""A database server and an office of their own, that may be killed at any instant, and a real bank beside them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from launch import places
from launch.database import _SETTINGS, Cluster, _alone
from launch.postgres import _is_postgres
from tests.factories.bank import KEY, Bank, running, until
from tests.factories.template import copied

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    **_SETTINGS,
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "fsync": "off",
    "max_connections": "20",
}


HOMES = 25


def prepared(template: str) -> Path:
    """A server that holds the migrated tables and was stopped in order; made once for each change of the tables."""
    place = places.VAR / "pg-faults" / template
    place.parent.mkdir(parents=True, exist_ok=True)
    with _alone(place.parent / "lock"):
        if not place.exists():
            for old in place.parent.iterdir():
                shutil.rmtree(old, ignore_errors=True)
            making = Cluster(place.with_name("making"), SMALL)
            copied(os.environ["DATABASE_URL"], template, making.enter())
            making.leave()
            making.folder.rename(place)
    return place


class Server:
    """The database server: killed like a power cut, started like after one."""

    def __init__(self, folder: Path) -> None:
        if name := settings.DATABASES["default"]["TEST"].get("TEMPLATE"):
            # With its owners: the server's files are not root's.
            subprocess.run(["cp", "-a", f"{prepared(name)}/.", str(folder)], check=True)
        self.cluster = Cluster(folder, SMALL)
        self.url = self.cluster.enter()

    def kill(self) -> None:
        """No word to anybody."""
        pid = int((self.cluster.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGKILL)
        until(lambda: _is_postgres(str(pid)), lambda living: not living)

    def start(self) -> None:
        """It reads its log and is there again."""
        self.cluster.server.start(SMALL)


class Office:
    """The process that forks workers."""

    def __init__(self, url: str, bank: Bank, folder: Path, households: int) -> None:
        environment = os.environ | {
            "DATABASE_URL": url, "MINZHENG_BANK": bank.address, "MINZHENG_BANK_KEY": KEY, "MINZHENG_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "minzheng.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }  # fmt: skip
        self.folder = folder
        self.wrong = (folder / "wrong.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.office", str(households), str(folder)], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.wrong, text=True,
        )  # fmt: skip

    def ask(self, line: str) -> int:
        """One command, one number."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def do(self, what: str) -> int:
        """From beginning to end; the exit code."""
        return self.ask(f"wait {self.ask(what)}")

    def end(self) -> None:
        """Nothing more to do."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.wrong.close()

    def told(self, name: str) -> dict[str, Any]:
        """What a worker has written down for us."""
        found: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text())
        return found

    @property
    def log(self) -> str:
        """What stopped workers, as they saw it."""
        files = [self.folder / name for name in ("wrong.log", "stopped.log")]
        return "\n".join(file.read_text()[-2000:] for file in files if file.exists())


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    folder = tmp_path / "bank"
    folder.mkdir()
    with running(folder) as process:
        yield process


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("pg"))
    yield found
    with suppress(Exception):
        found.cluster.leave()


@pytest.fixture
def office(server: Server, bank: Bank, tmp_path: Path) -> Iterator[Office]:
    found = Office(server.url, bank, tmp_path, HOMES)
    assert found.do("prepare") == 0, found.log
    yield found
    found.end()


def each_was_paid_once(office: Office, bank: Bank, *, months: int) -> None:
    """Every household once for every month, the right amount, by our books and by the bank's own."""
    assert office.do("proof") == 0, office.log
    told, due = office.told("proof"), office.told("office")["due"]
    assert told["problems"] == []
    assert (told["states"], told["batches"]) == (["closed"], months)
    paid = {(home, month): amount for _, home, month, amount in told["paid"]}
    assert len(told["paid"]) == len(paid) == told["payments"] == months * HOMES
    assert all(amount == due[str(home)] for (home, _), amount in paid.items())
    assert bank.books.payments() == {reference: amount for reference, _, _, amount in told["paid"]}

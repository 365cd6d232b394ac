"""The embedded database and the programs that run side by side: shared, kept, and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from launch import places, processes
from launch.say import Stop
from tests.factories.stopped import says

ROOT = Path(__file__).resolve().parents[2]


# ---- the embedded database ----

_USE = """
import sys
from launch import database
print(database.start(test=True), flush=True)
sys.stdin.readline()
"""


def _user(var: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _USE],
        cwd=ROOT,
        env={**os.environ, "MINZHENG_VAR": str(var), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _address(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def _leaves(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=30)
    assert user.returncode == 0


def _note(var: Path) -> Path:
    return var / "pg-test" / "data" / "postmaster.pid"


def test_several_who_start_at_once_share_one_server_and_the_last_one_out_stops_it(tmp_path: Path) -> None:
    users = [_user(tmp_path) for _ in range(3)]
    addresses = {_address(user) for user in users}
    assert len(addresses) == 1
    for user in users[:2]:
        _leaves(user)
    with psycopg.connect(addresses.pop()) as connection:
        row = connection.execute(
            "SELECT current_database(), rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == ("minzheng", False, True)
    _leaves(users[2])
    assert not _note(tmp_path).exists()


def test_data_survive_a_stop_and_a_server_that_was_killed(tmp_path: Path) -> None:
    first = _user(tmp_path)
    with psycopg.connect(_address(first)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    _leaves(first)
    second = _user(tmp_path)
    _address(second)
    os.kill(int(_note(tmp_path).read_text().split()[0]), signal.SIGKILL)
    second.kill()
    second.communicate()
    time.sleep(0.5)
    third = _user(tmp_path)
    with psycopg.connect(_address(third)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    _leaves(third)


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("deep " * 20).strip() / ("deeper" * 10)
    user = _user(deep)
    url = _address(user)
    host = unquote(urlsplit(url).netloc.split("@")[1].rsplit(":", 1)[0])
    assert not host.startswith(str(deep))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    _leaves(user)


# ---- the programs that run side by side ----


def _program(name: str, code: str) -> processes.Program:
    return processes.Program(name, [sys.executable, "-c", code], os.environ)


def test_when_one_program_ends_all_are_stopped_and_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    lasting = _program("site", "import time; time.sleep(60)")
    failing = _program("worker", "raise SystemExit('no table')")
    with pytest.raises(Stop) as stop, processes.Company([lasting, failing]) as company:
        company.watch()
    says(stop, "worker", "no table", "code 1")
    assert lasting.process is not None
    assert lasting.process.poll() == -signal.SIGTERM


def test_a_program_that_does_not_listen_is_killed_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    monkeypatch.setattr(processes, "_POLITE", 0.5)
    deaf = _program(
        "deaf",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )
    with processes.Company([deaf]):
        while "deaf" not in deaf.log.read_text():
            time.sleep(0.02)
    assert deaf.process is not None
    assert deaf.process.poll() == -signal.SIGKILL


def test_a_database_that_is_gone_stops_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "ignore_signals", lambda: None)
    monkeypatch.setattr(processes, "_LOOK_AT_DATABASE_EVERY", 0)
    site = _program("site", "import time; time.sleep(60)")
    with pytest.raises(Stop) as stop, processes.Company([site], database_alive=lambda: False) as company:
        company.watch()
    says(stop, "database")
    assert site.process is not None
    assert site.process.poll() is not None

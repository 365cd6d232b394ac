"""Any minute of the embedded server is brought back beside what is there; where none was kept, a sentence says so."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from launch import archiving
from launch.database import _SETTINGS, _TEST_SETTINGS, Cluster
from launch.say import Stop

SMALL = {
    **_SETTINGS,
    **_TEST_SETTINGS,
    "shared_buffers": "16MB",
    "max_wal_size": "128MB",
    "max_connections": "10",
}


def test_the_minute_before_a_mishap_comes_back_and_nothing_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "archive of the office"
    monkeypatch.setenv("MINZHENG_ARCHIVE", str(archive))
    cluster = Cluster(tmp_path / "pg", SMALL, archived=True)
    url = cluster.enter()
    try:
        with psycopg.connect(url, autocommit=True) as office:
            office.execute("CREATE TABLE paid (fen bigint NOT NULL)")
            early = datetime.now(UTC)
            made = archiving.base(cluster)
            office.execute("INSERT INTO paid VALUES (100), (200)")
            time.sleep(1.1)
            before = datetime.now(UTC)
            office.execute("DELETE FROM paid")  # the mishap
            office.execute("INSERT INTO paid VALUES (999)")
        _archived(cluster, archive)
        assert made.parent == archive / "bases"
        with pytest.raises(Stop, match="没有基础备份"):
            archiving.recover(cluster, to=early.replace(year=2020).isoformat(), into=tmp_path / "too-early")
        server, address = archiving.recover(cluster, to=before.isoformat(), into=tmp_path / "recovered")
        host, password = quote(address.host, safe=""), quote(cluster.password_file.read_text(), safe="")
        with psycopg.connect(f"postgresql://minzheng:{password}@{host}:{address.port}/minzheng") as found:
            assert found.execute("SELECT fen FROM paid ORDER BY fen").fetchall() == [(100,), (200,)]
            found.execute("INSERT INTO paid VALUES (300)")  # it takes work
        server.stop()
        with psycopg.connect(url) as office:
            assert office.execute("SELECT fen FROM paid").fetchall() == [(999,)]
        with pytest.raises(Stop, match="不会覆盖"):
            archiving.recover(cluster, to=before.isoformat(), into=tmp_path / "recovered")
    finally:
        with suppress(Exception):
            cluster.leave()


def _archived(cluster: Cluster, archive: Path) -> None:
    """The piece of the log that is being written is laid in the archive now, not within a minute."""
    assert cluster.address is not None
    cluster.server.run_sql(
        "SELECT pg_switch_wal();", at=cluster.address, password=cluster.password_file.read_text()
    )
    until = time.monotonic() + 20
    while (
        not [one for one in (archive / "log").glob("0*") if len(one.name) == 24] and time.monotonic() < until
    ):
        time.sleep(0.1)
    time.sleep(0.5)


def test_a_folder_or_a_time_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster(tmp_path / "pg", SMALL, archived=True)
    monkeypatch.delenv("MINZHENG_ARCHIVE", raising=False)
    assert archiving.settings() == {}
    with pytest.raises(Stop, match="没有设置归档目录"):
        archiving.recover(cluster, to="2026-03-05T14:59:00", into=tmp_path / "x")
    for wrong in ("relative", "/tmp/a'b", "/tmp/$(date)", "/tmp/100%"):
        monkeypatch.setenv("MINZHENG_ARCHIVE", wrong)
        with pytest.raises(Stop, match="不能用"):
            archiving.settings()
    monkeypatch.setenv("MINZHENG_ARCHIVE", str(tmp_path))
    with pytest.raises(Stop, match="看不懂"):
        archiving.recover(cluster, to="gestern", into=tmp_path / "x")
    command = archiving.settings()["archive_command"].replace("%p", "{0}").replace("%f", "{1}")
    (tmp_path / "log").mkdir()
    source = tmp_path / "piece"
    source.write_text("one")
    assert [_ran(command, source), _ran(command, source)] == [0, 0]  # laid there, and found there
    source.write_text("two")
    assert _ran(command, source) == 1  # never over what lies there
    assert (tmp_path / "log" / "0001").read_text() == "one"


def _ran(command: str, source: Path) -> int:
    return subprocess.run(command.format(source, "0001"), shell=True).returncode

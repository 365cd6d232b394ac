"""The embedded PostgreSQL: the real server, in var/pg, for everyone who has no DATABASE_URL.

Whoever needs it starts or joins it; the last one out stops it. The file lock that counts its users is
released by the system even when a user is killed: no stale count keeps a server running or stops one in use.
Tests have a cluster of their own, var/pg-test, which trades safety against power cuts for speed.
"""

from __future__ import annotations

import argparse
import atexit
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from launch import archiving, places
from launch.postgres import Address, Postgres

try:
    import fcntl
except ImportError:  # Windows: there the process that started the server stops it
    fcntl = None  # type: ignore[assignment]

NAME = "minzheng"
SERVING = "minzheng_app"
_MEGABYTE = 1 << 20
_FEWEST_BUFFERS, _MOST_BUFFERS = 128, 1024  # megabytes


def _buffers() -> str:
    """An eighth of the memory that this machine, or the container in it, gives to its programs."""
    found = []
    with suppress(OSError, ValueError, AttributeError):
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    with suppress(OSError, ValueError):
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    eighth = min(found, default=0) // 8 // _MEGABYTE
    return f"{min(max(eighth, _FEWEST_BUFFERS), _MOST_BUFFERS)}MB"


_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": _buffers(),
    "work_mem": "16MB",  # a county's payments are sorted without a file
    "random_page_cost": "1.1",  # no disk that turns: what is looked up by key is not read whole instead
    "max_wal_size": "4GB",
    "wal_level": "minimal",  # nobody replicates from here, and a bulk load then writes half as much
    "max_wal_senders": "0",
    "scram_iterations": "1",  # the password is 192 random bits: stretching it would only slow each connection
    "lc_messages": "C",
    # A statement that failed, and the detail of the failure, hold what a form held: the site writes its own log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_TEST_SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass
class Cluster:
    """One folder with one server: its data, its password, and the locks of those who use it."""

    folder: Path
    settings: dict[str, str]
    archived: bool = False
    users: IO[str] | None = None
    holder: int = 0
    started_here: bool = False
    address: Address | None = field(default=None)

    @property
    def server(self) -> Postgres:
        return Postgres(data=self.folder / "data", log=self.folder / "data" / "server.log")

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def serving_password_file(self) -> Path:
        return self.folder / "serving-password"

    def url(self, *, serving: bool = False) -> str:
        """A libpq address; a socket folder is written into the place of the host, quoted."""
        if self.address is None:
            raise RuntimeError("the database has not been started")
        kept = self.serving_password_file if serving else self.password_file
        password, host = quote(kept.read_text(encoding="utf-8"), safe=""), quote(self.address.host, safe="")
        return f"postgresql://{SERVING if serving else NAME}:{password}@{host}:{self.address.port}/{NAME}"

    def enter(self) -> str:
        """Start the server or join it, and be counted as one of its users."""
        if self.users is not None and self.holder == os.getpid():
            return self.url()
        _make_folder(self.folder)
        with _alone(self.folder / "lock"):
            address = self.server.running_at()
            if address is None:
                self._make_cluster()
                if archived := self.archived and archiving.settings():
                    archiving.make_folders()
                address = self.server.start({**self.settings, **(archived or {})})
                self.started_here = True
            self.address = address
            self._make_database()
            self.users = (self.folder / "users").open("a", encoding="utf-8")
            self.holder = os.getpid()
            if fcntl is not None:
                fcntl.flock(self.users, fcntl.LOCK_SH)
        return self.url()

    def leave(self) -> None:
        """Stop being a user; the last one out stops the server."""
        if self.users is None or self.holder != os.getpid():
            return
        with _alone(self.folder / "lock"):
            if self._is_last():
                self.server.stop()
            self.users.close()
        self.users = None

    def _is_last(self) -> bool:
        if fcntl is None or self.users is None:
            return self.started_here
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_used(self) -> bool:
        """Whether some other process works with the server right now."""
        if fcntl is None or not (self.folder / "users").exists():
            return self.server.running_at() is not None
        with (self.folder / "users").open("a", encoding="utf-8") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _make_cluster(self) -> None:
        if (self.folder / "data" / "PG_VERSION").exists():
            return
        password = _secret(self.password_file)
        (self.folder / "made-with-roles").unlink(missing_ok=True)
        self.server.make_cluster(password=password, hurry="fsync" in self.settings)

    def _make_database(self) -> None:
        """Two roles without superuser rights: one owns the tables, the other serves and is bound by row security."""
        made = self.folder / "made-with-roles"
        if made.exists() or self.address is None:
            return
        password = self.password_file.read_text(encoding="utf-8")
        serving = _secret(self.serving_password_file)
        statements = (
            f"SELECT 'CREATE ROLE {NAME} LOGIN CREATEDB' WHERE NOT EXISTS "
            f"(SELECT FROM pg_roles WHERE rolname = '{NAME}') \\gexec\n"
            f"ALTER ROLE {NAME} PASSWORD '{password}';\n"
            f"SELECT 'CREATE ROLE {SERVING} LOGIN' WHERE NOT EXISTS "
            f"(SELECT FROM pg_roles WHERE rolname = '{SERVING}') \\gexec\n"
            f"ALTER ROLE {SERVING} PASSWORD '{serving}';\n"
            f"GRANT {SERVING} TO {NAME};\n"
            f"SELECT 'CREATE DATABASE {NAME} OWNER {NAME}' WHERE NOT EXISTS "
            f"(SELECT FROM pg_database WHERE datname = '{NAME}') \\gexec\n"
        )
        self.server.run_sql(statements, at=self.address, password=password)
        made.touch()


def _secret(file: Path) -> str:
    """A new password, kept where only the owner of the folder reads it."""
    password = secrets.token_urlsafe(24)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(password, encoding="utf-8")
    return password


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time may start, fill or stop a cluster."""
    with path.open("a", encoding="utf-8") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_CLUSTERS = {
    False: Cluster(places.VAR / "pg", _SETTINGS, archived=True),
    True: Cluster(places.VAR / "pg-test", {**_SETTINGS, **_TEST_SETTINGS}),
}


def start(*, test: bool = False) -> str:
    """Start or join the embedded server: its address, good until `stop` or the end of the process."""
    atexit.register(stop, test=test)
    return _CLUSTERS[test].enter()


def serving_url(*, test: bool = False) -> str:
    """The address for the site and its workers, who own nothing; the server has been started."""
    return _CLUSTERS[test].url(serving=True)


def stop(*, test: bool = False) -> None:
    """Let go of the embedded server; it stops when nobody else holds it."""
    _CLUSTERS[test].leave()


@contextmanager
def running(*, test: bool = False) -> Iterator[str]:
    """The embedded server for the length of a block."""
    url = start(test=test)
    try:
        yield url
    finally:
        stop(test=test)


def archive(given: argparse.Namespace) -> int:
    """A base of the embedded server's data, or any minute of it brought back."""
    return archiving.act(_CLUSTERS[False], given)


def alive(*, test: bool = False) -> bool:
    """Whether the embedded server still answers."""
    return _CLUSTERS[test].server.running_at() is not None


def is_used(*, test: bool = False) -> bool:
    return _CLUSTERS[test].is_used()


def delete(*, test: bool = False) -> None:
    """Remove the cluster with all its data; the caller has asked before."""
    cluster = _CLUSTERS[test]
    if not cluster.folder.exists():
        return
    with _alone(cluster.folder / "lock"):
        if cluster.server.running_at() is not None:
            cluster.server.stop()
        shutil.rmtree(cluster.folder / "data", ignore_errors=True)
        for name in ("made-with-roles", "prepared", "demo", "password", "serving-password"):
            (cluster.folder / name).unlink(missing_ok=True)

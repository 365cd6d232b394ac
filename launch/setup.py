"""From a fresh clone to a platform with data: each step once, again only when what it reads has changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import conditions, database, jilin_map, packages, pages, places, say
from launch.places import digest_of_tree, is_stamped, put_stamp
from launch.say import Stop

SETTINGS = "minzheng.config.settings"
SETTINGS_APART = "minzheng.config.settings_apart"
_READ_BY_COMMANDS = {".py", ".yaml", ".yml", ".csv", ".json", ".sql", ".md", ".html"}


def parts(*, dev: bool, try_again: bool = False) -> None:
    """Packages, dress of the pages, map: everything that needs no database."""
    conditions.room_on_disk(places.ROOT, needed=conditions.NEEDED_READY)
    packages.ready(dev=dev)
    pages.ready(try_again=try_again)
    jilin_map.ready()


def outside() -> str:
    """The address of a database that is not ours to start; empty when the embedded one serves."""
    return os.environ.get("DATABASE_URL", "").strip()


@contextmanager
def address() -> Iterator[str]:
    """The database to work with: the one DATABASE_URL names, else the embedded server."""
    if outside():
        conditions.outside_database(outside())
        yield outside()
        return
    if not (places.VAR / "pg" / "data").exists():
        with say.step("建立内置 PostgreSQL 数据库", "Making the embedded PostgreSQL"):
            database.start()
    with database.running() as url:
        yield url


def serving_address(url: str) -> str:
    """The database as the site and its workers come to it: as a role that row security binds.

    A database that is not ours names it in MINZHENG_SERVING_DATABASE_URL; without it they come as the owner and, where
    they may, take the role on at each turn, which whoever breaks in could undo.
    """
    if not outside():
        return database.serving_url()
    return os.environ.get("MINZHENG_SERVING_DATABASE_URL", "").strip() or url


def environment(url: str, **extra: str) -> dict[str, str]:
    """What every program of the platform is started with."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "MINZHENG_VAR": str(places.VAR),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


def manage(*words: str) -> list[str]:
    """A Django command, as the words of a process."""
    return [str(places.venv_program("python")), "-m", "django", *words]


def fill(url: str, *, demo: bool) -> None:
    """Tables, reference data and, if wanted and nothing is there, a believable population."""
    value = digest_of_tree(places.SOURCE, suffixes=_READ_BY_COMMANDS, apart_from=places.STATIC_VENDOR)
    stamps = {"prepared": ["migrate", "reference"], **({"demo": ["demo"]} if demo else {})}
    folder = places.VAR / "pg"
    # Another database may be emptied or exchanged behind our back: there, every start looks again.
    missing = [name for name in stamps if outside() or not is_stamped(folder / name, value)]
    if not missing:
        return
    log = places.LOGS / "prepare.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [word for name in missing for word in stamps[name]]
    with log.open("w", encoding="utf-8") as book:
        done = subprocess.run(
            [str(places.venv_program("python")), "-m", "launch.inside", *words],
            env=environment(url), cwd=places.ROOT, stdin=subprocess.DEVNULL, stderr=book,
        )  # fmt: skip
    if done.returncode != 0:
        raise _unfilled(log)
    for name in missing if not outside() else ():
        put_stamp(folder / name, value)


def _unfilled(log: Path) -> Stop:
    text = log.read_text(encoding="utf-8", errors="replace")
    if "No space left" in text or "DiskFull" in text:
        return conditions.no_space()
    reason = say.last_line(log) or "?"
    return Stop(
        f"准备数据库失败（{reason}）。请查看 {log}；演示数据可用 python3 run.py reset 清空重来。",
        f"The database could not be prepared; read {log}. Demo data can be made anew: python3 run.py reset.",
    )

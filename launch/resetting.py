"""`run.py reset`: the database and the uploaded files go; the person is asked first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from launch import database, packages, places, say, setup
from launch.say import Stop

_EMPTY_OUTSIDE = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("DROP SCHEMA public CASCADE")
    connection.execute("CREATE SCHEMA public")
"""


def reset(*, sure: bool) -> int:
    """Ask, then remove every row and every file the platform keeps."""
    outside = setup.outside()
    if not outside and database.is_used():
        raise Stop(
            "平台正在运行。请先按 Ctrl-C 停止它，再运行 reset。",
            "The platform is running; stop it with Ctrl-C before the reset.",
        )
    if not sure and not _is_sure("DATABASE_URL" if outside else str(places.VAR / "pg")):
        say.line("没有改动。Nothing was changed.")
        return 1
    if outside:
        _empty_outside(outside)
    else:
        database.delete()
    shutil.rmtree(places.VAR / "documents", ignore_errors=True)
    for data in places.VAR.glob("departments.sqlite*"):  # the other departments know the same people
        data.unlink()
    say.line("数据库已清空。python3 run.py 会重新建立。The database is empty; python3 run.py fills it again.")
    return 0


def _is_sure(what: str) -> bool:
    if not sys.stdin.isatty():
        raise Stop(
            "reset 会删除全部数据，需要确认。请在终端运行，或加 --yes。",
            "A reset deletes all data and asks before; run it at a terminal or add --yes.",
        )
    answer = input(f"将删除 {what} 的全部数据，输入 yes 确认。All its data will be deleted; type yes: ")
    return answer.strip().lower() == "yes"


def _empty_outside(url: str) -> None:
    packages.ready(dev=False)
    with setup.address():
        done = subprocess.run(
            [str(places.venv_program("python")), "-c", _EMPTY_OUTSIDE],
            env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Stop(
            f"无法清空该数据库（{reason}）。请用数据库所有者的账户。",
            "That database could not be emptied; use an account that owns it.",
        )

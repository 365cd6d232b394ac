"""What must hold before anything starts: room on the disk, a free port, a reachable database."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launch import places
from launch.say import Stop

NEEDED_CLEAN = 2_500_000_000  # a full set-up measured 1.6 GB: packages, pages, database with demo data
NEEDED_READY = 200_000_000
OLDEST_POSTGRESQL = 15

_NETWORK_SIGNS = (
    "dns error", "error sending request", "connection refused", "connection reset", "timed out", "timeout",
    "network is unreachable", "name resolution", "name or service not known", "failed to fetch", "tunnel",
    "failed to establish", "could not fetch url", "newconnectionerror", "proxyerror", "certificate",
)  # fmt: skip
_NO_WHEEL_SIGNS = ("no wheels", "have a wheel", "no matching distribution", "failed to build", "has no wheel")


def room_on_disk(folder: Path, *, needed: int, usage: Callable[[Path], Any] = shutil.disk_usage) -> None:
    """Stop before a download or the database fills the disk."""
    free = usage(folder).free
    if free < needed:
        raise Stop(
            f"磁盘空间不足：{folder} 只剩 {free / 1e9:.1f} GB，"
            f"至少需要 {needed / 1e9:.1f} GB。请清理后再试。",
            f"Not enough disk space: {folder} has {free / 1e9:.1f} GB left, "
            f"{needed / 1e9:.1f} GB are needed; free some and run this again.",
        )


def free_port(port: int, *, option: str = "--port", host: str = "127.0.0.1") -> None:
    """Stop when another program listens where this one should."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if not places.WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as refusal:
            raise Stop(
                f"没有权限使用端口 {port}。请换一个 1024 以上的端口：{option} {max(port + 8000, 8001)}。",
                f"Port {port} may not be used by this account; take one above 1024: "
                f"{option} {max(port + 8000, 8001)}.",
            ) from refusal
        except (OSError, OverflowError) as refusal:
            raise Stop(
                f"端口 {port} 已被其他程序占用。请停掉那个程序，或换一个端口：{option} {port + 1}。",
                f"Port {port} is taken by another program; stop that program or choose another port: "
                f"{option} {port + 1}.",
            ) from refusal


def why_download_failed(output: str, *, what: str, log: Path, reached: bool) -> Stop:
    """The likely reason a package tool gave up; `reached` says whether the index answered at all before."""
    text = output.lower()
    if "no space left" in text:
        return no_space()
    if not reached or any(sign in text for sign in _NETWORK_SIGNS):
        return Stop(
            f"下载 {what} 失败：连不上软件源。请检查网络或代理（也可为 pip 配置镜像）后重试；详情见 {log}。",
            f"{what} could not be downloaded: the package index is out of reach. Check the network or proxy "
            f"(or configure a pip mirror) and run this again. Details: {log}.",
        )
    if any(sign in text for sign in _NO_WHEEL_SIGNS):
        return Stop(
            f"{what} 没有适合这个系统或 Python 版本的安装包。请换用 Python 3.11–3.13 再试；详情见 {log}。",
            f"{what}: none for this system or Python version; use Python 3.11 to 3.13. Details: {log}.",
        )
    return Stop(
        f"安装 {what} 失败。请查看 {log}，处理后再运行一次。",
        f"{what} could not be installed; read {log}, put it right and run this again.",
    )


def no_space() -> Stop:
    return Stop(
        "磁盘已满，无法继续。请清理磁盘后再运行一次。",
        "The disk is full; free some space and run this again.",
    )


def told_by_the_system(error: OSError) -> Stop:
    """A refusal of the operating system, as a sentence."""
    if error.errno == errno.ENOSPC:
        return no_space()
    if isinstance(error, PermissionError):
        return Stop(
            f"没有权限读写 {error.filename}。请用建立该目录的账户运行，或修改其权限。",
            f"No permission for {error.filename}; run this as the account that made it, or change its mode.",
        )
    return Stop(
        f"系统拒绝了操作：{error.strerror}（{error.filename or ''}）。请处理后再运行一次。",
        f"The system refused: {error.strerror} ({error.filename or ''}); put it right and run this again.",
    )


_ASK = """
import os, sys, psycopg
try:
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
        print(connection.execute(sys.argv[1]).fetchone()[0])
except psycopg.Error as error:
    sys.exit((str(error).strip() or type(error).__name__).splitlines()[0])
"""


def outside_database(url: str, *, python: Path | None = None) -> None:
    """DATABASE_URL answers and is new enough, or the reason it is not."""
    new_enough(int(_asked(url, "SHOW server_version_num", python=python)))


def may_become(url: str, role: str) -> bool:
    """Whether whoever connects there may take this role on."""
    member = f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}' AND pg_has_role(oid, 'member')"
    return _asked(url, member) == "1"


def _asked(url: str, question: str, *, python: Path | None = None) -> str:
    asked = subprocess.run(
        [str(python or places.venv_program("python")), "-c", _ASK, question],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if asked.returncode != 0:
        reason = (asked.stderr.strip().splitlines() or ["?"])[-1]
        raise Stop(
            f"连不上 DATABASE_URL 指定的数据库（{reason}）。请检查地址、账户和网络，"
            "或取消 DATABASE_URL 改用内置数据库。",
            "The database of DATABASE_URL cannot be reached; check address, account and network, "
            "or unset DATABASE_URL to use the embedded one.",
        )
    return asked.stdout.strip()


def new_enough(server_version: int) -> None:
    """PostgreSQL 15 is the oldest the platform is tried on."""
    major = server_version // 10_000
    if major < OLDEST_POSTGRESQL:
        raise Stop(
            f"DATABASE_URL 指向 PostgreSQL {major}，需要 {OLDEST_POSTGRESQL} 或更新版本。"
            "请升级该数据库，或取消 DATABASE_URL 改用内置数据库。",
            f"DATABASE_URL is PostgreSQL {major}, {OLDEST_POSTGRESQL} or newer is needed; upgrade it, "
            "or unset DATABASE_URL to use the embedded one.",
        )

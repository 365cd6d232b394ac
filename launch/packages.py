"""The virtual environment: made once, filled from the lock files by hash, left alone until they change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch import conditions, places, say
from launch.places import digest, is_stamped, put_stamp
from launch.say import Stop

_STAMPS = places.VENV / ".stamps"


def ready(*, dev: bool) -> None:
    """Have the packages the platform runs on; with `dev`, also those it is tested and checked with."""
    _environment()
    if _is_filled("dev") or (not dev and _is_filled("base")):
        return
    conditions.room_on_disk(places.ROOT, needed=conditions.NEEDED_CLEAN)
    kind = "dev" if dev else "base"
    with say.step("安装 Python 依赖包", f"Installing Python packages ({kind}.lock)"):
        install(places.REQUIREMENTS / f"{kind}.lock")
    put_stamp(_STAMPS / kind, _wanted(kind))


def _wanted(kind: str) -> str:
    return digest([places.REQUIREMENTS / f"{kind}.lock", str(places.SOURCE)])


def _is_filled(kind: str) -> bool:
    return is_stamped(_STAMPS / kind, _wanted(kind))


def _environment() -> None:
    """A working interpreter in .venv, and src on its path."""
    python = places.venv_program("python")
    if not runs(python):
        conditions.room_on_disk(places.ROOT, needed=conditions.NEEDED_CLEAN)
        with say.step("建立 Python 环境", "Making .venv"):
            _make_environment()
    path_file = places.site_packages() / "minzheng.pth"
    if not is_stamped(path_file, f"{places.SOURCE}\n"):
        put_stamp(path_file, f"{places.SOURCE}\n")


def runs(python: Path) -> bool:
    """Whether an interpreter starts: one that was upgraded away leaves a link to nothing behind."""
    if not python.exists():
        return False
    asked = subprocess.run(
        [str(python), "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True
    )
    return asked.stdout.strip() == b"True"


def _make_environment() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(places.VENV)], capture_output=True, text=True
    )
    if made.returncode == 0:
        return
    if "no space left" in (made.stdout + made.stderr).lower():
        raise conditions.no_space()
    uv = shutil.which("uv")
    # Debian's bare python3 has no ensurepip; a uv that is already there can do without it.
    if uv and not subprocess.run([uv, "venv", "-q", "--seed", "--clear", str(places.VENV)]).returncode:
        return
    raise Stop(
        "无法建立 Python 虚拟环境。请先安装 venv 组件（Debian、Ubuntu：apt install python3-venv）再运行。",
        "A virtual environment cannot be made; install the venv module first "
        "(Debian, Ubuntu: apt install python3-venv).",
    )


def install(lock: Path, *, venv: Path = places.VENV) -> None:
    """With uv where it can be had, else with pip: the hashes are checked either way."""
    log = places.LOGS / "install.log"
    python = str(places.venv_program("python", venv))
    log.unlink(missing_ok=True)
    reached = _has_uv(log)
    said = ""
    if reached:
        uv = [str(places.venv_program("uv")), "pip", "install", "-q", "--python", python]
        said = _tool([*uv, "--require-hashes", "-r", str(lock)], log=log, env=_uv_environment()) or ""
        if not said:
            return
    output = _tool(_pip("--python", python, "install", "-q", "--require-hashes", "-r", str(lock)), log=log)
    if output is not None:
        raise conditions.why_download_failed(said + output, what="Python packages", log=log, reached=reached)


def _has_uv(log: Path) -> bool:
    if places.venv_program("uv").exists():
        return True
    lock = places.REQUIREMENTS / "uv.lock"
    return _tool(_pip("install", "-q", "--require-hashes", "-r", str(lock)), log=log) is None


def _pip(*words: str) -> list[str]:
    return [
        str(places.venv_program("python")),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        *words,
    ]


def _uv_environment() -> dict[str, str]:
    """A mirror that was configured for pip serves uv too; the hashes hold whatever the mirror says."""
    extra = {"UV_LINK_MODE": "copy"} if places.WINDOWS else {}
    if not any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        asked = subprocess.run(_pip("config", "get", "global.index-url"), capture_output=True, text=True)
        mirror = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
        if (asked.returncode == 0 and mirror) or "PIP_INDEX_URL" in os.environ:
            extra["UV_DEFAULT_INDEX"] = mirror
    return {**os.environ, **extra}


def _tool(command: list[str], *, log: Path, env: dict[str, str] | None = None) -> str | None:
    """Run a package tool, keep what it said; None when it succeeded."""
    log.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    with log.open("a", encoding="utf-8") as book:
        book.write(done.stdout)
    return None if done.returncode == 0 else done.stdout or "?"


def install_aside(lock: Path, target: Path) -> str | None:
    """Install a tool into a folder of its own, outside the environment; None when it succeeded."""
    words = ("install", "-q", "--require-hashes", "--target", str(target), "-r", str(lock))
    return _tool(_pip(*words), log=places.LOGS / "install.log")

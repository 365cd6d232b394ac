"""Environments beside the platform's own, for what it is measured beside; a failure there stops nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from launch import conditions, packages, places, say
from launch.places import digest, is_stamped, put_stamp
from launch.say import Stop

JAVA = 17
"""Spark wants no less."""
_NEEDED = {"bench": 500_000_000, "spark": 1_500_000_000}


def folder(name: str) -> Path:
    """Where the environment of that lock file lies: ``.venv-bench``."""
    return places.ROOT / f".venv-{name}"


def ready(name: str) -> bool:
    """Have ``requirements/<name>.lock`` installed in an environment of its own, once; say why if it cannot be."""
    venv = folder(name)
    lock = places.REQUIREMENTS / f"{name}.lock"
    stamp = venv / ".stamp"
    if is_stamped(stamp, digest([lock])) and packages.runs(places.venv_program("python", venv)):
        return True
    try:
        conditions.room_on_disk(places.ROOT, needed=_NEEDED[name])
        with say.step(f"安装对照软件包（{name}.lock）", f"Installing what is compared ({name}.lock)"):
            _make(venv)
            packages.install(lock, venv=venv)
    except Stop as refusal:
        say.line(str(refusal))
        return False
    put_stamp(stamp, digest([lock]))
    return True


def java() -> int:
    """Which Java is here (17, 21, …); 0 if there is none."""
    program = shutil.which("java")
    if program is None:
        return 0
    said = subprocess.run([program, "-version"], capture_output=True, text=True)
    return java_version(said.stderr + said.stdout)


def java_version(said: str) -> int:
    """The first number of what ``java -version`` says."""
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def _make(venv: Path) -> None:
    """Without pip of its own: the installer of the platform's environment fills it."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(venv)], capture_output=True, text=True
    )
    if made.returncode != 0:
        raise Stop("无法建立对照用的 Python 环境。", "The environment for the comparison cannot be made.")

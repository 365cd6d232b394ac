"""Where things lie in the work tree; everything made here is ignored by git and can be made again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
VENV = ROOT / ".venv"
VAR = Path(os.environ.get("MINZHENG_VAR", ROOT / "var")).resolve()
BUILD = ROOT / "build"
LOGS = VAR / "log"
REQUIREMENTS = ROOT / "requirements"
STATIC_VENDOR = SOURCE / "minzheng" / "static_vendor"
WINDOWS = os.name == "nt"


def venv_program(name: str, venv: Path | None = None) -> Path:
    """A program of a virtual environment, the platform's own if none is named, as this system names it."""
    folder = VENV if venv is None else venv
    return folder / "Scripts" / f"{name}.exe" if WINDOWS else folder / "bin" / name


def site_packages(venv: Path = VENV) -> Path:
    """The folder of the virtual environment that packages are installed to."""
    if WINDOWS:
        return venv / "Lib" / "site-packages"
    found = sorted((venv / "lib").glob("python3*/site-packages"))
    return found[-1] if found else venv / "lib" / "site-packages"


def keep_compiled() -> None:
    """Every program started from here finds its modules compiled: among what is made here, not beside the source.

    A terminal that forbids writing compiled modules would have each of them compile a thousand files anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VAR / "pycache"))


def digest(parts: Iterable[Path | str]) -> str:
    """One fingerprint of the contents of files and of plain words."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()


def digest_of_tree(folder: Path, *, suffixes: set[str], apart_from: Path | None = None) -> str:
    """One fingerprint of a tree by name, size and time: fast, and changed by every edit."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in suffixes or (apart_from is not None and path.is_relative_to(apart_from)):
            continue
        state = path.stat()
        total.update(f"{path.relative_to(folder)}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether a step was finished with exactly these inputs."""
    return stamp.exists() and stamp.read_text(encoding="utf-8") == value


def put_stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="utf-8")

"""`run.py check`: everything a linter, a type checker or a generator can hold, told together at the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from launch import places, say, setup

_AT_ONCE = 2  # the longest, mypy, takes as long as the others together


def check(env: Mapping[str, str]) -> int:
    """Run every check to its end, two at a time; one run shows all there is to do."""
    failures: dict[str, str] = {}
    checks = _checks()
    with ThreadPoolExecutor(_AT_ONCE) as desk:
        for done in as_completed([desk.submit(_one, name, checks[name], env) for name in checks]):
            name, output, passed = done.result()
            if not passed:
                failures[name] = output
    told = [name for name in checks if name in failures]
    for name in told:
        say.line(f"\n—— {name} ——\n{failures[name].rstrip()}")
    if told:
        say.line(f"\n{len(told)} 项未通过 failed: {', '.join(told)}")
        return 1
    say.line("全部通过。All checks pass.")
    return 0


def _one(name: str, command: list[str], env: Mapping[str, str]) -> tuple[str, str, bool]:
    """One check: its name, what it said, whether it passed."""
    started = time.monotonic()
    done = subprocess.run(
        command, env=dict(env), cwd=places.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    passed = done.returncode == 0
    say.line(f"· {name:<24} {time.monotonic() - started:5.1f} s  {'ok' if passed else 'FAILED 未通过'}")
    return name, done.stdout, passed


def _checks() -> dict[str, list[str]]:
    python = str(places.venv_program("python"))
    return {
        "mypy": [python, "-m", "mypy"],
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "lint-imports": [str(places.venv_program("lint-imports"))],
        "makemigrations --check": setup.manage("makemigrations", "--check", "--dry-run"),
        "generate_docs --check": setup.manage("generate_docs", "--check"),
    }

"""`run.py check`: everything a linter, a type checker or a generator can hold, told together at the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping

from launch import places, say, setup


def check(env: Mapping[str, str]) -> int:
    """Run every check to its end; one run shows all there is to do."""
    failures: list[tuple[str, str]] = []
    for name, command in _checks().items():
        started = time.monotonic()
        done = subprocess.run(
            command, env=dict(env), cwd=places.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        verdict = "ok" if done.returncode == 0 else "FAILED 未通过"
        say.line(f"· {name:<24} {time.monotonic() - started:5.1f} s  {verdict}")
        if done.returncode != 0:
            failures.append((name, done.stdout))
    for name, output in failures:
        say.line(f"\n—— {name} ——\n{output.rstrip()}")
    if failures:
        say.line(f"\n{len(failures)} 项未通过 failed: {', '.join(name for name, _ in failures)}")
        return 1
    say.line("全部通过。All checks pass.")
    return 0


def _checks() -> dict[str, list[str]]:
    python = str(places.venv_program("python"))
    return {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "lint-imports": [str(places.venv_program("lint-imports"))],
        "makemigrations --check": setup.manage("makemigrations", "--check", "--dry-run"),
        "generate_docs --check": setup.manage("generate_docs", "--check"),
    }

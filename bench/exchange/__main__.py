"""``python -m bench.exchange``: measure the re-check of a province and of one household, print, write the figures."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BAR_SECONDS, BAR_MS = 600, 1000


def main() -> int:
    """Slow is told, but only a wrong result is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench exchange", description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000, help="核对人数 how many (1,000,000)")
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    options = parser.parse_args()
    figures = _figures(_child(options.subjects), options.subjects)
    for name, value in figures.items():
        sys.stdout.write(f"{name:<34}{value}\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _child(subjects: int) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    (ROOT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-exchange-", dir=ROOT / "build") as folder:
        words = [sys.executable, "-m", "bench.exchange.child", str(subjects), folder]
        with subprocess.Popen(words, cwd=ROOT, env=os.environ | {"MINZHENG_VAR": folder}) as program:
            code = program.wait()
        if code:
            raise SystemExit(code)
        found: dict[str, Any] = json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8"))
        return found


def _figures(found: dict[str, Any], subjects: int) -> dict[str, float | int | bool]:
    size = f"{subjects // 1_000_000}m" if subjects % 1_000_000 == 0 else str(subjects)
    return {
        "subjects": found["subjects"],
        "sources": found["sources"],
        "answers": found["answers"],
        "differences": found["differences"],
        f"verify_{size}_seconds": round(found["seconds"], 2),
        "verify_first_pass_seconds": round(found["first_pass"], 2),
        "verify_resumed_seconds": round(found["resumed"], 2),
        "verify_one_members": found["one_members"],
        "verify_one_p50_ms": round(found["one_p50"], 1),
        "verify_one_p95_ms": round(found["one_p95"], 1),
        "bars_met": found["seconds"] <= BAR_SECONDS and found["one_p95"] <= BAR_MS,
    }


if __name__ == "__main__":
    sys.exit(main())

"""``python -m bench.indicators``: count everything once, print, write the figures."""

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
BAR_SECONDS = 60


def main() -> int:
    """Slow is told, but only a wrong figure is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench indicators", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=250_000, help="每个台账的条数 rows of each of 20 registers (250,000)"
    )
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    options = parser.parse_args()
    figures = _figures(_child(options.rows))
    for name, value in figures.items():
        sys.stdout.write(f"{name:<28}{value}\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _child(rows: int) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    (ROOT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-indicators-", dir=ROOT / "build") as folder:
        words = [sys.executable, "-m", "bench.indicators.child", str(rows), folder]
        with subprocess.Popen(words, cwd=ROOT, env=os.environ | {"MINZHENG_VAR": folder}) as program:
            code = program.wait()
        if code:
            raise SystemExit(code)
        found: dict[str, Any] = json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8"))
        return found


def _figures(found: dict[str, Any]) -> dict[str, float | int | bool]:
    seconds = found.pop("recompute_seconds")
    return {**found, "recompute_seconds": round(seconds, 2), "bars_met": seconds <= BAR_SECONDS}


if __name__ == "__main__":
    sys.exit(main())

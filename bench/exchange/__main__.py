"""``python -m bench.exchange``: a province re-checked, one household, a file linked; print, write."""

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
BAR_SECONDS, BAR_MS, BAR_LINKAGE = 600, 1000, 300
MEASURES = ("verify", "linkage")


def main() -> int:
    """Slow is told, but only a wrong result is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench exchange", description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000, help="核对人数 how many (1,000,000)")
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    parser.add_argument("--only", choices=MEASURES, default=None, help="只量一项 one of the measures only")
    options = parser.parse_args()
    figures = _figures(_children(options.subjects, options.only), options.subjects)
    for name, value in figures.items():
        sys.stdout.write(f"{name:<34}{value}\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _children(subjects: int, only: str | None) -> dict[str, Any]:
    """Each in a process of its own, so that its memory is its own."""
    (ROOT / "build").mkdir(exist_ok=True)
    found: dict[str, Any] = {}
    for what in (only,) if only else MEASURES:
        with TemporaryDirectory(prefix="bench-exchange-", dir=ROOT / "build") as folder:
            words = [sys.executable, "-m", "bench.exchange.child", what, str(subjects), folder]
            with subprocess.Popen(words, cwd=ROOT, env=os.environ | {"MINZHENG_VAR": folder}) as program:
                code = program.wait()
            if code:
                raise SystemExit(code)
            found |= json.loads((Path(folder) / f"{what}.json").read_text(encoding="utf-8"))
    return found


def _figures(found: dict[str, Any], subjects: int) -> dict[str, float | int | bool]:
    """Every figure that was taken; a bar is met only if it was."""
    size = f"{subjects // 1_000_000}m" if subjects % 1_000_000 == 0 else str(subjects)
    figures = _verified(found, size) if "seconds" in found else {}
    figures |= {name: value for name, value in found.items() if name.startswith("linkage_")}
    bars = (
        (f"verify_{size}_seconds", BAR_SECONDS),
        ("verify_one_p95_ms", BAR_MS),
        ("linkage_seconds", BAR_LINKAGE),
    )
    figures["bars_met"] = all(figures[name] <= bar for name, bar in bars if name in figures)
    return figures


def _verified(found: dict[str, Any], size: str) -> dict[str, float | int | bool]:
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
    }


if __name__ == "__main__":
    sys.exit(main())

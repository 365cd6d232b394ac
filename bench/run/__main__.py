"""``python -m bench.run``: measure a province's month at one size and at four times that, print, write the figures."""

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
BAR_HOUSEHOLDS, BAR_SECONDS, BAR_MB = 1_000_000, 90, 2048


def main() -> int:
    """Slow is told, but only a wrong result is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench run", description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000, help="户数 how many (1,000,000)")
    parser.add_argument(
        "--times", type=int, default=4, help="另测几倍的户数，0 不测 the larger size, 0 for none (4)"
    )
    parser.add_argument(
        "--orm", type=int, default=50_000, help="逐户办法的户数 households row by row (50,000)"
    )
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    options = parser.parse_args()
    found = {"small": _child(options.households, min(options.orm, options.households))}
    if options.times:
        found["large"] = _child(options.households * options.times, 0)
    figures = _figures(found, options.households, options.times)
    for name, value in figures.items():
        sys.stdout.write(f"{name:<34}{value}\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _child(households: int, orm: int) -> dict[str, Any]:
    """One size in a process of its own, so that its memory is its own."""
    with TemporaryDirectory(prefix="bench-run-", dir=_build()) as folder:
        words = [sys.executable, "-m", "bench.run.child", str(households), str(orm), folder]
        with subprocess.Popen(words, cwd=ROOT, env=os.environ) as program:
            code = program.wait()
        if code:
            raise SystemExit(code)
        found: dict[str, Any] = json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8"))
        return found


def _build() -> Path:
    (ROOT / "build").mkdir(exist_ok=True)
    return ROOT / "build"


def _stages(one: dict[str, Any], which: str) -> dict[str, float]:
    """What passed on the wall from stage to stage, and what the workers together spent in each."""
    wall = {f"{which}stage_{name}_seconds": round(seconds, 2) for name, seconds in one["wall"].items()}
    return wall | {f"{which}work_{name}_seconds": round(seconds, 2) for name, seconds in one["work"].items()}


def _growth(households: int, times: int) -> str:
    """Named by the sizes of the bar, and by the factor at any other."""
    return "growth_4m_over_1m" if (households, times) == (1_000_000, 4) else f"growth_{times}_times"


def _figures(found: dict[str, dict[str, Any]], households: int, times: int) -> dict[str, float | int]:
    small = found["small"]
    size = f"{households // 1_000_000}m" if households % 1_000_000 == 0 else str(households)
    figures: dict[str, float | int] = {"households": households, "payments": int(small["payments"])}
    figures |= _stages(small, "")
    figures[f"run_{size}_seconds"] = round(small["seconds"], 2)
    figures[f"run_{size}_peak_mb"] = round(small["peak_mb"])
    figures["server_peak_mb"] = round(small["server_mb"])
    figures["copy_seconds"] = round(small["copied"], 2)
    figures["times_copy"] = round(small["seconds"] / small["copied"], 2)
    if small["orm_households"]:
        each = small["orm_seconds"] / small["orm_households"]
        figures["orm_seconds"] = round(small["orm_seconds"], 2)
        figures["speedup_vs_orm_per_household"] = round(each / (small["seconds"] / households), 1)
    if "large" in found:
        large = found["large"]
        figures["run_large_seconds"], figures["run_large_peak_mb"] = (
            round(large["seconds"], 2),
            round(large["peak_mb"]),
        )
        figures[_growth(households, times)] = round(large["seconds"] / small["seconds"], 2)
        figures |= _stages(large, "large_")
    if households == BAR_HOUSEHOLDS:
        figures["bars_met"] = bool(small["seconds"] <= BAR_SECONDS and small["peak_mb"] <= BAR_MB)
    return figures


if __name__ == "__main__":
    sys.exit(main())

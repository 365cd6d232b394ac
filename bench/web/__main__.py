"""``python -m bench.web``: fill a database of its own, serve it as the site is served, and let sixteen clerks work."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench.databases import own_database
from bench.web.site import serving

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "minzheng_bench_web"
BARS = {"p95_read_ms": 150, "p95_submit_ms": 250, "max_queries_list": 6, "first_page_kb": 200}


def main() -> int:
    """Slow is told; only a page that does not answer is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench web", description=__doc__)
    parser.add_argument(
        "--cases", type=int, default=1_000_000, help="办件数 cases (1,000,000); 2.5 persons each"
    )
    parser.add_argument("--users", type=int, default=16, help="同时在线 users at once (16)")
    parser.add_argument("--seconds", type=int, default=60, help="测多久 how long (60)")
    parser.add_argument(
        "--think", type=float, default=1.0, help="两次点击之间的秒数 seconds between two clicks (1)"
    )
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with own_database(DATABASE) as url, TemporaryDirectory(prefix="bench-web-", dir=ROOT / "build") as folder:
        plan = Path(folder) / "plan.json"
        _step("fill", url, str(options.cases), str(options.users), str(plan))
        _step("queries", _as_the_site(url), str(plan))
        _step("workbook", _as_the_site(url), str(plan))
        with serving(_as_the_site(url), Path(folder)) as address:
            figures = Path(folder) / "figures.json"
            words = [str(plan), address, str(options.seconds), str(options.think), str(figures)]
            _step("load", _as_the_site(url), *words)
        told = _figures(json.loads(plan.read_text("utf-8")), json.loads(figures.read_text("utf-8")), options)
    for name, value in told.items():
        sys.stdout.write(f"{name:<28}{value}\n")
    if options.json:
        options.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _as_the_site(url: str) -> str:
    """The same database as the role that row security binds comes to it."""
    from launch import setup

    parts = urlsplit(setup.serving_address(url))
    return urlunsplit(parts._replace(path=urlsplit(url).path))


def _step(name: str, url: str, *words: str) -> None:
    env = {**os.environ, "DATABASE_URL": url}
    code = subprocess.run([sys.executable, "-m", f"bench.web.{name}", *words], cwd=ROOT, env=env).returncode
    if code:
        raise SystemExit(code)


def _figures(plan: dict[str, Any], found: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "cases": plan["cases"], "persons": plan["persons"], "users": options.users, "think_seconds": options.think,
        "fill_seconds": plan["seconds"], "board_rebuild_seconds": plan["board_rebuild_seconds"],
        "requests": found["requests"],
    }  # fmt: skip
    for page, one in found["pages"].items():
        figures |= {f"{page}_{name}": value for name, value in one.items()}
    figures |= {f"workbook_{name}": value for name, value in plan["workbook"].items()}
    for page, one in plan["queries"].items():
        figures |= {f"{page}_queries": one["queries"], f"{page}_kb": one["kb"]}
    figures |= {
        "not_constant": [page for page, one in plan["queries"].items() if not one["constant"]],
        "queries_constant": all(one["constant"] for one in plan["queries"].values()),
        "p50_read_ms": found["p50_read_ms"], "p95_read_ms": found["p95_read_ms"],
        "p50_submit_ms": found["p50_submit_ms"], "p95_submit_ms": found["p95_submit_ms"],
        "max_queries_list": max(plan["queries"][page]["queries"] for page in ("list", "filtered", "register")),
        "first_page_kb": found["first_page_kb"],
    }  # fmt: skip
    figures["bars_met"] = all(figures[name] <= bar for name, bar in BARS.items())
    return figures


if __name__ == "__main__":
    sys.exit(main())

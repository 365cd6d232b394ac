"""``python -m bench.law``: measure, print the table, write the figures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.law.measure import ENGINES, OFFICE, ROOT, Order, measured
from bench.law.table import bars, figures, lines

NAMES = (*ENGINES, *OFFICE)


def main() -> int:
    """Slow is told, but only a wrong result is a failure."""
    parser = argparse.ArgumentParser(prog="run.py bench law", description=__doc__)
    parser.add_argument("--households", type=_number, default=10_000_000, help="户数 how many (10,000,000)")
    parser.add_argument("--repeat", type=_number, default=5, help="各测几次取最快 best of (5)")
    parser.add_argument(
        "--sample", type=_number, default=5_000, help="逐户引擎测多少户 households one by one"
    )
    parser.add_argument("--only", default="", help=f"只测 only some of: {','.join(NAMES)}")
    parser.add_argument("--json", type=Path, default=None, help="把结果写入文件 write the figures to a file")
    options = parser.parse_args()
    only = frozenset(filter(None, options.only.split(",")))
    if only - set(NAMES):
        parser.error(f"没有 no such thing: {', '.join(sorted(only - set(NAMES)))}")
    order = Order(options.households, options.repeat, min(options.sample, options.households), only)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-law-", dir=build) as folder:
        found = measured(order, Path(folder), say=_say)
    for line in lines(found):
        _say(line)
    if options.json is not None:
        kept = {bar.name: bar.verdict for bar in bars(found)}
        content = {**figures(found), "bars": kept}
        options.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if found.disagreements else 0


def _number(text: str) -> int:
    if text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError("须为正整数 a whole number above zero")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

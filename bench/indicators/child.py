"""Registers are made, everything is counted and written, cells are counted again by hand, and all is dropped."""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.databases import own_database

DATABASE = "minzheng_bench_indicators"
DAY = date(2025, 12, 31)
MONTHS, AGAIN = 60, 60


def main(rows: int, folder: Path) -> None:
    """Figures go to a file; what the parent prints is read from it."""
    with own_database(DATABASE) as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        figures = _measured(rows)
        from django.db import connections

        connections.close_all()
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def _measured(rows: int) -> dict[str, Any]:
    from django.core.management import call_command

    from bench.indicators import registers
    from minzheng.kernel import clock
    from minzheng.kernel.audit import system, verb
    from minzheng.kernel.indicators.computing import PLAN_BEGINS, compute_all
    from minzheng.kernel.indicators.counting import Window
    from minzheng.kernel.indicators.models import Series

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    sys.stdout.write(f"  {registers.REGISTERS} 个台账各 {rows:,} 条：准备 preparing …\n")
    sys.stdout.flush()
    counted, measures, window = registers.fill(rows), registers.measures(), Window(PLAN_BEGINS, MONTHS)

    @verb("bench.compute")
    def compute(*, by: Any) -> Any:
        return compute_all(measures, window, on=DAY, by=by, beside=True)

    with clock.frozen(DAY):
        started = time.perf_counter()
        made = compute(by=system("bench"))
        seconds = time.perf_counter() - started
    return {
        "indicators": made.indicators, "areas": made.areas, "months": made.months, "rows_read": counted,
        "cells": made.indicators * made.areas * made.months,
        "series_written": Series.objects.filter(computation=made).count(), "recompute_seconds": seconds,
        "cells_counted_again": _counted_again(made, measures),
        "own_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _counted_again(made: Any, measures: dict[str, Any]) -> int:
    """Cells drawn at random, each counted row by row as one would by hand; one that differs is an error."""
    from minzheng.kernel.areas.models import Division
    from minzheng.kernel.audit import system
    from minzheng.kernel.indicators.computing import PLAN_BEGINS
    from minzheng.kernel.indicators.figures import Shown, behind_tally, month_of

    drawn = random.Random(7)
    places = list(Division.objects.filter(valid_until=None).order_by("path").values_list("path", flat=True))
    whole = [
        code
        for code, one in measures.items()
        if code.split(".")[1].split("_")[0] in ("share", "stock", "flow")
    ]
    for number in range(AGAIN):
        code, path = drawn.choice(whole), drawn.choice(places[:80] if number % 2 else places)
        month = PLAN_BEGINS + drawn.randrange(MONTHS)
        found = month_of(Shown(made), month, system("bench"), paths=[path], indicators=[code]).get(
            (code, path)
        )
        by_hand = behind_tally(measures[code].count, month, path=path)
        if (found.numerator if found else 0) != by_hand:
            raise SystemExit(f"{code} {path} {month}: computed {found}, counted {by_hand}")
    return AGAIN


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

"""One size: a database of its own is made, filled, measured and dropped."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.databases import own_database

DATABASE = "minzheng_bench_run"


def main(households: int, orm: int, folder: Path) -> None:
    """Figures go to a file; what the parent prints is read from it."""
    with own_database(DATABASE) as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        figures = _measured(households, orm, folder)
        from django.db import connections

        connections.close_all()
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def _measured(households: int, orm: int, folder: Path) -> dict[str, Any]:
    from django.core.management import call_command

    from bench.run import beside, province
    from bench.run.office import MONTH
    from minzheng.kernel import clock
    from minzheng.kernel.ledger.models import Payment

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    _say(f"{households:,} 户：准备 preparing …")
    province.make(households)
    with clock.frozen(MONTH.last):
        figures = _month(households, folder)
        figures |= {"payments": Payment.objects.filter(month=MONTH.first).count(), "copied": beside.copied(),
                    "orm_households": 0, "orm_seconds": 0.0}  # fmt: skip
        if orm:
            done, took = beside.row_by_row(orm, folder)
            figures |= {"orm_households": done, "orm_seconds": took}
    return figures


def _month(households: int, folder: Path) -> dict[str, Any]:
    """The month before, what changed since, and then the month that is measured."""
    from django.db import connection

    from bench.run import province, stages
    from bench.run.lanes import lanes
    from bench.run.office import LAST, MONTH
    from minzheng.kernel.ledger.proof import verify

    province.fund()
    with lanes() as workers:
        stages.month_of(LAST, folder, workers)
    changed = province.change()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _say(f"{households:,} 户：上月已发，{changed:,} 户变动；开始计时 measuring …")
    with lanes() as workers, _server_memory(connection) as server:
        started = time.perf_counter()
        wall, work = stages.month_of(MONTH, folder, workers)
        seconds = time.perf_counter() - started
    if wrong := verify(contents=False):
        raise SystemExit(f"the books are wrong: {wrong[:3]}")
    return {
        "seconds": seconds, "wall": wall, "work": work, "peak_mb": sum(workers.peaks.values()),
        "server_mb": max(server, default=0),
    }  # fmt: skip


@contextmanager
def _server_memory(connection: Any) -> Iterator[list[int]]:
    """What the server's processes for this database hold by themselves, looked at twice a second; megabytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            seen.append(sum(map(_own, pids)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _own(pid: int) -> int:
    """Megabytes that a process shares with nobody; none where that cannot be read."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon:")), 0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

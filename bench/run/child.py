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
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.law.clocks import peak_mb

DATABASE = "minzheng_bench_run"


def main(households: int, orm: int, folder: Path) -> None:
    """Figures go to a file; what the parent prints is read from it."""
    with _database() as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        figures = _measured(households, orm, folder)
        from django.db import connections

        connections.close_all()
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


@contextmanager
def _database() -> Iterator[str]:
    """Beside the platform's own database, on the same server."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    try:
        parts = urlsplit(address)
        yield urlunsplit(parts._replace(path=f"/{DATABASE}"))
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _measured(households: int, orm: int, folder: Path) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from bench.run import beside, province, stages
    from bench.run.office import LAST, MONTH
    from minzheng.kernel import clock
    from minzheng.kernel.ledger.models import Payment
    from minzheng.kernel.ledger.proof import verify

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    _say(f"{households:,} 户：准备 preparing …")
    province.make(households)
    before = peak_mb()
    with clock.frozen(MONTH.last):
        province.fund()
        stages.month_of(LAST, folder)
        changed = province.change()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        _say(f"{households:,} 户：上月已发，{changed:,} 户变动；开始计时 measuring …")
        with _server_memory(connection) as server:
            started = time.perf_counter()
            watch = stages.month_of(MONTH, folder)
            seconds = time.perf_counter() - started
        wrong = verify(contents=False)
        if wrong:
            raise SystemExit(f"the books are wrong: {wrong[:3]}")
        figures = {"seconds": seconds, "stages": list(watch), **watch, "peak_mb": peak_mb(), "before_mb": before,
                   "server_mb": max(server, default=0), "payments": Payment.objects.filter(month=MONTH.first).count(),
                   "copied": beside.copied(), "orm_households": 0, "orm_seconds": 0.0}  # fmt: skip
        if orm:
            done, took = beside.row_by_row(orm, folder)
            figures |= {"orm_households": done, "orm_seconds": took}
    return figures


@contextmanager
def _server_memory(connection: Any) -> Iterator[list[int]]:
    """What the server's process for this connection holds by itself, looked at twice a second; megabytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            try:
                lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            except OSError:
                return
            seen.extend(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon:"))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

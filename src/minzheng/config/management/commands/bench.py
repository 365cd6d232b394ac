"""manage bench: measures, side by side in one run; nothing here is timed by a test."""

from __future__ import annotations

import json
import resource
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from minzheng.kernel.people import population


class Command(BaseCommand):
    """``bench population``: rows a second into the master file, beside copying the same rows within the database."""

    help = "测量：bench population [--households N] [--json 文件]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["population"], help="测什么")
        parser.add_argument("--households", type=int, default=100_000, help="户数")
        parser.add_argument("--json", type=Path, default=None, help="把结果写入文件")

    def handle(self, *_: Any, **options: Any) -> None:
        """Everything is rolled back: the database is left as it was."""
        figures = self._population(options["households"])
        for name, value in figures.items():
            self.stdout.write(f"{name:<28}{value}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2, ensure_ascii=False))

    def _population(self, households: int) -> dict[str, float]:
        if population.exists():
            raise CommandError("数据库里已有演示人口。请在空库上测量：run.py reset --yes 之后再运行。")
        with transaction.atomic():
            made = population.populate(households=households, seed=1, sinks=())
            copied = self._create_as(households)
            transaction.set_rollback(True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return {
            "population_households": made.households,
            "population_rows": made.rows,
            "population_seconds": round(made.seconds, 2),
            "population_rows_per_second": made.rows_per_second,
            "create_as_seconds": round(copied, 2),
            "times_create_as": round(made.seconds / copied, 2),
            "peak_memory_mb": peak,
        }

    def _create_as(self, households: int) -> float:
        """The rows just written, copied once more within the database: no generation, no keys, no client."""
        started = time.perf_counter()
        with connection.cursor() as cursor:
            for table in ("people_household", "people_person", "people_membership"):
                cursor.execute(f"CREATE TEMP TABLE copied_{table} ON COMMIT DROP AS SELECT * FROM {table}")
        return time.perf_counter() - started

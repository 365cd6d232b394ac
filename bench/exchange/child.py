"""A province of its own is made, its departments are started, the measures are taken, and all is dropped.

Linking a department's file has a database and a process of its own: its people are others, and its memory is told.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.databases import own_database

DATABASE = "minzheng_bench_exchange"


def main(what: str, subjects: int, folder: Path) -> None:
    """Figures go to a file; what the parent prints is read from it."""
    with own_database(f"{DATABASE}_{what}") as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        figures = _MEASURES[what](subjects, folder)
        from django.db import connections

        connections.close_all()
    (folder / f"{what}.json").write_text(json.dumps(figures), encoding="utf-8")


def _prepared(subjects: int, words: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    sys.stdout.write(f"  {subjects:,} 人：{words} …\n")
    sys.stdout.flush()


def _linked(subjects: int, folder: Path) -> dict[str, Any]:
    from bench.exchange import linkage

    _prepared(subjects, "比对 linking")
    return linkage.measured(subjects)


def _verified(subjects: int, folder: Path) -> dict[str, Any]:
    from bench.exchange import household, province, recheck
    from bench.exchange.process import departments

    _prepared(subjects, "准备 preparing")
    made = province.make(subjects, data=folder / "departments.sqlite")
    with departments(folder):
        return recheck.measured(made) | household.measured()


_MEASURES = {"verify": _verified, "linkage": _linked}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))

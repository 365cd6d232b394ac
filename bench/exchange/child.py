"""A province of its own is made, its departments are started, both measures are taken, and all is dropped."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.databases import own_database

DATABASE = "minzheng_bench_exchange"


def main(subjects: int, folder: Path) -> None:
    """Figures go to a file; what the parent prints is read from it."""
    with own_database(DATABASE) as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        figures = _measured(subjects, folder)
        from django.db import connections

        connections.close_all()
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def _measured(subjects: int, folder: Path) -> dict[str, Any]:
    from django.core.management import call_command

    from bench.exchange import household, province, recheck
    from bench.exchange.process import departments

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    sys.stdout.write(f"  {subjects:,} 人：准备 preparing …\n")
    sys.stdout.flush()
    made = province.make(subjects, data=folder / "departments.sqlite")
    with departments(folder):
        return recheck.measured(made) | household.measured()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

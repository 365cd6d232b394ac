"""A whole register as a workbook, as the worker makes it for the province: how long, and how much memory."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import django

REGISTER = "assistance.standings"


def main(plan: Path) -> None:
    """Added to what the load knows; memory is what it takes beyond the declarations, at most."""
    django.setup()
    from minzheng.kernel.access.models import User
    from minzheng.kernel.access.queries import actor_of
    from minzheng.kernel.audit import viewing
    from minzheng.kernel.registers import actions
    from minzheng.kernel.registers.words import Asked

    with viewing.closed():
        by = actor_of(User.objects.get(username="bench_province"))
        viewing.show(by)
        actions.leaves(REGISTER, Asked(), by=by)
        before, began, told = _peak(), time.perf_counter(), list[int]()
        leaving = actions.leaves(REGISTER, Asked(), by=by)
        with leaving.write(told.append, None):
            seconds = time.perf_counter() - began
    found = json.loads(plan.read_text(encoding="utf-8"))
    found["workbook"] = {
        "rows": leaving.rows, "seconds": round(seconds, 1), "mb": _peak() - before, "told_times": len(told),
    }  # fmt: skip
    plan.write_text(json.dumps(found), encoding="utf-8")


def _peak() -> int:
    """Megabytes, at most so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

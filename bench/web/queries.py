"""How many queries each page takes under the bound role, where there are many rows and where few; its weight."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import django


def main(plan: Path) -> None:
    """Added to what the load knows."""
    django.setup()
    from django.db.models import Exists, OuterRef

    from minzheng.kernel.audit import viewing
    from minzheng.kernel.casework.models import Member, Task

    found = json.loads(plan.read_text(encoding="utf-8"))
    with viewing.whole("bench"):
        for clerk in found["clerks"]:
            own = Task.objects.filter(role="assistance.clerk", state="open", path=clerk["town"])
            # Families, first: of somebody alone the page asks one question more, wherever there are many rows or few.
            several = Exists(Member.objects.filter(case=OuterRef("case")).order_by()[1:])
            found_here = own.annotate(several=several).order_by("-several", "id")
            clerk["open"] = list(found_here.values_list("case_id", flat=True)[:50])
    if not all(clerk["open"] for clerk in found["clerks"]):
        raise SystemExit("a township without an open case: ask for more cases")
    found["queries"] = _counted(found["clerks"][0], found["clerks"][-1])
    plan.write_text(json.dumps(found), encoding="utf-8")


def _counted(many: dict[str, Any], few: dict[str, Any]) -> dict[str, dict[str, Any]]:
    from bench.web.pages import READS, address

    counted = {}
    for page in READS:
        first, size = _taken(address(page, 0, many), many)
        second, _ = _taken(address(page, 0, few), few)
        counted[page] = {"queries": max(first, second), "kb": size, "constant": first == second}
    return counted


def _taken(url: str, clerk: dict[str, Any]) -> tuple[int, int]:
    """The second time it is asked for: the first also reads what a process keeps."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client()
    browser.cookies["sessionid"] = clerk["session"]
    answer = browser.get(url)
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}\n{answer.content.decode()[:2000]}")
    with CaptureQueriesContext(connection) as taken:
        answer = browser.get(url)
    told = [
        one["sql"]
        for one in taken
        if not one["sql"].startswith(("BEGIN", "COMMIT", "SET ", "SELECT set_config"))
    ]
    return len(told), round(len(gzip.compress(answer.content)) / 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""One household asked about live at every source, each source ten milliseconds away; from the start to the report."""

from __future__ import annotations

import time
from datetime import timedelta
from fractions import Fraction
from typing import Any

from bench.exchange.process import fault
from bench.exchange.province import DAY
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.models import RecheckSubject
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.people.models import Person

__all__ = ["measured"]

TIMES = 60
AWAY_SECONDS = 0.01


def measured() -> dict[str, Any]:
    """The times of so many households of three or more, one after the other."""
    fault("*", "slow", seconds=AWAY_SECONDS)
    by, took = system("bench"), []
    sizes: list[int] = []
    with clock.frozen(DAY):
        for members, case_id in _homes():
            started = time.perf_counter()
            check = actions.start(
                case_id=case_id, path=members[0].path, members=members, purpose="assistance.dibao",
                sources=tuple(SOURCES), declared={}, by=by,
            )  # fmt: skip
            check = actions.collect(verification=check, by=by)
            actions.report(
                verification=check, tolerance=Fraction(1, 20), valid_until=clock.today() + timedelta(days=180),
                explain_due=clock.today() + timedelta(days=7), by=by,
            )  # fmt: skip
            took.append((time.perf_counter() - started) * 1000)
            sizes.append(len(members))
            if check.queries.exclude(state="answered").exists():
                raise SystemExit("a source did not answer")
    took.sort()
    return {
        "one_members": max(sizes), "one_p50": took[len(took) // 2], "one_p95": took[int(len(took) * 0.95)],
    }  # fmt: skip


def _homes() -> list[tuple[list[Person], int]]:
    rows = RecheckSubject.objects.order_by("run_id", "path", "household_id").values_list(
        "household_id", "person_id", "case_id"
    )[: TIMES * 20]
    homes: dict[tuple[int, int], list[int]] = {}
    for home, person, case_id in rows:
        homes.setdefault((home, case_id), []).append(person)
    large = [(people, case_id) for (_, case_id), people in homes.items() if len(people) >= 3][:TIMES]
    return [(list(Person.objects.filter(pk__in=people)), case_id) for people, case_id in large]

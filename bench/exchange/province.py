"""A made-up province on dibao whose adults have all signed, and what ten departments have on it: some hidden cars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from bench.run import province
from minzheng.config.departments import records
from minzheng.kernel import clock
from minzheng.kernel.exchange.letters import letter

__all__ = ["DAY", "Made", "make"]

DAY = date(2026, 11, 2)
PERSONS_IN_A_HOUSEHOLD = 2.2  # a little under the mean, so that no fewer are made than are asked for
HIDDEN = 33  # one household in so many has a car that nobody has declared

_LETTERS = """
INSERT INTO exchange_consent
  (path, person_id, case_id, purpose, version, text_sha, signed_at, channel, witnessed_by, witness_name)
SELECT p.path, p.id, m.household_id, 'assistance.dibao', %(version)s, %(sha)s, %(at)s, 'paper', 'x', '测'
FROM people_membership m JOIN people_person p ON p.id = m.person_id
WHERE p.birth IS NULL OR p.birth <= %(grown)s
"""


@dataclass(frozen=True)
class Made:
    """How many households have a hidden car."""

    hidden: int


def make(subjects: int, *, data: Path) -> Made:
    """Households until there are as many persons as wanted, their letters, and the departments' file."""
    records.opened(data).close()
    hidden: list[int] = []
    with clock.frozen(DAY):
        households = int(subjects / PERSONS_IN_A_HOUSEHOLD) + 1
        province.make(households, sinks=(partial(_on_file, data=data, hidden=hidden),))
        with connection.cursor() as cursor:
            cursor.execute(_LETTERS, _signed())
            cursor.execute("VACUUM ANALYZE")
    return Made(sum(hidden))


def _signed() -> dict[str, Any]:
    wording = letter()
    grown = clock.add_months(DAY, -12 * 18)
    return {"version": wording.version, "sha": wording.sha, "at": clock.now(), "grown": grown}


def _on_file(chunk: Any, cursor: Any, *, data: Path, hidden: list[int]) -> int:
    """What the departments have is what the office was told, but for the cars."""
    del cursor
    told = province.in_need(chunk)
    serial = np.arange(chunk.first, chunk.first + chunk.households)
    extra = serial % HIDDEN == 7
    cars = told.means.vehicles + extra
    has = replace(told, means=replace(told.means, vehicles=cars))
    hidden.append(int(extra.sum()))
    return records.write(records.records_of(has, first=chunk.persons), data=data)

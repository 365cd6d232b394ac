"""Planning of rounds: who is watched, by which risk, and when each is due; a county in a few statements.

``replan`` runs every night and whenever a county asks; ``due_again`` reckons the days of single ledgers anew, by the
same statement, after something was recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.catalogue.terms import due_after, number
from minzheng.kernel.errors import Refused

from . import plansql
from .duties import Going, require, rounds_of
from .escalating import settle_ended

__all__ = ["due_again", "replan", "replan_everywhere"]


def replan_everywhere(code: str, *, by: Actor) -> int:
    """Every county, one transaction each."""
    every = [one.path for one in counties()]
    for path in every:
        replan(rounds=code, path=path, by=by)
    return len(every)


@verb("visits.replan", label="重新安排巡访")
def replan(*, rounds: str, path: str, by: Actor) -> dict[str, int]:
    """Bring the ledgers of a county up to date with what is known of its people today."""
    declared = rounds_of(rounds)
    if by.kind is not Kind.SYSTEM:
        require(declared, (declared.item.overseen_by,), by, path=path)
    if county_of(path) != path:
        raise Refused("county_needed", "巡访按县（市、区）安排。请选择一个县（市、区）。", field="path")
    facts = _facts(declared, path)
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(plansql.AFRESH)
        cursor.execute(plansql.FOUND.format(people=declared.item.people), facts)
        _rate(cursor, declared, path)
        for name, text in (
            ("changed", plansql.CHANGED), ("listed", plansql.LISTED), ("left", plansql.LEFT),
            ("uncounted", plansql.REACHED),
        ):  # fmt: skip
            cursor.execute(text, facts)
            counts[name] = int(cursor.rowcount)
        settle_ended(rounds, path)
        counts["due"] = _due(cursor, declared, path, "o.path >= %(path)s AND o.path < %(path_end)s", facts)
        cursor.execute(plansql.AFRESH)
    note(path=path, after=counts)
    return counts


def due_again(declared: Going, path: str, ledgers: Sequence[int]) -> None:
    """When these ledgers of one county are due next, after what was just written; inside the running verb."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS visits_interval, visits_first")
        facts = _facts(declared, county_of(path) or path) | {"ledgers": list(ledgers)}
        _due(cursor, declared, path, "o.id = ANY(%(ledgers)s)", facts)
        cursor.execute("DROP TABLE IF EXISTS visits_interval, visits_first")


def _facts(declared: Going, path: str) -> dict[str, Any]:
    today = clock.today()
    return {
        **declared.item.given(on=today), "rounds": declared.code, "path": path, "path_end": path[:-1] + "0",
        "day": today, "extra": number(declared.item.extra, path=path, on=today),
        "again": number(declared.item.offered_again, path=path, on=today),
    }  # fmt: skip


def _rate(cursor: Any, declared: Going, path: str) -> None:
    """The risk of everybody found, by the law."""
    cursor.execute(plansql.FACTS)
    combinations = [text for (text,) in cursor.fetchall()]
    parameters, today = catalogue.current().parameters(), clock.today()
    risks = [declared.item.risk(json.loads(text), parameters, path=path, on=today) for text in combinations]
    cursor.execute(plansql.RISKS, {"facts": combinations, "risks": risks})


def _due(cursor: Any, declared: Going, path: str, which: str, facts: Mapping[str, Any]) -> int:
    today = clock.today()
    days = {
        risk.code: tuple(
            number(key, path=path, on=today) if key else None for key in (risk.phone, risk.visit)
        )
        for risk in declared.item.risks
    }
    cursor.execute(plansql.INTERVALS, {
        "codes": list(days), "phones": [phone for phone, _ in days.values()],
        "visits": [visit for _, visit in days.values()],
    })  # fmt: skip
    cursor.execute(plansql.NEW_DAYS.format(which=which.replace("o.", "w.")), facts)
    listed = [day for (day,) in cursor.fetchall()]
    dues = [due_after(declared.item.first_term, path=path, since=day) for day in listed]
    cursor.execute(plansql.FIRST, {"listed": listed, "dues": dues})
    cursor.execute(plansql.DUE.format(which=which), facts)
    return int(cursor.rowcount)

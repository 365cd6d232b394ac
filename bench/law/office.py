"""What is measured of the platform alone: its own law, compiling it, and the way to and from the database."""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from bench.law.clocks import Figures, peak_mb, seconds_of
from bench.law.facts import load

__all__ = ["assistance", "compiling", "compiling_assistance", "postgres"]


def assistance(options: argparse.Namespace) -> Figures:
    """The rules of dibao and its edge: all households in columns, some of them one by one."""
    from bench.law.domain import ASKED, Assistance
    from minzheng.domains.assistance.rules import household

    office = Assistance()
    table = office.prepared(load(options.folder))
    first, answers = seconds_of(lambda: office.decide(table))
    seconds = min(seconds_of(lambda: office.decide(table))[0] for _ in range(options.repeat))
    peak = peak_mb()
    step = max(1, len(table) // options.sample)
    numbers = range(0, len(table), step)
    cases = [table.facts(number, household) for number in numbers]
    found = [office.one(case) for case in cases]
    agree = all(
        one[rule] == answers[rule][at] for at, one in zip(numbers, found, strict=True) for rule in ASKED
    )
    plain = [office.evaluation(case) for case in cases[:500]]
    agree &= all(
        one.answer(rule) == case[rule] for one, case in zip(plain, found, strict=False) for rule in ASKED
    )
    return {
        "households": len(table),
        "bulk_first_seconds": first,
        "bulk_seconds": seconds,
        "peak_mb": peak,
        "case_ms": _median_ms(office.one, cases),
        "case_explained_ms": _median_ms(office.explained, cases[:1000]),
        "agree": bool(agree),
        "granted": int(answers[ASKED[0]].values.sum()),
    }


def _median_ms(act: Any, cases: list[Any]) -> float:
    for one in cases[:200]:
        act(one)
    times = []
    for one in cases:
        started = time.perf_counter()
        act(one)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def compiling(options: argparse.Namespace) -> Figures:
    """From the recorded rules to the first answer in columns; what is kept on disk decides how long it takes."""
    from bench.law.engines import Bulk

    population = load(options.folder).part(0, 100)

    def first_answer() -> None:
        engine = Bulk()
        table = engine.prepared(population)
        engine.engine.decide(table, engine.parameters, on=engine.on, way="compiled")

    return {"seconds": seconds_of(first_answer)[0]}


def compiling_assistance(options: argparse.Namespace) -> Figures:
    """The same for dibao and its edge; and every rule of social assistance at once for the counter."""
    from bench.law.domain import PATH, Assistance
    from bench.law.values import ON
    from minzheng.domains.assistance.rules import household
    from minzheng.kernel.law.engines.case import CaseEngine

    population = load(options.folder).part(0, 100)
    persons = household.members
    rules = [*household.rules.values(), *(persons.rules.values() if persons is not None else ())]

    def first_answer() -> None:
        office = Assistance()
        office.bulk.decide(office.prepared(population), office.parameters, on=ON, way="compiled")

    def first_case() -> None:
        office = Assistance()
        CaseEngine(household, rules).at(office.parameters, path=PATH, on=ON)

    return {
        "seconds": seconds_of(first_answer)[0],
        "rules": len(rules),
        "case_seconds": seconds_of(first_case)[0],
    }


def postgres(options: argparse.Namespace) -> Figures:
    """The facts of a million households read from PostgreSQL, a million results written back."""
    import django

    django.setup()
    from minzheng.domains.assistance.rules import dibao, edge
    from minzheng.kernel.catalogue import current
    from minzheng.kernel.profiles.measuring import measure

    asked = (dibao.dibao_eligible, dibao.dibao_amount, edge.edge_eligible)
    return measure(current().profiles["assistance"], options.households, rules=asked).to_json()

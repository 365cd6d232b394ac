"""A household over several months: each month by its own values, and what was paid held against what was due.

A standard raised in September for July leaves July and August as they were paid; the difference of each month
is owed (补发) or, the other way round, to be recovered (追缴).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.clock.months import Month
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.columns import Table
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown

__all__ = ["Difference", "MonthlyAmount", "arrears", "in_bulk", "month_by_month"]


@dataclass(frozen=True, slots=True)
class MonthlyAmount:
    """What one month comes to, in fen, and the values it was reckoned by; None while a fact is missing."""

    month: Month
    amount: int | None
    used: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One month that was paid otherwise than it was due."""

    month: Month
    before: int
    after: int

    @property
    def difference(self) -> int:
        """Above zero it is owed, below zero it was paid too much."""
        return self.after - self.before


def month_by_month(
    household: Entity,
    amount: Rule,
    facts: Facts,
    parameters: Parameters,
    *,
    path: str,
    months: Iterable[Month],
) -> tuple[MonthlyAmount, ...]:
    """The amount of each month as the law and the standards of that month give it."""
    found = []
    for month in months:
        run = Evaluation(household, facts, parameters, path=path, on=month.first, month=month.first)
        answer: Any = run.answer(amount)
        known = None if isinstance(answer, Unknown) else int(answer)
        found.append(MonthlyAmount(month, known, tuple(run.used.values())))
    return tuple(found)


def in_bulk(
    engine: BulkEngine, table: Table, parameters: Parameters, *, months: Iterable[Month]
) -> Iterator[tuple[Month, dict[Rule, Any]]]:
    """The same for many households: one run for each month, one month in memory at a time.

    Months whose values are alike are not put together: someone's age may turn between them.
    """
    for month in months:
        yield month, engine.decide(table, parameters, on=month.first)


def arrears(due: Mapping[Month, int | None], paid: Mapping[Month, int]) -> tuple[Difference, ...]:
    """For each month that was paid, what is owed or was paid too much.

    A month not paid yet will be paid by its own run and is no arrears; one whose due amount is not known is
    left to a human; nothing that was paid is touched.
    """
    return tuple(
        Difference(month, before, after)
        for month, before in sorted(paid.items())
        if (after := due.get(month)) is not None and after != before
    )

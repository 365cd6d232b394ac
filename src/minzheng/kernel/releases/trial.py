"""One run of a release over everyone: before and after side by side, chunk by chunk, memory of one chunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minzheng.kernel import declare, law
from minzheng.kernel.clock import Month
from minzheng.kernel.law import explaining
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.impact import Compared, Drawn, Group, Impact, Side
from minzheng.kernel.law.reference import Evaluation, Unknown

from .drafting import rules_of
from .population import People

__all__ = ["DRAWN", "Sides", "Trial"]

DRAWN = 3
"""So many households of each group are drawn for a closer look."""
ON_FILE = "家庭经济状况档案"


@dataclass(frozen=True, slots=True)
class Sides:
    """What is reckoned by which rules with which values, before and after."""

    before: tuple[declare.Reckoned, ...]
    after: tuple[declare.Reckoned, ...]
    values_before: law.Parameters
    values_after: law.Parameters

    @classmethod
    def of(
        cls, simulated: declare.Simulated, alternative: str, values: tuple[law.Parameters, law.Parameters]
    ) -> Sides:
        """The sides of a release; only an alternative has other rules after than before."""
        other = next((one.reckoned for one in simulated.alternatives if one.code == alternative), None)
        return cls(simulated.reckoned, other or simulated.reckoned, *values)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a drawn household until the run is over."""

    county: str
    place: str
    facts: law.Facts


class Trial:
    """Grows with each chunk of people."""

    def __init__(self, simulated: declare.Simulated, sides: Sides, *, month: Month, seed: str) -> None:
        self._entity = simulated.entity
        self._sides, self._month = sides, month
        self._engines = (
            BulkEngine(simulated.entity, rules_of(sides.before)),
            BulkEngine(simulated.entity, rules_of(sides.after)),
        )
        self.impacts: dict[str, Impact[Kept]] = {
            one.code: Impact(seed=f"{seed}/{one.code}", drawn=DRAWN) for one in sides.before
        }

    def add(self, people: People) -> None:
        """A chunk of households under both sides."""
        table, on = people.table, self._month.first
        was = self._engines[0].decide(table, self._sides.values_before, on=on)
        now = self._engines[1].decide(table, self._sides.values_after, on=on)

        def look(row: int) -> Kept:
            place = table.places[int(table.place[row])]
            return Kept(people.counties[int(people.county[row])], place, table.facts(row, self._entity))

        for old, new in zip(self._sides.before, self._sides.after, strict=True):
            compared = Compared.of(
                Side(was[old.eligible], was[old.amount] if old.amount else None),
                Side(now[new.eligible], now[new.amount] if new.amount else None),
            )
            self.impacts[old.code].add(people.households, people.counties, people.county, compared, look=look)

    def samples(self) -> list[tuple[str, Group, Drawn[Kept], dict[str, Any]]]:
        """Every drawn household with its reasons before and after."""
        found = []
        for old, new in zip(self._sides.before, self._sides.after, strict=True):
            for group, drawn in self.impacts[old.code].drawn().items():
                for one in drawn:
                    said = {
                        "before": self._explained(old, one.kept, self._sides.values_before),
                        "after": self._explained(new, one.kept, self._sides.values_after),
                    }
                    found.append((old.code, group, one, said))
        return found

    def _explained(self, one: declare.Reckoned, kept: Kept, values: law.Parameters) -> dict[str, Any]:
        names = {*kept.facts.household, *(name for row in kept.facts.persons for name in row)}
        facts = law.Facts(kept.facts.household, kept.facts.persons, dict.fromkeys(names, ON_FILE))
        first = self._month.first
        run = Evaluation(self._entity, facts, values, path=kept.place, on=first, month=first)
        amount = None if one.amount is None else run.answer(one.amount)
        rules = [one.eligible, *([one.amount] if one.amount else [])]
        return {
            "amount": None if isinstance(amount, Unknown) else amount,
            "finding": explaining.finding(one.eligible, run).to_json(),
            "tree": [tree.to_json() for tree in explaining.explain(*rules, evaluation=run)],
            "parameters": [value.to_json() for value in run.used.values()],
        }

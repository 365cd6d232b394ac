"""Everything that is known of a plan's figures in some places, read once in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure, Shown, latest, months_among
from minzheng.kernel.indicators.models import Frozen

from .basis import Basis
from .covering import ByMonth, Cover, Summed, added, counties_beneath, summed, verified
from .duties import Plan

__all__ = ["Asked", "Known", "completed"]

Given = dict[tuple[str, str], dict[clock.Month, Figure]]


@dataclass(frozen=True)
class Asked:
    """What is asked: which targets (all, or only one) in which places on a day, living or from a snapshot.

    ``measures`` says which indicator counts a target, ``basis`` what is judged by.
    """

    plan: Plan
    by: Actor
    paths: Collection[str]
    on: date
    measures: Mapping[str, str]
    basis: Basis
    frozen: Frozen | None = None
    only: str = ""
    # So many months before the day are read beside the ends of the years.
    back: int = 0

    @property
    def targets(self) -> list[declare.Target]:
        """In the order of the plan."""
        return [one for one in self.plan.item.targets if not self.only or one.code == self.only]


class Known:
    """Series of the months that matter, what was given, what counties gave, and how many counties have a figure."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.month = asked, completed(asked.on)
        self.shown = Shown(asked.frozen) if asked.frozen else latest()
        self.beneath = counties_beneath(asked.paths, asked.on)
        plan, by = asked.plan.code, asked.by
        codes = [asked.measures.get(one.code) or f"{plan}.{one.code}" for one in asked.targets]
        self.series = self._months(_months(asked.plan.item, self.month, asked.back), asked.paths, codes)
        # A frozen report holds what was given at the time; a living one reads what was verified until the day.
        self.given = {} if asked.frozen else _given(plan, by, asked.paths, asked.on)
        self.sums = self._frozen_sums() if asked.frozen else summed(plan, by, self.beneath, asked.on)
        self.having = self._having()

    def rows(self, target: str, path: str) -> dict[clock.Month, Figure]:
        """The figures of a target in a place: from its register, else what was given there, else by its counties."""
        code = self.asked.measures.get(target, "")
        if code:
            reached = [month for month in self.series if self._reaches(month)]
            return {month: self._computed(code, path, month) for month in reached}
        by_counties = {month: one for month, (one, _) in self.sums.get((target, path), {}).items()}
        return by_counties | self._own(target, path)

    def cover(self, target: str, path: str, at: clock.Month) -> Cover | None:
        """How many counties a figure of more than a county rests on; nothing where it was given for the whole."""
        below = self.beneath.get(path)
        if not below:
            return None
        basis = self.asked.basis
        if code := self.asked.measures.get(target, ""):
            had = [one for one in below if target not in basis.everywhere or (code, one) in self.having]
            return Cover(len(below), sum((target, one) not in basis.disputed for one in had))
        if at in self._own(target, path):
            return None
        return Cover(len(below), self.sums[target, path][at][1])

    def _own(self, target: str, path: str) -> dict[clock.Month, Figure]:
        key = (f"{self.asked.plan.code}.{target}", path)
        found = self.given.get((target, path), {})
        return found or {month: rows[key] for month, rows in self.series.items() if key in rows}

    def _months(
        self, months: Iterable[clock.Month], paths: Collection[str], codes: Collection[str]
    ) -> ByMonth:
        if self.shown is None:
            return {}
        return months_among(self.shown, months, self.asked.by, paths=paths, indicators=codes)

    def _reaches(self, month: clock.Month) -> bool:
        """Whether the registers were counted for the month."""
        return self.shown is not None and self.shown.first <= month <= min(self.month, self.shown.last)

    def _computed(self, code: str, path: str, month: clock.Month) -> Figure:
        """A computed indicator without a row has nothing there: nought of nought, or nought."""
        found = catalogue.current().indicators.get(code)
        share = found is not None and found.item.out_of is not None
        return self.series.get(month, {}).get((code, path), Figure(0, 0 if share else None))

    def _frozen_sums(self) -> Summed:
        """What counties had given when the snapshot was taken."""
        plan, measures = self.asked.plan.code, self.asked.measures
        codes = [f"{plan}.{one.code}" for one in self.asked.targets if not measures.get(one.code)]
        rows = self._months(list(self.series), _all(self.beneath), codes) if self.beneath else {}
        return added(rows, self.beneath, plan)

    def _having(self) -> set[tuple[str, str]]:
        """The counties that have some of what an indicator is counted out of, which every county should have."""
        codes = [
            self.asked.measures[one.code]
            for one in self.asked.targets
            if one.code in self.asked.basis.everywhere and self.asked.measures.get(one.code)
        ]
        if not codes or not self.beneath or self.shown is None:
            return set()
        month = min(self.month, self.shown.last)
        rows = self._months([month], _all(self.beneath), codes).get(month, {})
        return {key for key, one in rows.items() if one.denominator}


def completed(on: date) -> clock.Month:
    """The last month that was over by the end of the day."""
    month = clock.Month.of(on)
    return month if on == month.last else month.previous


def _all(beneath: Mapping[str, Collection[str]]) -> set[str]:
    return {path for below in beneath.values() for path in below}


def _months(plan: declare.Plan, month: clock.Month, back: int) -> list[clock.Month]:
    """The month itself, those before it, the ends of the years, and the months in which targets fall due."""
    ends = {clock.Month(year, 12) for year in range(plan.begins.year + 1, month.year + 1)}
    dues = {clock.Month.of(target.due) for target in plan.targets}
    before = {month + -many for many in range(1, max(1, back) + 1)}
    return sorted(one for one in {month, *before, *ends, *dues} if one <= month)


def _given(plan: str, by: Actor, paths: Iterable[str], on: date) -> Given:
    """Verified figures by target, place and month."""
    found: Given = {}
    for one in verified(plan, by, on).filter(path__in=list(paths)):
        of = found.setdefault((one.target, one.path), {})
        of[clock.Month.of(one.month)] = Figure(one.numerator, one.denominator, given=True)
    return found

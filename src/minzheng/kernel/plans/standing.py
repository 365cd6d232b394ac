"""Where each target stands in a place on a day: from registers where one counts it, else from what was given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Literal

from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure, Shown, latest, month_of
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.law.progress import Light, Progress, light, path_on

from .basis import Basis, basis_on
from .duties import Plan
from .models import Reported

__all__ = ["Standing", "measure_of", "standings", "value_of"]

Source = Literal["computed", "given", "none"]


@dataclass(frozen=True)
class Standing:
    """One target in one place: the figure, where it comes from, its light, where it should stand."""

    target: declare.Target
    path: str
    source: Source
    figure: Figure | None
    month: clock.Month | None
    light: Light
    wanted: Fraction | None
    base_estimated: bool = False
    adjusted: bool = False

    @property
    def value(self) -> Fraction | None:
        """What is compared: the exact quotient by the scale of its unit."""
        return value_of(self.target, self.figure)


def value_of(target: declare.Target, figure: Figure | None) -> Fraction | None:
    """A share times its scale; a count as it is."""
    if figure is None or figure.value is None:
        return None
    return figure.value * target.scale if figure.denominator is not None else figure.value


@cache
def _measures(book: catalogue.Catalogue) -> Mapping[str, str]:
    return {
        code: one.code for one in book.indicators.values() if one.item.computed for code in one.item.serves
    }


def measure_of(target: str) -> str:
    """The indicator that some domain declares for the target; empty where no register exists yet."""
    return _measures(catalogue.current()).get(target, "")


def standings(
    plan: Plan,
    by: Actor,
    *,
    paths: Collection[str],
    on: date,
    frozen: Frozen | None = None,
    measures: Mapping[str, str] | None = None,
    basis: Basis | None = None,
    only: str = "",
) -> dict[tuple[str, str], Standing]:
    """Every target of the plan, or only one, in these places on a day; a constant number of queries.

    ``measures`` says which indicator counted a target when a snapshot was frozen, ``basis`` what was judged by then.
    """
    measures = _measures(catalogue.current()) if measures is None else measures
    basis = basis or basis_on(plan.code, by, paths=paths, on=on)
    known, found = _Known(plan, by, paths, on, frozen, measures, basis, only), {}
    for target in plan.item.targets:
        if only and target.code != only:
            continue
        for path in paths:
            found[target.code, path] = known.standing(target, path)
    return found


class _Known:
    """Everything that is known, read once: months that matter from the series, and what was given."""

    def __init__(
        self,
        plan: Plan,
        by: Actor,
        paths: Collection[str],
        on: date,
        frozen: Frozen | None,
        measures: Mapping[str, str],
        basis: Basis,
        only: str,
    ) -> None:
        self.plan, self.on, self.measures, self.basis = plan, on, measures, basis
        self.shown = Shown(frozen) if frozen else latest()
        self.month = _completed(on)
        self.months = _months(plan.item, self.month)
        # A frozen report holds what was given at the time; a living one reads what was verified until the day.
        self.given = {} if frozen else _given(plan.code, by, paths, on)
        self.series: dict[clock.Month, dict[tuple[str, str], Figure]] = {}
        if self.shown is not None:
            counted = [measures.get(only) or f"{plan.code}.{only}"] if only else []
            self.series = {
                month: month_of(self.shown, month, by, paths=paths, indicators=counted)
                for month in self.months
            }

    def standing(self, target: declare.Target, path: str) -> Standing:
        target, adjusted = self._as_adjusted(target)
        # A total of the province is no county's own: there the county's part is judged, where it was given one.
        whole = target.is_target and not target.denominator and len(uids(path)) > 1
        if whole:
            target = replace(target, value=self.basis.parts.get((target.code, path)))
        code = self.measures.get(target.code, "")
        source: Source = "computed" if code else "given"
        rows = self._rows(target, code, path)
        at = max((month for month in rows if month <= self.month), default=None)
        figure = rows[at] if at else None
        if figure is None and not code:
            source = "none"
        progress, estimated = self._progress(target, rows, at)
        told = light(progress, self.basis.limits)
        if whole and target.value is None and target.kind != "X":
            told = Light("grey", "全省总量目标，没有分解到本地区。")
        return Standing(
            target=target, path=path, source=source, figure=figure, month=at, light=told,
            wanted=path_on(progress), base_estimated=estimated, adjusted=adjusted,
        )  # fmt: skip

    def _rows(self, target: declare.Target, code: str, path: str) -> dict[clock.Month, Figure]:
        if code:
            return {month: self._computed(code, path, month) for month in self.months if self._reaches(month)}
        given = self.given.get((target.code, path), {})
        frozen = f"{self.plan.code}.{target.code}"
        return given or {m: rows[frozen, path] for m, rows in self.series.items() if (frozen, path) in rows}

    def _reaches(self, month: clock.Month) -> bool:
        """Whether the registers were counted for the month."""
        return self.shown is not None and self.shown.first <= month <= min(self.month, self.shown.last)

    def _computed(self, code: str, path: str, month: clock.Month) -> Figure:
        """A computed indicator without a row has nothing there: nought of nought, or nought."""
        found = catalogue.current().indicators.get(code)
        share = found is not None and found.item.out_of is not None
        return self.series.get(month, {}).get((code, path), Figure(0, 0 if share else None))

    def _progress(
        self, target: declare.Target, rows: Mapping[clock.Month, Figure], at: clock.Month | None
    ) -> tuple[Progress, bool]:
        base, begins, estimated = target.base, self.plan.item.begins, False
        if base is None and target.kind in ("C", "N") and target.is_target:
            base = Fraction(0)
        values = {month: value_of(target, one) for month, one in sorted(rows.items())}
        known = [(month, value) for month, value in values.items() if value is not None]
        if base is None and known:
            (first, base), estimated = known[0], True
            begins = max(begins, first.last)
        due = clock.Month.of(target.due)
        at_due = next((value for month, value in reversed(known) if month <= due), None)
        ends = {month.year: value for month, value in known if month.month == 12}
        old = target.kind not in ("Y", "C") and at is not None and self.month.months_since(at) > 12
        kind = "B0" if not target.is_target else target.kind
        return Progress(
            kind=kind, op=target.op, target=target.value, due=target.due, on=self.on, begins=begins, base=base,
            value=values[at] if at else None, at_due=at_due, years=ends, stale=old and self.on <= target.due,
        ), estimated  # fmt: skip

    def _as_adjusted(self, target: declare.Target) -> tuple[declare.Target, bool]:
        value = self.basis.adjusted.get(target.code)
        return (target, False) if value is None else (replace(target, value=value), True)


def _completed(on: date) -> clock.Month:
    """The last month that was over by the end of the day."""
    month = clock.Month.of(on)
    return month if on == month.last else month.previous


def _months(plan: declare.Plan, month: clock.Month) -> list[clock.Month]:
    """The month itself, the ends of the years, and the months in which targets fall due."""
    ends = {clock.Month(year, 12) for year in range(plan.begins.year + 1, month.year + 1)}
    dues = {clock.Month.of(target.due) for target in plan.targets}
    return sorted(one for one in {month, *ends, *dues} if one <= month)


def _given(
    plan: str, by: Actor, paths: Iterable[str], on: date
) -> dict[tuple[str, str], dict[clock.Month, Figure]]:
    """Verified figures by target, place and month; of several the newest."""
    rows: QuerySet[Reported] = in_scope(
        Reported.objects.filter(plan=plan, state="verified", month__lte=on), by
    )
    found: dict[tuple[str, str], dict[clock.Month, Figure]] = {}
    for one in rows.filter(path__in=list(paths)).order_by("id"):
        of = found.setdefault((one.target, one.path), {})
        of[clock.Month.of(one.month)] = Figure(one.numerator, one.denominator, given=True)
    return found

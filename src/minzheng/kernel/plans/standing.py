"""Where each target stands in a place on a day: from registers where one counts it, else from what was given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Literal

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.law.progress import Light, Progress, cut_to, light, path_on

from .basis import Basis, basis_on
from .covering import Cover
from .duties import Plan
from .known import Asked, Known

__all__ = ["Judge", "Standing", "measure_of", "said", "standings", "value_of"]

Source = Literal["computed", "given", "none"]


@dataclass(frozen=True)
class Standing:
    """One target in one place: the figure, where it comes from, what it rests on, its light, where it should stand."""

    target: declare.Target
    path: str
    source: Source
    figure: Figure | None
    month: clock.Month | None
    light: Light
    wanted: Fraction | None
    base_estimated: bool = False
    adjusted: bool = False
    cover: Cover | None = None
    base: Fraction | None = None
    at_due: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        """What is compared: the exact quotient by the scale of its unit."""
        return value_of(self.target, self.figure)


def value_of(target: declare.Target, figure: Figure | None) -> Fraction | None:
    """A share times its scale; a count as it is; money, which registers count in fen, in yuan."""
    if figure is None or figure.value is None:
        return None
    value = figure.value * target.scale if figure.denominator is not None else figure.value
    return value / 100 if target.unit.startswith("元") and not figure.given else value


def said(value: Fraction | None, target: declare.Target | None = None) -> str:
    """Whole numbers as they are, others with two decimals, never so that a target seems reached that is not."""
    if value is None:
        return ""
    places = 0 if value.denominator == 1 else 2
    if target is None or target.value is None:
        return cut_to(value, places)
    return cut_to(value, places, target.value, ceiling=target.op in ("<=", "<"))


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
    back: int = 0,
) -> dict[tuple[str, str], Standing]:
    """Every target of the plan, or only one, in these places on a day; a constant number of queries.

    ``measures`` says which indicator counted a target when a snapshot was frozen, ``basis`` what was judged by then;
    ``back`` how many months before the day count as well, where a figure is given only now and then.
    """
    measures = _measures(catalogue.current()) if measures is None else measures
    basis = basis or basis_on(plan.code, by, paths=paths, on=on)
    asked = Asked(plan, by, paths, on, measures, basis, frozen, only, back)
    judge = Judge(Known(asked))
    return {(target.code, path): judge.standing(target, path) for target in asked.targets for path in paths}


class Judge:
    """Gives each target in each place its light, from what is known."""

    def __init__(self, known: Known) -> None:
        self.known, self.basis, self.asked = known, known.asked.basis, known.asked

    def standing(self, target: declare.Target, path: str) -> Standing:
        target, adjusted = self._as_adjusted(target)
        # A total of the province is no county's own: there the county's part is judged, where it was given one.
        whole = target.is_target and not target.denominator and len(uids(path)) > 1
        if whole:
            target = replace(target, value=self.basis.parts.get((target.code, path)))
        rows = self.known.rows(target.code, path)
        at = max((month for month in rows if month <= self.known.month), default=None)
        cover = self.known.cover(target.code, path, at) if at else None
        progress, estimated = self._progress(target, rows, at)
        progress = replace(
            progress, coverage=cover.share if cover else Fraction(1),
            disputed=(target.code, path) in self.basis.disputed,
        )  # fmt: skip
        told = light(progress, self.basis.limits)
        if whole and target.value is None and target.kind != "X":
            told = Light("grey", "全省总量目标，没有分解到本地区。")
        return Standing(
            target=target, path=path, source=self._source(target.code, at), figure=rows[at] if at else None, month=at,
            light=told, wanted=path_on(progress), base_estimated=estimated, adjusted=adjusted, cover=cover,
            base=progress.base, at_due=progress.at_due if self.asked.on > target.due else None,
        )  # fmt: skip

    def _source(self, target: str, at: clock.Month | None) -> Source:
        if self.asked.measures.get(target):
            return "computed"
        return "given" if at else "none"

    def _progress(
        self, target: declare.Target, rows: Mapping[clock.Month, Figure], at: clock.Month | None
    ) -> tuple[Progress, bool]:
        values = {month: value_of(target, one) for month, one in sorted(rows.items())}
        known = [(month, value) for month, value in values.items() if value is not None]
        base, begins, estimated = self._base(target, known)
        due = clock.Month.of(target.due)
        at_due = next((value for month, value in reversed(known) if month <= due), None)
        before = next((value for month, value in reversed(known) if at and month < at), None)
        ends = {month.year: value for month, value in known if month.month == 12}
        old = target.kind not in ("Y", "C") and at is not None and self.known.month.months_since(at) > 12
        on = self.asked.on
        return Progress(
            kind=target.kind if target.is_target else "B0", op=target.op,
            target=base if target.relative else target.value, due=target.due, on=on, begins=begins, base=base,
            value=values[at] if at else None, at_due=at_due, before=before, years=ends, stale=old and on <= target.due,
        ), estimated  # fmt: skip

    def _base(
        self, target: declare.Target, known: list[tuple[clock.Month, Fraction]]
    ) -> tuple[Fraction | None, date, bool]:
        """Where a target starts: as the plan says, from nought, or from the first verified value (handbook 16 #9)."""
        base, begins = target.base, self.asked.plan.item.begins
        if base is None and target.kind in ("C", "N") and target.is_target:
            return Fraction(0), begins, False
        if base is None and known:
            first, value = known[0]
            return value, max(begins, first.last), True
        return base, begins, False

    def _as_adjusted(self, target: declare.Target) -> tuple[declare.Target, bool]:
        value = self.basis.adjusted.get(target.code)
        return (target, False) if value is None else (replace(target, value=value), True)

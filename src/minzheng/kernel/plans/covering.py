"""How far a figure of a province or a city rests on its counties: how many have one that stands.

A figure given by counties is added up for whoever is above them: Σ numerators over Σ denominators (handbook 14 §2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import Figure

from .models import Reported

__all__ = ["Beneath", "ByMonth", "Cover", "Summed", "added", "counties_beneath", "summed", "verified"]

# The counties of each place that is more than a county.
Beneath = Mapping[str, Collection[str]]
ByMonth = Mapping[clock.Month, Mapping[tuple[str, str], Figure]]
# What counties gave, added up by target and place for each month, and how many of them gave it.
Summed = dict[tuple[str, str], dict[clock.Month, tuple[Figure, int]]]


@dataclass(frozen=True)
class Cover:
    """Of so many counties so many have a figure that stands."""

    of: int
    known: int

    @property
    def share(self) -> Fraction:
        """What is compared with the parameter of the coverage."""
        return Fraction(self.known, self.of) if self.of else Fraction(1)


def counties_beneath(paths: Collection[str], on: date) -> dict[str, list[str]]:
    """By the divisions of the day."""
    wide = [path for path in paths if level_of(path) < Level.COUNTY]
    return {path: [one.path for one in counties(path, on=on)] for path in wide}


def verified(plan: str, by: Actor, on: date) -> QuerySet[Reported]:
    """The figures that stand: of several verified for one month the newest."""
    rows = Reported.objects.filter(plan=plan, state="verified")
    same = {key: OuterRef(key) for key in ("target", "path", "month")}
    newer = rows.filter(**same, id__gt=OuterRef("id"))
    return in_scope(rows.filter(~Exists(newer), month__lte=on), by)


def summed(plan: str, by: Actor, beneath: Beneath, on: date) -> Summed:
    """What counties gave and somebody verified."""
    found: Summed = defaultdict(dict)
    for above, below in beneath.items():
        rows = verified(plan, by, on).filter(path__in=below).order_by().values_list("target", "month")
        for target, month, n, d, many in rows.annotate(
            n=Sum("numerator"), d=Sum("denominator"), many=Count("id")
        ):
            found[target, above][clock.Month.of(month)] = Figure(n, d, given=True), many
    return found


def added(by_month: ByMonth, beneath: Beneath, plan: str) -> Summed:
    """The same from the rows of a snapshot, in which what was given stands under the plan and its target."""
    found: Summed = defaultdict(dict)
    for above, below in beneath.items():
        inside = set(below)
        for month, figures in by_month.items():
            for (code, path), one in figures.items():
                if path in inside and one.given:
                    at = found[code.removeprefix(f"{plan}."), above]
                    at[month] = _plus(at.get(month), one)
    return found


def _plus(had: tuple[Figure, int] | None, one: Figure) -> tuple[Figure, int]:
    if had is None:
        return one, 1
    whole, many = had
    below = None if one.denominator is None else (whole.denominator or 0) + one.denominator
    return Figure(whole.numerator + one.numerator, below, given=True), many + 1

"""What a light is judged by beside the figure: limits, adjusted targets, counties' parts; an evaluation keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.law.progress import Thresholds

from .models import Adjustment, CountyPart, Dispute

__all__ = ["Basis", "basis_on", "kept_of", "of_kept"]

_LIMITS = ("green", "yellow", "ceiling", "coverage", "back")


@dataclass(frozen=True)
class Basis:
    """The parameters of the lights, targets by their adjusted value, what each county is to bring, what it disputes.

    ``everywhere`` names the targets of which every county has some: a county without any has not entered it.
    """

    limits: Thresholds
    adjusted: Mapping[str, Fraction]
    parts: Mapping[tuple[str, str], Fraction]
    disputed: frozenset[tuple[str, str]] = frozenset()
    everywhere: frozenset[str] = frozenset()


def basis_on(plan: str, by: Actor, *, paths: Collection[str], on: date) -> Basis:
    """As it is on a day, for these places; of several parts of a county that of the year, or of the last before it."""
    at = catalogue.current().parameters()
    limits = Thresholds(
        *(Fraction(str(at.get(f"plan.light.{key}", path="22/", on=on).value)) for key in _LIMITS)
    )
    changed = Adjustment.objects.filter(plan=plan, state="published", valid_from__lte=on).order_by(
        "valid_from", "id"
    )
    parts = in_scope(CountyPart.objects.filter(plan=plan, path__in=list(paths), year__lte=on.year), by)
    doubted = in_scope(Dispute.objects.filter(plan=plan, settled_on=None, quarter__lte=on), by)
    return Basis(
        limits, {one.target: Fraction(one.new_value) for one in changed},
        {(one.target, one.path): Fraction(one.value) for one in parts.order_by("year")},
        frozenset(doubted.values_list("target", "path")), _everywhere(),
    )  # fmt: skip


def _everywhere() -> frozenset[str]:
    """Targets whose indicator says that every county has some of what it is counted out of."""
    every = catalogue.current().indicators.values()
    return frozenset(target for one in every if one.item.everywhere for target in one.item.serves)


def kept_of(basis: Basis) -> dict[str, Any]:
    """For an evaluation to keep: exact, and in an order of its own."""
    return {
        "limits": {key: str(getattr(basis.limits, key)) for key in _LIMITS},
        "adjusted": {target: str(value) for target, value in sorted(basis.adjusted.items())},
        "parts": [[target, path, str(value)] for (target, path), value in sorted(basis.parts.items())],
        "disputed": [list(one) for one in sorted(basis.disputed)],
        "everywhere": sorted(basis.everywhere),
    }


def of_kept(kept: Mapping[str, Any]) -> Basis | None:
    """What an evaluation kept; nothing of one that is older than this keeping, which is judged by what stands.

    A limit that was not asked for when it was kept is not asked for now either.
    """
    if not kept:
        return None
    limits = kept["limits"]
    green, yellow, ceiling, coverage = (Fraction(limits[key]) for key in _LIMITS[:-1])
    back = Fraction(limits["back"]) if "back" in limits else None
    return Basis(
        Thresholds(green, yellow, ceiling, coverage, back),
        {target: Fraction(value) for target, value in kept["adjusted"].items()},
        {(target, path): Fraction(value) for target, path, value in kept["parts"]},
        frozenset((target, path) for target, path in kept.get("disputed", ())),
        frozenset(kept.get("everywhere", ())),
    )

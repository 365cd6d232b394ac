"""A network of houses as a tree: what stands in each unit of a county, tier by tier, and where nothing does."""

from __future__ import annotations

from dataclasses import dataclass, field

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import in_force

from .models import Facility

__all__ = ["Branch", "Declared", "covered", "tree"]

Declared = catalogue.Declared[declare.Network]


@dataclass
class Branch:
    """One unit: the houses of its tier that stand in it, and the units beneath."""

    unit: Division
    tier: declare.Tier
    houses: list[Facility] = field(default_factory=list)
    beneath: list[Branch] = field(default_factory=list)


def tree(declared: Declared, path: str) -> list[Branch]:
    """The units of the first tier beneath a place with all below them: one statement for units, one for houses."""
    tiers = {tier.at: tier for tier in declared.item.tiers}
    units = in_force().filter(path__startswith=path, level__in=[int(at) for at in tiers]).order_by("path")
    found: dict[str, Branch] = {}
    roots: list[Branch] = []
    for unit in units:
        tier = tiers[Level(unit.level)]
        if tier.named and not unit.name.endswith(tier.named):
            continue
        branch = found[unit.path] = Branch(unit, tier)
        above = [at for at in found if at != unit.path and unit.path.startswith(at)]
        if above:
            found[max(above, key=len)].beneath.append(branch)
        elif tier is declared.item.tiers[0]:
            roots.append(branch)
    _housed(declared, path, found)
    return roots


def _housed(declared: Declared, path: str, found: dict[str, Branch]) -> None:
    """Each house in the unit of its tier that it stands in."""
    kinds = {
        (f"{declared.domain.code}.{sort}", kind): tier
        for tier in declared.item.tiers
        for sort, kind in tier.kinds
    }
    rows = Facility.objects.filter(
        path__startswith=path, state__in=("open", "closing"), kind__in={kind for _, kind in kinds}
    )
    for house in rows.order_by("name"):
        tier = kinds.get((house.sort, house.kind))
        for at, branch in found.items():
            if branch.tier is tier and house.path.startswith(at):
                branch.houses.append(house)


def covered(branches: list[Branch], tier: declare.Tier) -> tuple[int, int]:
    """How many units of a tier have a house, of how many."""
    here = [one for one in branches if one.tier is tier]
    sums = [covered(one.beneath, tier) for one in branches]
    return (
        sum(bool(one.houses) for one in here) + sum(has for has, _ in sums), len(here) + sum(of for _, of in sums)
    )  # fmt: skip

"""A network of houses from the county to the village: how far each tier is covered, and where a house is missing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.facilities.networks import Branch, Declared, covered, tree
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .lists import FACILITIES

__all__ = ["network", "places_of"]

_COLUMNS = (Head("单位"), Head("应有"), Head("已有"), Head("下级覆盖"))


def places_of(declared: Declared, by: Actor) -> list[str]:
    """Where the actor looks after such houses."""
    role = declared.item.overseer
    return sorted(
        {post.path for post in by.posts if post.role == declared.role(role) and post.level == role.at}
    )


@require_GET
def network(request: HttpRequest, code: str) -> HttpResponse:
    """The tree of the actor's county; a unit without a house is marked, and those without come first."""
    by = staff(request)
    declared = catalogue.current().networks.get(code.replace("-", ".", 1))
    if declared is None:
        raise NotFound("network_unknown", "没有这个服务网络。请从列表进入。")
    places = places_of(declared, by)
    if not places:
        label = declared.item.overseer.label
        raise NotAllowed("facility_overseer", f"服务网络由{label}查看。您没有这个岗位。")
    branches = tree(declared, places[0])
    stats = []
    for tier in declared.item.tiers:
        has, of = covered(branches, tier)
        share = f"{has * 1000 // of / 10}%" if of else "—"
        stats.append({"label": f"{tier.label}覆盖", "value": share, "unit": f"{has}/{of}"})
    return render(request, "desk/facilities/network.html", {
        **header(declared.item.label, crumbs=[FACILITIES], lead=name_of(places[0])), "stats": stats,
        "columns": _COLUMNS, "groups": [_group(one) for one in _spread(branches)],
    })  # fmt: skip


def _spread(branches: list[Branch]) -> list[Branch]:
    """Every unit that has units beneath, from the top down."""
    found = []
    for one in branches:
        if one.beneath:
            found.append(one)
            found += _spread(one.beneath)
    return found


def _group(branch: Branch) -> dict[str, object]:
    beneath = sorted(branch.beneath, key=lambda one: (bool(one.houses), one.unit.pinyin))
    tier = beneath[0].tier
    has, of = covered(beneath, tier)
    own = "、".join(one.name for one in branch.houses) or f"没有{branch.tier.label}"
    return {
        "label": branch.unit.name, "own": own, "missing": not branch.houses, "open": branch.unit.level <= 3,
        "sum": f"{tier.label} {has}/{of}", "rows": [_row(one) for one in beneath],
    }  # fmt: skip


def _row(one: Branch) -> Row:
    own = "、".join(house.name for house in one.houses)
    beneath = one.beneath[0].tier if one.beneath else None
    has, of = covered(one.beneath, beneath) if beneath else (0, 0)
    return Row([one.unit.name, one.tier.label, own or badge("缺", "bad"), f"{has}/{of}" if of else "—"])

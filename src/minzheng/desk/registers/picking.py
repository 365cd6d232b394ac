"""Choosing a place without JavaScript: where one is, what lies above it, and what lies next beneath."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from minzheng.kernel.areas.paths import uids
from minzheng.kernel.areas.queries import in_force, remember

__all__ = ["offered"]

_STEP = "　"


def offered(scope: Iterable[str], chosen: str) -> list[tuple[str, str]]:
    """The places to choose from, by path, set in by their level: one query."""
    roots = sorted(scope)
    inside = any(chosen.startswith(root) for root in roots)
    at = chosen if chosen and inside else (roots[0] if len(roots) == 1 else "")
    above = [path for path in _chain(at) if any(path.startswith(root) for root in roots)]
    # Their names stand in every row of the list: what lies above is read along.
    met = Q(path__in={*roots, *above, *(up for root in roots for up in _chain(root))})
    if at:
        met |= Q(path__startswith=at, path__regex=rf"^([^/]+/){{{len(uids(at)) + 1}}}$")
    found_here = list(in_force().filter(met).order_by("pinyin", "path"))
    remember(found_here)
    shown = {one.path: one.name for one in found_here}
    beneath = [
        one
        for one in found_here
        if at and one.path != at and one.path.startswith(at) and one.path not in roots
    ]
    found = [(path, shown.get(path, path)) for path in sorted({*roots, *above})]
    place = next((n for n, (path, _) in enumerate(found) if path == at), len(found) - 1)
    found[place + 1 : place + 1] = [(one.path, one.name) for one in beneath]
    least = min((len(uids(root)) for root in roots), default=0)
    return [(path, _STEP * (len(uids(path)) - least) + name) for path, name in found]


def _chain(path: str) -> list[str]:
    parts = uids(path)
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]

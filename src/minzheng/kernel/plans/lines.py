"""A target as a report keeps it: figure, light and reason as they stood, and how the counties' lights fell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.documents.store import sm3

from .letters import wanted_of
from .standing import Standing, said

__all__ = ["digest", "line_of"]


def line_of(
    plan: declare.Plan,
    target: declare.Target,
    found: Mapping[tuple[str, str], Standing],
    places: Collection[str],
    indicator: str,
) -> dict[str, Any]:
    """One target of the province; ``places`` are the counties whose lights are counted."""
    one, figure = found[target.code, "22/"], found[target.code, "22/"].figure
    lights = Counter(found[target.code, path].light.colour for path in places)
    return {
        "code": target.code, "label": target.label, "unit": target.unit, "owner": plan.owner(target.owner),
        "clauses": " ".join(target.clauses), "indicator": indicator, "source": one.source,
        "numerator": figure.numerator if figure else None, "denominator": figure.denominator if figure else None,
        "value": said(one.value, one.target), "wanted": said(one.wanted), "target": wanted_of(one.target),
        "due": str(target.due), "light": one.light.colour, "hatched": one.light.hatched, "why": one.light.why,
        "counties": dict(sorted(lights.items())),
    }  # fmt: skip


def digest(of: Any) -> str:
    """SM3 over what was kept, in an order of its own."""
    return sm3(json.dumps(of, ensure_ascii=False, sort_keys=True).encode())

"""What everybody may read of supervision: published checks and penalties, and the credit file while it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.viewing import door

from .models import Check, Credit, Penalty

__all__ = ["Line", "published"]

_MOST = 100


@dataclass(frozen=True)
class Line:
    """One thing that is shown: of whom, what, when; no person, no address."""

    kind: str
    name: str
    words: str
    on: date
    good: bool = False


@door("public")
def published(supervision: str, *, on: date | None = None) -> list[Line]:
    """The latest first."""
    day = on or clock.today()
    item = catalogue.current().supervision(supervision).item
    mine = {"supervision": supervision}
    checks = Check.objects.filter(**mine, published_on__lte=day).order_by("-published_on", "-id")[:_MOST]
    cases = Penalty.objects.filter(**mine, published_on__lte=day).order_by("-published_on", "-id")[:_MOST]
    shown = Q(repaired_on=None) | Q(repaired_on__gt=day)
    # What is minor is not shown to everybody (信用修复管理办法).
    entries = Credit.objects.filter(shown, **mine, on__lte=day, most_until__gt=day, level__gte=2).order_by(
        "-on"
    )[:_MOST]
    found = [
        Line(
            "检查结果", one.subject_name,
            f"{one.get_kind_display()}：{'符合强制条款' if one.met else '有强制条款不符合'}",
            one.done_on or day, bool(one.met),
        )
        for one in checks
    ]  # fmt: skip
    found += [
        Line("行政处罚", one.subject_name, item.penalties.get(one.kind, one.kind), one.decided_on or day)
        for one in cases
    ]
    found += [
        Line("失信公示", one.subject_name, f"{one.get_level_display()}：{one.basis}", one.on)
        for one in entries
    ]
    return sorted(found, key=lambda line: line.on, reverse=True)[:_MOST]

"""What a check found beyond the declaration, as the family reads it and may explain it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.exchange.queries import discrepancies, latest_verification
from minzheng.kernel.exchange.sources import source
from minzheng.kernel.law.units import in_words, unit_of

__all__ = ["Difference", "difference_of", "drawn", "open_differences"]

OPEN = (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED)


@dataclass(frozen=True)
class Difference:
    """One item: declared, found, by whom, until when it may be explained."""

    pk: int
    label: str
    whose: str
    declared: str
    found: str
    department: str
    due: date
    late: bool
    explained: bool
    explanation: str
    url: str


def open_differences(case_id: int, by: Actor) -> list[Difference]:
    """Those of the latest check of a matter that are not yet decided."""
    return [drawn(one, case_id) for one in _undecided(case_id, by)]


def difference_of(case_id: int, pk: int, by: Actor) -> tuple[Discrepancy, Difference]:
    """One of them, for whoever belongs to the family."""
    found = next((one for one in _undecided(case_id, by) if one.pk == pk), None)
    if found is None:
        raise NotFound("discrepancy_missing", "没有需要您说明的这一项，可能已经认定。")
    return found, drawn(found, case_id)


def _undecided(case_id: int, by: Actor) -> list[Discrepancy]:
    verification = latest_verification(case_id, by=by)
    if verification is None or verification.state not in (
        Verification.State.REPORTED,
        Verification.State.OBJECTED,
    ):
        return []
    return list(discrepancies(verification, by=by).filter(state__in=OPEN).select_related("verification"))


def drawn(one: Discrepancy, case_id: int) -> Difference:
    """One difference in the words of the family."""
    of = source(one.source)
    item = next(each for each in of.items if each.name == one.item)
    unit = unit_of(item.unit)
    return Difference(
        pk=one.pk, label=item.label, whose=one.member.name if one.member else "全家",
        declared="没有填报" if one.declared is None else in_words(one.declared, unit), found=in_words(one.found, unit),
        department=of.department, due=one.explain_due, late=clock.today() > one.explain_due,
        explained=one.state == Discrepancy.State.EXPLAINED, explanation=one.explanation,
        url=f"/my/cases/{case_id}/differences/{one.pk}/",
    )  # fmt: skip

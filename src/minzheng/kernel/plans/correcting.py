"""Marks that the third party puts right before the evaluation is published, and the points as they stand then."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused, Stale

from .duties import Plan, require_third_party, require_words
from .models import Evaluation, Review, ReviewCorrection
from .scoring import PARTS, Marks, scored

__all__ = ["correct_mark", "points_of"]


@verb("plans.correct_mark", label="更正第三方评分", beyond="第三方评估人员没有管辖地区，更正记在省级")
def correct_mark(
    *,
    plan: Plan,
    evaluation: Evaluation,
    unit: str,
    part: str,
    value: Decimal,
    reason: str,
    by: Actor,
    key: str | None = None,
) -> ReviewCorrection:
    """One mark anew; the points follow, and what stood before stays beside them."""
    require_third_party(by)
    row = Evaluation.objects.select_for_update(of=("self",)).select_related("frozen").get(pk=evaluation.pk)
    before, after = _anew(plan, row, unit, part, value)
    made = ReviewCorrection.objects.create(
        evaluation=row, path="22/", unit=unit, part=part, before=before[part], after=after[part], row=after,
        reason=require_words(reason, "更正的理由", field="reason")[:300], by_name=by.name, at=clock.now(),
    )  # fmt: skip
    audit.note(
        about=made, path="22/", before={part: made.before}, after={part: made.after}, reason=made.reason
    )
    return made


def points_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The points of every office and county as they stand after corrections; none before they are handed in."""
    review = Review.objects.filter(evaluation=evaluation).only("rows").first()
    rows = {row["unit"]: row for row in (review.rows if review else ())}
    for one in ReviewCorrection.objects.filter(evaluation=evaluation, unit__in=list(rows)).order_by("id"):
        rows[one.unit] = one.row
    return list(rows.values())


def _anew(
    plan: Plan, row: Evaluation, unit: str, part: str, value: Decimal
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The points of one office or county before and after, reckoned from the snapshot once more."""
    if row.published_on is not None:
        raise Stale("evaluation_published", "评估已经公布，评分不再改动。")
    now = {one["unit"]: one for one in points_of(row)}
    if unit not in now or part not in PARTS:
        raise Refused("mark_unknown", "请选择已经评分的单位和项目。", field="unit")
    marks = {name: Marks(*(Decimal(one[key]) for key in PARTS)) for name, one in now.items()}
    marks[unit] = replace(marks[unit], **{part: value})
    return now[unit], next(asdict(one) for one in scored(plan, row, marks) if one.unit == unit)

"""What a body from outside found in the drawn townships and thought of the offices; and figures put right later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.core.files.base import ContentFile

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.models import Document
from minzheng.kernel.plans import correcting, reporting, sampled, scoring
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.models import Evaluation
from minzheng.kernel.plans.sampled import Found, Looked

__all__ = ["come_later", "look_from_outside"]

_PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
# Which of the drawn townships differ, by their place in the draw, and why.
_DIFFER = {4: "一处已停用，台账没有注销", 17: "新增一处尚未登记"}
# Target, month, figure, reason, day: given after the snapshot of the month was frozen.
_LATER = (
    ("T004", "2023-03", 15020, "补录三月末数", date(2023, 9, 11)),
    ("T004", "2023-06", 15580, "剔除重复登记的证书 30 本", date(2023, 9, 11)),
    ("T004", "2025-12", 20110, "剔除重复登记的证书 30 本", date(2026, 4, 9)),
)


def look_from_outside(plan: Plan, made: Evaluation, by: Actor, *, on: date) -> None:
    """Township by township, then opinion and marks; one mark is put right before the publication."""
    with clock.frozen(on):
        for at, (path, rows) in enumerate(groupby(sampled.looked_at(made), key=lambda one: one.path)):
            _look(made, path, list(rows), _DIFFER.get(at, ""), by)
    with clock.frozen(on + timedelta(days=15)):
        _hand_in(plan, made, by)
    with clock.frozen(on + timedelta(days=22)):
        correcting.correct_mark(
            plan=plan, evaluation=made, unit="eldercare", part="satisfaction", value=Decimal(13),
            reason="满意度问卷重新加总后更正", by=by,
        )  # fmt: skip


def _look(made: Evaluation, path: str, rows: list[Looked], why: str, by: Actor) -> None:
    """As many as the snapshot has; where something differs one more or one less, with a paper."""
    found = {row.code: Found(row.above, row.below) for row in rows}
    if why:
        first = rows[0]
        found[first.code] = Found(max(first.above - 1, 0), first.below, why)
    paper = _paper("样本核实底稿", path, by) if why else None
    sampled.enter_finding(evaluation=made, path=path, found=found, evidence=paper, by=by)


def _hand_in(plan: Plan, made: Evaluation, by: Actor) -> None:
    """People were asked in each city, and every office and county got its marks."""
    marks = {
        unit: scoring.Marks(Decimal(14 + at % 6), Decimal(11 + at % 4), Decimal(12 + at % 3))
        for at, unit in enumerate(scoring.units(plan, made))
    }
    scoring.enter(
        plan=plan, evaluation=made, organisation=by.name, procurement=f"演示采购〔{made.as_of.year}〕1号",
        method="到抽中的乡镇（街道）核对台账，并随机访问居民。样本由平台按种子抽取，只含单位名称和合计数。",
        marks=marks, respondents={path: 400 + at for at, path in enumerate(scoring.cities(made))},
        report=_paper("第三方评估意见", "22/", by), tables=_paper("第三方原始数据表", "22/", by), by=by,
    )  # fmt: skip


def come_later(plan: Plan, paper: Callable[[str, Actor], Document], *, giver: Actor, second: Actor) -> None:
    """Figures of months that are frozen already: the snapshots keep what they have."""
    for target, month, above, reason, day in _LATER:
        with clock.frozen(day):
            made = reporting.report(
                plan=plan, target=target, path="22/", month=clock.Month.parse(month), numerator=above,
                denominator=None, reason=reason, evidence=paper(f"{month} 更正说明", giver), by=giver,
            )  # fmt: skip
            reporting.verify(reported=made, opinion="与原始名册一致", plan=plan, by=second)


def _paper(label: str, path: str, by: Actor) -> Document:
    file = ContentFile(_PDF + label.encode(), name=f"{label}.pdf")
    return sampled.hand_in(file=file, label=label, path=path, by=by)

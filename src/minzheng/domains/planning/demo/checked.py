"""Every county of the demonstration checks the one that it was drawn for; two find a difference, and are answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind, Post
from minzheng.kernel.documents.models import Document
from minzheng.kernel.plans.crosschecking import Difference, enter_check, settle_check
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.models import CrossCheck, Evaluation

__all__ = ["check_each_other"]

# How many of the checks find something: the first of the list, by their place in the order of paths.
_FOUND = {
    3: "一项验收材料日期在截止日之后，不应计入",
    21: "台账漏登一处，现场已经启用",
}


def check_each_other(
    plan: Plan, made: Evaluation, paper: Callable[[str, Actor], Document], planner: Actor, *, on: date
) -> None:
    """In the month after the snapshot; the planning office answers ten days later."""
    rows = CrossCheck.objects.filter(evaluation=made).order_by("path")
    with clock.frozen(on):
        for at, row in enumerate(rows):
            why = _FOUND.get(at, "") if row.figures else ""
            found = (
                [Difference(row.figures[0]["code"], "少一项" if at == 3 else "多一项", why)] if why else []
            )
            sheet = paper("县际交叉核查底稿", planner) if found else None
            enter_check(
                plan=plan, check=row, differences=found, evidence=sheet, by=_officer(plan, row.checker)
            )
    with clock.frozen(on + timedelta(days=10)):
        for row in rows.filter(settled_on=None):
            settle_check(
                plan=plan,
                check=row,
                answer="情况属实，已通知责任处室在台账更正，下一季度数值体现",
                by=planner,
            )


def _officer(plan: Plan, path: str) -> Actor:
    """The officer of a county that has no account in the demonstration."""
    post = Post(role=plan.role(plan.item.duties.county), path=path, level=Level.COUNTY, office="")
    return Actor(id="system:demo", name="县指标管理员", kind=Kind.STAFF, posts=(post,))

"""A county's word on its own figures: the quarter confirmed, one figure disputed, the answer to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from minzheng.desk.sheets import NOTHING, Sent, Sheet
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import counties, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.plans import anomalies, confirming
from minzheng.kernel.plans.duties import Plan, holds
from minzheng.kernel.plans.models import Dispute
from minzheng.kernel.plans.queries import confirmations, disputes
from minzheng.kernel.plans.standing import measure_of
from minzheng.ui.tables import Head, Row

__all__ = ["DOUBTED", "ODD", "confirm_sheets", "confirmed", "dispute_sheets", "doubted", "odd"]

DOUBTED = (Head("目标"), Head("地区"), Head("季度"), Head("异议理由"), Head("提出人", secondary=True))
ODD = (Head("目标"), Head("地区"), Head("月份"), Head("异常"))
_DISPUTE = Form("dispute", "数值异议", (Text("reason", "异议理由", longest=300, lines=2),))
_ANSWER = Form("settle", "答复异议", (Text("answer", "答复", longest=300, lines=2),))


def confirm_sheets(plan: Plan, under: str, by: Actor) -> list[Sheet]:
    """For a county's officer: the quarter that was over most lately, once."""
    quarter = confirming.last_quarter()
    mine = level_of(under) == Level.COUNTY and holds(plan, plan.item.duties.county, path=under, by=by)
    if not mine or confirmations(plan, by, under=under, quarter=quarter).exists():
        return []

    def do(sent: Sent) -> str:
        made = confirming.confirm(plan=plan, path=under, quarter=quarter, by=by, key=sent.key)
        return "已核对" + ("，已超过期限，记为逾期。" if made.late else "。")

    return [Sheet(
        "confirm", NOTHING, do, submit=f"核对无误，确认 {quarter} 季度数值",
        confirm="确认本县这个季度由台账计算的数值？有异议的目标，先在该目标的页面提出。",
    )]  # fmt: skip


def confirmed(plan: Plan, under: str, by: Actor) -> dict[str, Any]:
    """How many counties have looked at the quarter's figures, by when they should, and who has not."""
    quarter, places = confirming.last_quarter(), {one.path: one.name for one in counties(under)}
    found = dict(confirmations(plan, by, under=under, quarter=quarter).values_list("path", "late"))
    return {
        "quarter": str(quarter), "due": confirming.due_of(quarter, under), "of": len(places), "known": len(found),
        "late": sum(found.values()), "waiting": [name for path, name in places.items() if path not in found],
        "overdue": clock.today() > confirming.due_of(quarter, under) and len(found) < len(places),
    }  # fmt: skip


def dispute_sheets(plan: Plan, target: declare.Target, under: str, by: Actor) -> list[Sheet]:
    """For a county a figure that its registers give, for the planning office the answer."""
    found = []
    for one in disputes(plan, by, under=under, target=target.code):
        if holds(plan, plan.item.duties.planner, path=one.path, by=by):
            title = f"数值异议 {one.quarter:%Y-%m}：{one.reason[:40]}"
            found.append(
                Sheet(f"settle{one.pk}", _ANSWER, partial(_settle, plan, one, by), submit="答复", title=title)
            )
    open_here = any(one.path == under for one in disputes(plan, by, under=under, target=target.code))
    county = level_of(under) == Level.COUNTY and holds(plan, plan.item.duties.county, path=under, by=by)
    if county and not open_here and measure_of(target.code):
        found.append(Sheet(
            "dispute", _DISPUTE, partial(_dispute, plan, target, under, by), title="对本县数值提出异议", quiet=True,
        ))  # fmt: skip
    return found


def doubted(plan: Plan, by: Actor, under: str, targets: dict[str, str]) -> list[Row]:
    """What counties dispute."""
    rows = list(disputes(plan, by, under=under)[:100])
    called = names({one.path for one in rows})
    return [
        Row(
            [targets.get(one.target, one.target), called[one.path], f"{one.quarter:%Y-%m}", one.reason, one.by_name],
            url=f"/desk/plans/targets/{one.target}/?under={one.path}",
        )
        for one in rows
    ]  # fmt: skip


def odd(plan: Plan, by: Actor, under: str, on: date) -> list[Row]:
    """Figures that somebody should look at."""
    found = anomalies.anomalies(plan, by, under=under, on=on)[:100]
    called = names({one.path for one in found})
    return list(_odd(found, called))


def _odd(found: Iterable[anomalies.Anomaly], called: dict[str, str]) -> Iterable[Row]:
    for one in found:
        yield Row(
            [f"{one.target.code} {one.target.label}", called[one.path], str(one.month), one.why],
            url=f"/desk/plans/targets/{one.target.code}/?under={one.path}&month={one.month}",
        )


def _dispute(plan: Plan, target: declare.Target, under: str, by: Actor, sent: Sent) -> str:
    confirming.dispute(
        plan=plan, target=target.code, path=under, quarter=confirming.last_quarter(),
        reason=_DISPUTE.clean(sent.answers).plain["reason"], by=by, key=sent.key,
    )  # fmt: skip
    return "异议已提出，等待规划处答复。"


def _settle(plan: Plan, one: Dispute, by: Actor, sent: Sent) -> str:
    answer = _ANSWER.clean(sent.answers).plain["answer"]
    confirming.settle(plan=plan, dispute=one, answer=answer, by=by, key=sent.key)
    return "已答复。"

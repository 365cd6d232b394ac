"""What became known after an evaluation was frozen, beside what was known then: never put in its place in silence."""

from __future__ import annotations

from typing import Any

from minzheng.desk.releases.workbook import Sheet as Leaf
from minzheng.kernel.audit import Actor
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.letters import COLOURS
from minzheng.kernel.plans.models import Evaluation
from minzheng.kernel.plans.since import Arrived, Changed, arrived, changed
from minzheng.ui.shown import NOTHING, badge
from minzheng.ui.tables import Head, Row

from .words import COLOUR_KINDS

__all__ = ["leaves", "since"]

_CHANGED = (
    Head("目标"), Head("冻结时", "number"), Head("冻结时状态"), Head("现在", "number"), Head("按现在的数"),
    Head("何时得到"),
)  # fmt: skip
_ARRIVED = (
    Head("目标"), Head("单位"), Head("月份"), Head("冻结时", "number"), Head("现在", "number"), Head("核实日期", "day"),
    Head("理由"),
)  # fmt: skip


def since(plan: Plan, one: Evaluation, by: Actor) -> dict[str, Any]:
    """For the page, where the reader sees the figures of the province."""
    if not by.covers("22/"):
        return {}
    return {
        "later": True, "changed_columns": _CHANGED,
        "changed": [Row(_now(row), url=_url(row)) for row in changed(plan, one, by)],
        "arrived_columns": _ARRIVED, "arrived": [Row(_came(row), url=_url(row)) for row in arrived(plan, one, by)],
    }  # fmt: skip


def leaves(plan: Plan, one: Evaluation, by: Actor) -> list[Leaf]:
    """The same for the workbook."""
    if not by.covers("22/"):
        return []
    rows = [[*_came(row)[:5], str(row.came_on), row.why] for row in arrived(plan, one, by)]
    states = [
        [
            f"{row.code} {row.label}",
            row.then,
            COLOURS[row.then_light],
            row.now,
            COLOURS[row.now_light],
            _when(row),
        ]
        for row in changed(plan, one, by)
    ]
    return [Leaf("冻结后变化", _plain(_CHANGED), states), Leaf("冻结后填报", _plain(_ARRIVED), rows)]


def _plain(heads: tuple[Head, ...]) -> list[Head]:
    return [Head(one.label) for one in heads]


def _now(row: Changed) -> list[Any]:
    lights = [badge(COLOURS[light], COLOUR_KINDS[light]) for light in (row.then_light, row.now_light)]
    return [
        f"{row.code} {row.label}", row.then or NOTHING, lights[0], row.now or NOTHING, lights[1], _when(row),
    ]  # fmt: skip


def _came(row: Arrived) -> list[Any]:
    return [
        f"{row.code} {row.label}", row.place, str(row.month), row.then or NOTHING, row.now, row.came_on,
        row.why or NOTHING,
    ]  # fmt: skip


def _when(row: Changed) -> str:
    if row.came_on is None:
        return NOTHING
    return f"台账 {row.came_on} 计算" if row.computed else f"{row.came_on} 核实"


def _url(row: Arrived | Changed) -> str:
    return f"/desk/plans/targets/{row.code}/"

"""What the opinion on a tekun case must satisfy, and what comes before its ending (特困人员认定办法 arts. 13 to 25)."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.errors import Refused

from .dibao import assessed

__all__ = ["arranged", "ending_posted", "reviewed"]


def arranged(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The opinion follows the law's finding; whoever is proposed has somebody or somewhere to be cared for."""
    assessed(case, evidence, by=by, outcome=outcome)
    if outcome == "propose" and evidence["arrangement"] == "none":
        raise Refused(
            "arrangement", "建议确认的，请落实供养安排（分散供养或集中供养）。", field="arrangement"
        )
    if outcome == "oppose" and evidence["arrangement"] != "none":
        raise Refused(
            "arrangement", "建议不予确认的，供养安排请选“不符合条件，不安排”。", field="arrangement"
        )


def reviewed(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Kept or stopped as the law finds; a stop is posted first (art. 25)."""
    if outcome not in ("keep", "stop"):
        return
    finding = determine(case, on=clock.today()).eligible
    if outcome == "keep" and finding.outcome != "met":
        raise Refused(
            "opinion_contradicts", f"按现有核实情况不再符合条件，不能建议继续供养：{finding.because}"
        )
    if outcome == "stop" and finding.outcome != "not_met":
        raise Refused("opinion_contradicts", "按现有核实情况仍符合条件，不能建议终止供养。")


def ending_posted(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Nobody's support ends before the intended ending was posted for its days, unless it was asked for (art. 25)."""
    if outcome != "refuse" or case.form.get("why") == "voluntary":
        return
    last = case.tasks.filter(step="post").order_by("-round").first()
    if last is None or last.state != Task.State.DONE:
        raise Refused("ending_not_posted", "拟终止救助供养的，须先公示期满。请退回，由乡镇公示后再决定。")

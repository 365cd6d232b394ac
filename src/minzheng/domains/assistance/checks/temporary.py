"""What a case of temporary assistance must satisfy: whose means are looked at, what was agreed, how it is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.terms import number
from minzheng.kernel.errors import Refused

from ..queries import earlier_aid, means_known

__all__ = ["agreed", "expense_seen", "means_looked_at", "planned"]


def means_looked_at(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Of a dibao or tekun household only the expense is verified, of any other also the means (民发〔2018〕23号)."""
    known = means_known(case)
    if outcome == "accept" and known:
        raise Refused(
            "means_known",
            "这户家庭中有低保或特困对象，只核实支出。请选择“受理，只核实支出”。",
            field="outcome",
        )
    if outcome == "accept_known" and not known:
        raise Refused(
            "means_unknown", "这户家庭没有低保或特困对象，还要核对收入和财产。请选择“受理”。", field="outcome"
        )


def expense_seen(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The papers are seen after acceptance, and there is an expense."""
    if outcome not in ("done", "extraordinary"):
        return
    assert case.accepted_on is not None
    if date.fromisoformat(evidence["visited_on"]) < case.accepted_on:
        raise Refused("visited_early", "核实日期不能早于受理日期，请核对。", field="visited_on")
    if not evidence["expense"]:
        raise Refused("no_expense", "核实的自付支出为零，没有可以救助的支出。请核对票据。", field="expense")


def agreed(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """What goes beyond the usual is agreed by a meeting of enough members, after acceptance (一事一议)."""
    if outcome != "agree":
        return
    assert case.accepted_on is not None
    least = number("panel.least_votes", path=case.path, on=clock.today())
    if evidence["present"] < least:
        raise Refused("meeting_small", f"一事一议的参加人员须不少于 {least} 人。", field="present")
    if date.fromisoformat(evidence["met_on"]) < case.accepted_on:
        raise Refused("met_early", "议事日期不能早于受理日期，请核对。", field="met_on")


def planned(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The opinion follows the law's finding, and the stages make up the amount, no more and no less."""
    if outcome not in ("propose", "oppose"):
        return
    found = determine(case, on=clock.today())
    finding = found.eligible
    if outcome == "oppose":
        if finding.outcome != "not_met":
            raise Refused("opinion_contradicts", "按现有核实情况并非不符合条件，不能建议不予救助。")
        return
    if finding.outcome != "met":
        earlier = earlier_aid(case)
        said = f"{earlier.says}，同一事由不能重复救助" if earlier else finding.because
        raise Refused("opinion_contradicts", f"按现有核实情况不符合条件，不能建议救助：{said}")
    if found.amount is None:
        raise Refused("amount_unknown", "困难程度还没有评定，不能确定金额。请退回核实支出。")
    stages = evidence["stages"]
    if not stages:
        raise Refused("no_stages", "请填写发放安排，一次发放的填一行。", field="stages")
    total = sum(row.get("amount") or 0 for row in stages)
    if total != found.amount:
        raise Refused(
            "plan_differs",
            f"发放安排合计 {_yuan(total)} 元，按规定应为 {_yuan(found.amount)} 元，请调整各期金额。",
            field="stages",
        )


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"

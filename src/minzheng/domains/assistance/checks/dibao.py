"""What a step's evidence must satisfy beyond its form (handbook 01 §17): blocks with the article they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.terms import number
from minzheng.kernel.errors import Refused

from ..rules import SA2026

__all__ = ["assessed", "examined", "heard", "panel_met", "registered", "visited"]

# Who is registered as kin without an account of this platform.
NO_ACCOUNT = "no-account"


def registered(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Close kin of staff are registered by name (最低生活保障审核确认办法 art. 11), so that they can be kept out."""
    if outcome != "accept" or not evidence["kin"]:
        evidence["kin_of"] = ""
        return
    # Village cadres often have no account: they are registered by name, which still brings the county's own visit.
    account = User.objects.filter(username=evidence.get("kin_of", "")).first()
    if account is None and not evidence.get("kin_of") and evidence.get("kin_name"):
        evidence["kin_of"] = NO_ACCOUNT
        return
    if account is None:
        raise Refused("kin_of", "请填写有近亲属关系的工作人员账号，以便登记备案和回避。", field="kin_of")
    evidence["kin_of"] = f"user:{account.pk}"


def visited(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The home is visited after acceptance (art. 15)."""
    assert case.accepted_on is not None
    if evidence and date.fromisoformat(evidence["visited_on"]) < case.accepted_on:
        raise Refused("visited_early", "入户日期不能早于受理日期，请核对。", field="visited_on")


def assessed(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The opinion may not contradict the law's finding; who is unsure sends the case back."""
    finding = determine(case, on=clock.today()).eligible
    if outcome == "propose" and finding.outcome != "met":
        raise Refused("opinion_contradicts", f"按现有核实情况不符合条件，不能建议确认：{finding.because}")
    if outcome == "oppose" and finding.outcome != "not_met":
        raise Refused("opinion_contradicts", "按现有核实情况并非不符合条件，不能建议不予确认。")


def panel_met(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """Enough members vote, those concerned are recused, and the outcome is what the majority said."""
    if "met_on" not in evidence:
        raise Refused("met_on", "请填写开会日期和参会人员的表决。", field="met_on")
    votes = [row["vote"] for row in evidence.get("members", []) if not row["recused"]]
    cast = [vote for vote in votes if vote != "none"]
    least = number("panel.least_votes", path=case.path, on=clock.today())
    if len(cast) < least:
        raise Refused(
            "panel_small", f"参加表决的成员须不少于 {least} 人，现有 {len(cast)} 人。", field="members"
        )
    agreed = cast.count("agree") * 2 > len(cast)
    if agreed != (outcome == "agree"):
        raise Refused(
            "vote_differs",
            f"表决结果为{'同意' if agreed else '未过半数同意'}（同意 {cast.count('agree')} 票，"
            f"共 {len(cast)} 票），与所选结果不一致。",
            field="outcome",
        )
    assert case.accepted_on is not None
    if date.fromisoformat(evidence["met_on"]) < case.accepted_on:
        raise Refused("panel_early", "开会日期不能早于受理日期，请核对。", field="met_on")


def examined(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """The county itself visits a family registered as kin or objected to, before anything is decided (art. 20)."""
    visited_on = evidence.get("county_visited_on")
    if visited_on and case.accepted_on and date.fromisoformat(visited_on) < case.accepted_on:
        raise Refused("visited_early", "入户核查日期不能早于受理日期，请核对。", field="county_visited_on")
    if outcome not in ("grant", "refuse") or not (case.kin_of or case.objections.exists()):
        return
    if not visited_on or not evidence.get("county_found"):
        why = "已备案近亲属关系" if case.kin_of else "公示期间有异议"
        raise Refused(
            "county_visit",
            f"这件办件{why}，县级须先入户核查，并填写核查日期和情况。",
            field="county_visited_on",
        )


def heard(case: Case, evidence: dict[str, Any], *, by: Actor, outcome: str) -> None:
    """From 2026-07-01 the household is heard before a cut or a stop (社会救助法 art. 48)."""
    if evidence and case.accepted_on and date.fromisoformat(evidence["heard_on"]) < case.accepted_on:
        raise Refused("heard_early", "听取意见日期不能早于受理日期，请核对。", field="heard_on")
    if SA2026.in_force(clock.today()) and not evidence:
        raise Refused("hearing_needed", "减发、停发前须听取当事人意见并记录。", field="views")

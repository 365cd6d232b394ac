"""A tekun case and a case of temporary assistance walked through their verbs, step by step, by the cast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case

from .walk import HOME_VISIT, Walk

__all__ = ["ABLE", "AidWalk", "TekunWalk", "one_sum"]

ABLE: dict[str, Any] = {
    "can_eat": "yes", "can_dress": "yes", "can_rise": "yes", "can_toilet": "yes", "can_walk": "yes", "can_bathe": "yes",
}  # fmt: skip
AT_HOME = {
    "opinion": "情况属实",
    "arrangement": "dispersed",
    "caregiver": "同村邻居",
    "agreement": "照料协议1号",
}


@dataclass
class TekunWalk(Walk):
    """One person's case; ``acts`` are the six everyday acts as seen at home."""

    acts: Mapping[str, Any] = field(default_factory=dict)
    service: str = "assistance.tekun"
    purpose: str = "assistance.tekun"

    def investigate(self, **seen: Any) -> Case:
        evidence = {
            **HOME_VISIT, "visited_on": clock.today().isoformat(), "supporters_checked": "on", "assessor": "评估员",
            **ABLE, **self.acts, **seen,
        }  # fmt: skip
        partner = self.who.second_investigator.user_id or 0
        return self.do("investigate", "done", self.who.investigator, evidence=evidence, partners=[partner])

    def assess(self, outcome: str = "propose", **more: Any) -> Case:
        none = {"opinion": "不符合条件", "arrangement": "none"}
        evidence = (AT_HOME if outcome == "propose" else none) | more
        return self.do("assess", outcome, self.who.investigator, evidence=evidence)

    def until_posted(self, records: Any = None) -> date:
        """From application to the notice in the village; its last day."""
        self.until_verified(records)
        self.assess()
        return self.post()


@dataclass
class AidWalk(Walk):
    """One family's case for an expense; ``tier`` is how hard the blow is."""

    tier: str = "grave"
    service: str = "assistance.temporary"
    purpose: str = "assistance.temporary"

    def draft(self, *, by: Any = None) -> Case:
        self.form = {"cause": "medical", "event_place": "县医院", "expense": "18000", **self.form}
        return super().draft(by=by)

    def accept(self, outcome: str = "accept") -> Case:
        return self.do("accept", outcome, self.who.clerk, evidence={"complete": "on"})

    def see_expense(self, outcome: str = "done", **seen: Any) -> Case:
        evidence = {
            "visited_on": clock.today().isoformat(), "expense": "18000", "invoices": "on", "tier": self.tier,
            "found": "住院结算单属实", **seen,
        }  # fmt: skip
        partner = self.who.second_investigator.user_id or 0
        return self.do("expense", outcome, self.who.investigator, evidence=evidence, partners=[partner])

    def plan(self, stages: Sequence[Mapping[str, Any]], outcome: str = "propose") -> Case:
        evidence = {"opinion": "建议救助", "stages": list(stages)}
        return self.do("plan", outcome, self.who.investigator, evidence=evidence)

    def until_planned(self, stages: Sequence[Mapping[str, Any]]) -> Case:
        """From application to the opinion, the family's means having been checked."""
        self.apply()
        self.accept()
        self.verify()
        self.see_expense()
        return self.plan(stages)

    def until_confirmed(self, records: Any = None, *, stages: Sequence[Mapping[str, Any]] = ()) -> Case:
        self.until_planned(stages)
        last = self.post()
        with clock.frozen(last + timedelta(days=1)):
            self.take_down()
            return self.confirm()


def one_sum(yuan: str) -> list[dict[str, Any]]:
    """All of it in the month of approval."""
    return [{"form": "money", "after": "0", "amount": yuan}]

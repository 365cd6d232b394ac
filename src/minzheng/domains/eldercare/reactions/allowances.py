"""Allowances that were paid by a list for months after a death: claimed back, and no more when the death was none.

The month of death is paid (handbook 00 §0.5).  A list that is drawn up after the death leaves the dead out by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare import Happened, Reacted
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement, Recovery
from minzheng.kernel.ledger.resuming import paid_after
from minzheng.kernel.registers.words import in_yuan

__all__ = ["claim_back", "claim_no_more"]

_SCHEMES = {"eldercare.highage": "高龄津贴", "eldercare.elder_nursing": "经济困难老年人护理补贴"}


def claim_back(happened: Happened, *, by: Actor) -> Reacted:
    """What each allowance paid beyond the month of death."""
    claims, told, month = [], [], Month.of(happened.day)
    for scheme, label in _SCHEMES.items():
        drawn = Entitlement.objects.filter(person=happened.person, scheme=scheme)
        row = drawn.exclude(state=Entitlement.State.SUPERSEDED).order_by("-from_month", "-id").first()
        last, over = paid_after(row, month) if row else (None, 0)
        if row is None or last is None or not over:
            continue
        claims.append(ledger.claim(
            owed=ledger.Owed(row.pk, month.next, last.next, over), basis=_basis(happened, row), by=by,
            reason=f"{happened.day:%Y-%m-%d}{happened.label}，此后仍发放",
        ))  # fmt: skip
        told.append(f"{label}{month.next}至{last}多发{in_yuan(over)}，已立项追缴")
    if not claims:
        return Reacted.nothing("此人没有领取高龄津贴、护理补贴，或去世后没有多发。")
    audit.part("eldercare.claimed_by_event", claims=len(claims))
    return Reacted("；".join(told) + "。", tuple(claims), {"claims": [one.pk for one in claims]})


def _basis(happened: Happened, row: Entitlement) -> ledger.Basis:
    """The event's number stands where a decision's would."""
    return ledger.Basis(
        decision_number=happened.number, rule_set=row.rule_set, trace_sha=happened.sha, case_id=row.case_id
    )


def claim_no_more(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The person lives: what is open is given up, what came back is made up."""
    for claim in Recovery.objects.select_related("entitlement").filter(pk__in=kept["claims"]).order_by("id"):
        ledger.take_back_claim(
            recovery=claim,
            basis=_basis(happened, claim.entitlement),
            by=by,
            reason=f"{happened.number}已撤销",
        )
    return Reacted("追缴已撤销。")

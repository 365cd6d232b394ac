"""What ends by an event: paid for the month in which it happened and not beyond; what was paid beyond is claimed.

《特困人员认定办法》 art. 24; the month of death is paid (handbook 00 §0.5).  A wrong event is undone: paid on from
the first open month, the missed months made up, the claim taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare import Happened, Reacted
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Covered, Entitlement, Recovery
from minzheng.kernel.ledger.resuming import paid_after
from minzheng.kernel.people.queries import household_of, members
from minzheng.kernel.registers.words import in_yuan

from .. import rules
from ..models import Standing
from ..queries import standing_of, tekun_of

__all__ = ["basis", "end_household", "end_tekun", "household_goes_on", "tekun_goes_on"]

DIBAO, TEKUN = "assistance.dibao", "assistance.tekun"


def end_tekun(happened: Happened, *, by: Actor) -> Reacted:
    """A tekun person who died or went to prison is paid for that month and no longer."""
    row = _latest(Q(person=happened.person), TEKUN)
    if row is None:
        return Reacted.nothing("此人没有享受过特困人员救助供养。")
    return _ended(row, tekun_of(happened.person.pk), happened, by)


def end_household(happened: Happened, *, by: Actor) -> Reacted:
    """Nobody of the household is left: its dibao ends with the month of the last death."""
    home = household_of(happened.person, on=happened.day)
    if home is None or (row := _latest(Q(household=home), DIBAO)) is None:
        return Reacted.nothing("此人的家庭没有享受过低保。")
    if left := _left(row, home.pk, happened):
        return Reacted.nothing(f"家庭还有 {left} 名保障对象，低保不终止，须重新核算。")
    return _ended(row, standing_of(home.pk), happened, by)


def _left(row: Entitlement, home_id: int, happened: Happened) -> int:
    """Who is still protected: the living whom the entitlement covers, or whoever lives in the household if none is."""
    covered = Covered.objects.filter(entitlement=row).exclude(person=happened.person)
    if covered.exists():
        return covered.filter(person__died_on=None).count()
    others = members(row.household, on=happened.day) if row.household else []
    return sum(one.person_id != happened.person.pk and one.person.died_on is None for one in others)


def _latest(whose: Q, scheme: str) -> Entitlement | None:
    rows = Entitlement.objects.filter(whose, scheme=scheme).exclude(state=Entitlement.State.SUPERSEDED)
    return rows.order_by("-from_month", "-id").first()


def _ended(row: Entitlement, standing: Standing | None, happened: Happened, by: Actor) -> Reacted:
    """Ledger, register and claim together; each only if there is something to end or to claim."""
    month = Month.of(happened.day)
    last_paid, over = paid_after(row, month)
    last = max(month, Month.of(row.from_month).previous, last_paid or month)
    kept: dict[str, Any] = {"entitlement": row.pk, "until": str(row.until_month or ""), "ended": False}
    told, rows = [], [row]
    if row.until_month is None or row.until_month > last.next.first:
        ledger.end(entitlement=row, last_month=last, reason=f"{happened.number}{happened.label}", by=by)
        kept["ended"] = True
        told.append(f"发放至{last}止")
    if standing is not None:
        kept |= _standing_ended(standing, last, happened)
        told.append(f"台账于{standing.ended_on:%Y-%m-%d}终止")
    if over and last_paid is not None:
        claim = _claim(row, month, last_paid, over, happened, by)
        kept["claim"] = claim.pk
        told.append(f"{month.next}至{last_paid}多发{in_yuan(over)}，已立项追缴")
    if not told:
        return Reacted.nothing("待遇在此之前已终止，也没有多发。")
    audit.part("assistance.ended_by_event", entitlement=row.pk, last=str(last), over=over)
    return Reacted("；".join(told) + "。", tuple(rows), kept)


def _standing_ended(standing: Standing, last: Month, happened: Happened) -> dict[str, Any]:
    kept = {
        "standing": standing.pk, "state": standing.state, "ended_on": str(standing.ended_on or ""),
        "end_reason": standing.end_reason,
    }  # fmt: skip
    standing.state, standing.ended_on = Standing.State.ENDED, max(last.next.first, standing.valid_from)
    standing.end_reason = f"{happened.number}：{happened.day:%Y年%m月%d日}{happened.label}"[:200]
    standing.save()
    return kept


def _claim(
    row: Entitlement, month: Month, last_paid: Month, over: int, happened: Happened, by: Actor
) -> Recovery:
    claim: Recovery = ledger.claim(
        owed=ledger.Owed(row.pk, month.next, last_paid.next, over), basis=basis(happened, row), by=by,
        reason=f"{happened.day:%Y-%m-%d}{happened.label}，此后仍发放",
    )  # fmt: skip
    return claim


def basis(happened: Happened, row: Entitlement) -> ledger.Basis:
    """The event's number stands where a decision's would; the case stays that of the grant."""
    code = rules.SOCIAL_ASSISTANCE.on(happened.day).code
    return ledger.Basis(
        decision_number=happened.number, rule_set=code, trace_sha=happened.sha, case_id=row.case_id
    )


def tekun_goes_on(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The event was none: paid on, made up, claimed no more; the file as it was."""
    return _goes_on(happened, kept, by)


def household_goes_on(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The household lives: the same for its dibao."""
    return _goes_on(happened, kept, by)


def _goes_on(happened: Happened, kept: Mapping[str, Any], by: Actor) -> Reacted:
    row, told = Entitlement.objects.get(pk=kept["entitlement"]), []
    reason, on_what = f"{happened.number}已撤销", basis(happened, row)
    if kept["ended"]:
        until = Month.of(date.fromisoformat(kept["until"])) if kept["until"] else None
        back = ledger.resume(entitlement=row, until_month=until, basis=on_what, reason=reason, by=by)
        made_up = f"，补发{len(back.missed)}个月{in_yuan(back.made_up)}" if back.missed else ""
        told.append(f"自{back.from_month}起恢复发放{made_up}")
    if "claim" in kept:
        claim = Recovery.objects.get(pk=kept["claim"])
        ledger.take_back_claim(recovery=claim, basis=on_what, reason=reason, by=by)
        told.append("追缴已撤销")
    if "standing" in kept:
        standing = Standing.objects.get(pk=kept["standing"])
        standing.state, standing.end_reason = Standing.State(kept["state"]), kept["end_reason"]
        standing.ended_on = date.fromisoformat(kept["ended_on"]) if kept["ended_on"] else None
        standing.save()
        told.append("台账已恢复")
    return Reacted("；".join(told) + "。")

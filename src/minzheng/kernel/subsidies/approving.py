"""A list is signed by two who did not draw it up, for exactly what they saw; then everyone on it is entitled.

From there on it is money like any other: the county's ordinary batch of the month pays it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.ledger import actions as ledger

from .drafting import content_sha
from .duties import locked, require_signer, require_state
from .models import IndexRow, MeasureTask, SubsidyList
from .statements import BENEFICIARIES

__all__ = ["send_back", "sign"]

State = SubsidyList.State


@verb("subsidies.sign", label="签字审定补贴名单")
def sign(*, listing: SubsidyList, seen: str, by: Actor) -> SubsidyList:
    """A reviewer stands for the list seen, by its digest; the second of two different reviewers approves it."""
    row = locked(listing, by)
    require_signer(row, by)
    require_state(row, State.DRAFT, State.FIRST_SIGNED)
    if by.id == row.drafted_by:
        raise NotAllowed("drafter_signs", "生成名单的人不能签字审定。请由另外两位复核人员签字。")
    if by.id == row.first_by:
        raise NotAllowed("signed_already", "您已签过字。第二个签字须由另一位复核人员办理。")
    if seen != row.content_sha:
        raise Stale("list_changed", "名单在您打开之后有变化。请刷新页面，重新核对后再签字。")
    if not row.persons:
        raise Refused("nobody_listed", "名单上还没有可以发放的人。请先确认收款账户，再重新生成。")
    _refuse_if_overtaken(row)
    row.version += 1
    if row.state == State.DRAFT:
        row.state, row.first_by, row.first_by_name, row.first_at = (
            State.FIRST_SIGNED,
            by.id,
            by.name,
            clock.now(),
        )
        row.save()
    else:
        row.state, row.second_by, row.second_by_name = State.APPROVED, by.id, by.name
        row.second_at = clock.now()
        row.save()
        _entitle(row, by)
    note(about=row, path=row.path, after={"state": row.state, "sha": row.content_sha, "total": row.total})
    return row


@verb("subsidies.send_back", label="退回补贴名单")
def send_back(*, listing: SubsidyList, reason: str, by: Actor) -> SubsidyList:
    """A reviewer gives the list back to be drawn up again."""
    row = locked(listing, by)
    require_signer(row, by)
    require_state(row, State.DRAFT, State.FIRST_SIGNED)
    if not reason.strip():
        raise Refused("reason_missing", "退回须写明理由，便于经办人重新生成。请填写。", field="reason")
    row.state, row.first_by, row.first_by_name, row.first_at = State.DRAFT, "", "", None
    row.end_reason, row.version = reason.strip()[:200], row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason)
    return row


def _refuse_if_overtaken(row: SubsidyList) -> None:
    """Nothing is approved on figures that no longer count, and nothing other than what the digest covers."""
    if row.index_id is not None and not IndexRow.objects.filter(pk=row.index_id, state="checked").exists():
        raise Stale("index_overtaken", "所依据的指数已更正，名单不再有效。请重新生成。")
    measure = row.measure
    if measure is not None and measure.until_on is not None and measure.until_on <= row.month:
        raise Stale("measure_over", "所依据的应急措施已终止，该月不再发放。请撤回名单。")
    if content_sha(row) != row.content_sha:
        raise Stale("list_altered", "名单明细与签字时的内容摘要不一致，已停止办理。请立即报告资金主管核查。")


def _entitle(row: SubsidyList, by: Actor) -> None:
    """One entitlement for each household, for this one month, or nobody's."""
    basis = ledger.Basis(decision_number=row.number, rule_set=row.rule_set, trace_sha=row.trace_sha)
    ledger.entitle_many(
        scheme=row.scheme,
        place=row.path,
        month=Month.of(row.month),
        rows=list(_granted(row)),
        basis=basis,
        by=by,
    )
    if row.measure_id is not None:
        words = f"{Month.of(row.month)} 名单已审定：{row.persons} 人"
        MeasureTask.objects.filter(measure_id=row.measure_id, path=row.path, done_at=None).update(
            done_at=clock.now(), done_by=by.id, done_by_name=by.name, words=words
        )


def _granted(row: SubsidyList) -> Iterator[ledger.Granted]:
    with connection.cursor() as cursor:
        cursor.execute(BENEFICIARIES, {"list": row.pk})
        found = cursor.fetchall()
    for path, amount, class_ur, payee, account, owner, household, person, agreement in found:
        yield ledger.Granted(
            path=path, amount=amount, class_ur=class_ur, payee_id=payee, account=account, account_owner=owner,
            household_id=household, person_id=person, agreement=agreement,
        )  # fmt: skip

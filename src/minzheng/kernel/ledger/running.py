"""The monthly run up to approval: drafted by one, reviewed by two others, frozen by its digest."""

from __future__ import annotations

import re
from datetime import date

from django.db import connection
from django.db.models import Max

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused, Stale

from .bykey import by_key
from .content import content_sha
from .doubting import find_doubts, replace_doubts
from .duties import locked, ratio, require_reviewer, require_role, require_state
from .models import Batch, ClosedMonth, Doubt, Fund, Journal
from .posting import Books, commit, post
from .recovering import settle_claims
from .statements import ADD_PAYMENTS, CARRY, DROP_OUTDATED, HOLD_ENTITLEMENTS, LEFT_OUT, OUTDATED, SUMS

__all__ = ["closed_month", "draft_batch", "facts_of", "refuse_if_altered", "review", "send_back"]

_PATH = re.compile(r"([0-9A-Za-z]+/)+")


@verb("ledger.draft_batch", label="编制发放批次")
def draft_batch(
    *,
    scheme: str,
    path: str,
    month: Month,
    prepared_by: str,
    reviewed_by: str,
    by: Actor,
    fund: Fund | None = None,
) -> Batch:
    """The month's payments as the entitlements stand now; drafting again renews the open draft.

    ``prepared_by`` and ``reviewed_by`` are the scheme's qualified role codes; without a ``fund`` a draft keeps its own.
    What an approved batch already pays is never drafted a second time; what a doubt holds is left out.
    """
    _may_draft(scheme, month, path, (prepared_by, reviewed_by), by)
    batch, opened = _open_draft(scheme, path, month, fund, (prepared_by, reviewed_by), by)
    _draw_up(batch)
    if opened and not batch.count and not _held_back(batch):
        raise Refused(
            "nothing_to_pay",
            f"{month} 没有需要发放的待遇，或已全部编入其他批次。请核对项目、地区和月份。",
        )
    batch.content_sha = content_sha(batch)
    batch.payer_role, batch.reviewer_role = prepared_by, reviewed_by
    batch.prepared_by, batch.prepared_at, batch.version = by.id, clock.now(), batch.version + 1
    batch.save()
    told = {"count": batch.count, "total": batch.total, "fund": batch.fund, "sha": batch.content_sha}
    note(about=batch, path=path, after=told)
    return batch


def _held_back(batch: Batch) -> bool:
    """Somebody would be paid if a doubt did not hold it: the empty draft stays, so that the doubt can be answered."""
    held = Doubt.objects.filter(scheme=batch.scheme, month=batch.month, path__startswith=batch.path)
    return held.filter(weight=Doubt.Weight.HOLD, answer="").exists()


def _draw_up(batch: Batch) -> None:
    """The payments as entitlements, make-ups, instalments and open doubts now give them."""
    share = ratio("ledger.instalment.share", path=batch.path, on=clock.today())
    facts = facts_of(batch) | {"share": share.numerator, "share_of": share.denominator}
    find_doubts(scheme=batch.scheme, path=batch.path, month=Month.of(batch.month))
    with connection.cursor() as cursor, by_key(cursor):
        for statement in (DROP_OUTDATED, ADD_PAYMENTS, CARRY, SUMS):
            cursor.execute(statement, facts)
        batch.count, batch.total, batch.withheld = cursor.fetchone()
        cursor.execute(LEFT_OUT, facts)
        left_out = [pk for (pk,) in cursor.fetchall()]
    words = "为免重复发放没有列入；应由本地发放的，请联系对方退回后重新编制"
    replace_doubts(
        scheme=batch.scheme, path=batch.path, month=Month.of(batch.month), code="drafted_elsewhere",
        weight=Doubt.Weight.WARN, found=dict.fromkeys(left_out, words),
    )  # fmt: skip


def _may_draft(scheme: str, month: Month, path: str, roles: tuple[str, str], by: Actor) -> None:
    """A payer of the place, or the platform by itself; for what can be paid, under the scheme's own roles."""
    _roles_as_declared(scheme, *roles)
    if by.kind is not Kind.SYSTEM:
        require_role(by, roles[0], path=path, duty="资金经办")
    _check_month_and_place(month, path)
    if (closed := closed_month(scheme, path, month)) is not None:
        raise Refused(
            "month_closed",
            f"{month} 已于 {closed.at:%Y-%m-%d} 关账，不能再编制批次。漏发的请登记补发，随下一个月发放。",
            field="month",
        )


def closed_month(scheme: str, path: str, month: Month) -> ClosedMonth | None:
    """The closing of this month that covers the place, if there is one."""
    places = [path[: at + 1] for at, sign in enumerate(path) if sign == "/"]
    return ClosedMonth.objects.filter(scheme=scheme, month=month.first, path__in=places).first()


def _roles_as_declared(scheme: str, prepared_by: str, reviewed_by: str) -> None:
    """Nobody chooses by which role a batch is prepared or reviewed: the scheme's declaration says it."""
    declared = catalogue.current().schemes.get(scheme)
    if declared is None:
        raise NotFound("scheme_unknown", "没有这个保障项目。请从目录中选择。")
    roles = (declared.role(declared.item.prepared_by), declared.role(declared.item.reviewed_by))
    if roles != (prepared_by, reviewed_by):
        raise Mistake("scheme_roles", f"scheme {scheme!r} is prepared and reviewed by {roles}")


@verb("ledger.review", label="复核发放批次")
def review(*, batch: Batch, seen: str, by: Actor) -> Batch:
    """A reviewer signs the content seen, by its digest; the second of two different reviewers approves it."""
    row = locked(batch)
    require_reviewer(row, by)
    require_state(row, Batch.State.DRAFT, Batch.State.FIRST_REVIEWED)
    if by.id == row.prepared_by:
        raise NotAllowed("reviewer_prepared_it", "编制人不能复核自己编制的批次。请由另一位复核人员办理。")
    if by.id == row.first_by:
        raise NotAllowed("reviewer_reviewed_it", "您已初核过该批次。第二次复核须由另一位复核人员办理。")
    if seen != row.content_sha:
        raise Stale("batch_changed", "批次内容在您打开之后有变化。请刷新页面，重新核对后再复核。")
    _refuse_if_outdated(row)
    row.version += 1
    if row.state == Batch.State.DRAFT:
        row.state, row.first_by, row.first_at = Batch.State.FIRST_REVIEWED, by.id, clock.now()
        row.save()
    else:
        row.state, row.second_by, row.second_at = Batch.State.APPROVED, by.id, clock.now()
        row.save()
        _order(row, by)
    note(about=row, path=row.path, after={"state": row.state, "sha": row.content_sha})
    return row


@verb("ledger.send_back", label="退回发放批次")
def send_back(*, batch: Batch, reason: str, by: Actor) -> Batch:
    """A reviewer gives the batch back to be drafted again."""
    row = locked(batch)
    require_reviewer(row, by)
    require_state(row, Batch.State.DRAFT, Batch.State.FIRST_REVIEWED)
    if not reason.strip():
        raise Refused("reason_missing", "退回须写明理由，便于经办人修改。请填写。", field="reason")
    before = {"state": row.state}
    row.state, row.first_by, row.first_at, row.version = Batch.State.DRAFT, None, None, row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason, before=before, after={"state": row.state})
    return row


def _check_month_and_place(month: Month, path: str) -> None:
    if month > Month.of(clock.today()):
        raise Refused("month_not_begun", f"{month} 尚未到来，不能编制发放批次。请核对月份。", field="month")
    if not _PATH.fullmatch(path):
        raise Refused("place_unknown", "没有选定发放地区。请重新选择。", field="path")


def _open_draft(
    scheme: str, path: str, month: Month, fund: Fund | None, roles: tuple[str, str], by: Actor
) -> tuple[Batch, bool]:
    """The open batch of this month, made if there is none; of two who draft at once, both get the same."""
    same = {"scheme": scheme, "path": path, "month": month.first}
    runs = Batch.objects.filter(**same)
    run = (runs.aggregate(Max("run"))["run__max"] or 0) + 1
    number = f"{scheme}/{path.strip('/').replace('/', '-')}/{month}/{run}"
    new = Batch(
        **same, run=run, number=number, fund=fund or Fund.COUNTY, payer_role=roles[0], reviewer_role=roles[1],
        prepared_by=by.id, prepared_at=clock.now(),
    )  # fmt: skip
    Batch.objects.bulk_create([new], ignore_conflicts=True)
    batch = runs.select_for_update().filter(state__in=["draft", "first_reviewed"]).first()
    if batch is None:
        raise Stale("batch_changed", "该月批次刚刚有变化。请刷新页面后重试。")
    require_state(batch, Batch.State.DRAFT)
    batch.fund = fund or Fund(batch.fund)
    return batch, not batch.content_sha


def facts_of(batch: Batch) -> dict[str, str | int | date]:
    """What the set-based statements need; a prefix range ends where its last sign is raised by one."""
    return {
        "batch": batch.pk, "scheme": batch.scheme, "month": batch.month, "path": batch.path,
        "path_end": batch.path[:-1] + chr(ord(batch.path[-1]) + 1),
    }  # fmt: skip


def _refuse_if_outdated(batch: Batch) -> None:
    """Nothing is signed that entitlements no longer say, and nothing other than what the digest covers.

    At the second signature, which approves, the entitlements are held until the approval stands.
    """
    with connection.cursor() as cursor, by_key(cursor):
        if batch.state == Batch.State.FIRST_REVIEWED:
            cursor.execute(HOLD_ENTITLEMENTS, facts_of(batch))
        cursor.execute(OUTDATED, facts_of(batch))
        (outdated,) = cursor.fetchone()
    if not batch.count:
        raise Refused("draft_empty", "批次里没有可以发放的明细。请先核实缓发的疑点，再由经办人重新编制。")
    if outdated:
        raise Refused(
            "draft_outdated",
            f"编制之后有 {outdated} 户（人）的待遇变动或终止，批次已不准确。请退回经办人重新编制。",
            outdated=outdated,
        )
    refuse_if_altered(batch)


def refuse_if_altered(batch: Batch) -> None:
    """The payments are exactly those whose digest was signed."""
    if content_sha(batch) != batch.content_sha:
        raise Stale("batch_altered", "批次明细与复核时的内容摘要不一致，已停止办理。请立即报告资金主管核查。")


def _order(batch: Batch, by: Actor) -> None:
    """Approval: the year's budget is committed and the obligation stands in the books."""
    books = Books(batch.path, batch.fund, batch.scheme)
    commit(books, year=batch.month.year, amount=batch.total + batch.withheld)
    post(batch, Journal.Kind.OBLIGATION, batch.total, step=1, by=by)
    settle_claims(batch)

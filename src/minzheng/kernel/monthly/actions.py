"""Writes of the monthly run: begun once for a place and month, then carried on part by part until nothing waits."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused, Stale
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, Doubt, MonthlyRun, RunPart

from .reckoning import doubt_amounts

__all__ = ["carry_on", "prepare_part", "retry", "start_run", "unfinished"]

Part = RunPart.State
Run = MonthlyRun.State


@verb("monthly.start", label="发起月度发放")
def start_run(*, path: str, month: Month, by: Actor) -> MonthlyRun:
    """Every scheme the actor prepares, in every county of the place, for a month; of two clicks one run comes."""
    if month > Month.of(clock.today()):
        raise Refused("month_not_begun", f"{month} 尚未到来，不能编制发放批次。请核对月份。", field="month")
    schemes = [one.code for one in catalogue.current().schemes.values() if _prepares(one, path, by)]
    if not schemes:
        raise NotAllowed("payment_role", "您在该地区没有资金经办岗位，不能发起月度发放。请由资金经办办理。")
    parts = _due(schemes, path, month)
    if not parts:
        raise Refused("nothing_to_pay", f"{month} 没有需要发放的待遇。请核对地区和月份。")
    MonthlyRun.objects.bulk_create(
        [MonthlyRun(path=path, month=month.first, by=by.id, asked_at=clock.now())], ignore_conflicts=True
    )
    same = MonthlyRun.objects.select_for_update().filter(path=path, month=month.first)
    run = same.filter(state__in=(Run.WAITING, Run.RUNNING)).first()
    if run is None:
        raise Stale("run_over", "该月的发放编制刚刚完成。请刷新页面查看结果。")
    RunPart.objects.bulk_create(
        [
            RunPart(run=run, path=where, scheme=scheme, entitled=count)
            for (where, scheme), count in parts.items()
        ],
        ignore_conflicts=True,
    )
    note(about=run, path=path, after={"month": str(month), "parts": len(parts)})
    return run


def _prepares(one: catalogue.Declared[declare.Scheme], path: str, by: Actor) -> bool:
    """The platform itself prepares every scheme; an officer those for which the post is held here."""
    role = one.role(one.item.prepared_by)
    post, declared = by.post_for(role, path=path), catalogue.current().roles.get(role)
    return by.kind is Kind.SYSTEM or (
        post is not None and (declared is None or post.level == declared.item.at)
    )


_DUE = """
SELECT scheme, path, count(*) FROM (
  SELECT scheme, path FROM ledger_entitlement e
  WHERE scheme = ANY(%(schemes)s) AND path >= %(path)s AND path < %(path_end)s AND from_month <= %(month)s
    AND (until_month IS NULL OR until_month > %(month)s)
  UNION ALL
  SELECT scheme, path FROM ledger_adjustment a
  WHERE scheme = ANY(%(schemes)s) AND path >= %(path)s AND path < %(path_end)s AND from_month <= %(month)s
    AND kind = 'makeup' AND cancelled_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_carried c WHERE c.adjustment_id = a.id)) x
GROUP BY scheme, path"""


def _due(schemes: list[str], path: str, month: Month) -> dict[tuple[str, str], int]:
    """How many are due by county and scheme, in the order in which they are carried on."""
    found: dict[tuple[str, str], int] = {}
    facts: dict[str, Any] = {
        "schemes": schemes, "path": path, "path_end": path[:-1] + chr(ord(path[-1]) + 1), "month": month.first,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE, facts)
        for scheme, where, count in cursor.fetchall():
            key = (county_of(where) or where, scheme)
            found[key] = found.get(key, 0) + count
    return dict(sorted(found.items()))


def unfinished() -> list[int]:
    """Runs that nobody has brought to their end: a worker that stopped has left them."""
    open_ = MonthlyRun.objects.filter(state__in=(Run.WAITING, Run.RUNNING))
    return list(open_.order_by("id").values_list("id", flat=True))


def carry_on(run_id: int) -> MonthlyRun:
    """Part after part until none waits, one transaction each; several workers share one run between them.

    What failed is told and may be tried again; what a stopped worker held waits again by itself.
    """
    run = MonthlyRun.objects.get(pk=run_id)
    by = _actor(run)
    MonthlyRun.objects.filter(pk=run_id, state=Run.WAITING).update(state=Run.RUNNING, started_at=clock.now())
    while _one_part(run, by):
        pass
    _finish(run)
    run.refresh_from_db()
    return run


def _one_part(run: MonthlyRun, by: Actor) -> bool:
    """The first part that waits and that no other worker is at; whether there was one."""
    with transaction.atomic():
        waiting = run.parts.select_for_update(skip_locked=True).filter(state=Part.WAITING)
        part = waiting.order_by("id").first()
        if part is None:
            return False
        try:
            prepare_part(part=part, by=by)
        except MinzhengError as error:
            part.state = Part.EMPTY if error.code == "nothing_to_pay" else Part.FAILED
            part.message = error.message[:300]
            part.save(update_fields=["state", "message"])
    return True


def _finish(run: MonthlyRun) -> None:
    """The last worker to come to the end closes the run: while another is at a part, that part still waits."""
    with transaction.atomic():
        row = MonthlyRun.objects.select_for_update().get(pk=run.pk)  # whoever adds parts holds it meanwhile
        if row.state != Run.RUNNING or row.parts.filter(state=Part.WAITING).exists():
            return
        row.state = Run.FAILED if row.parts.filter(state=Part.FAILED).exists() else Run.PREPARED
        row.finished_at = clock.now()
        row.save(update_fields=["state", "finished_at"])


@verb("monthly.retry", label="重试月度发放")
def retry(*, run: MonthlyRun, by: Actor) -> MonthlyRun:
    """What failed waits again; what is done stays done."""
    row = MonthlyRun.objects.select_for_update().get(pk=run.pk)
    if row.by != by.id and not by.covers(row.path):
        raise NotAllowed("out_of_scope", "该月度发放不在您的管辖范围内，不能办理。")
    again = row.parts.filter(state=Part.FAILED).update(state=Part.WAITING, message="")
    row.state, row.finished_at = Run.RUNNING, None
    row.save(update_fields=["state", "finished_at"])
    note(about=row, path=row.path, after={"again": again})
    return row


@verb("monthly.prepare", label="编制月度发放分项")
def prepare_part(*, part: RunPart, by: Actor) -> RunPart:
    """One county and scheme: amounts reckoned anew, doubts raised, the batch drafted; all of it or nothing."""
    started = time.perf_counter()
    row = RunPart.objects.select_for_update(of=("self",)).select_related("run").get(pk=part.pk)
    if row.state != Part.WAITING:
        return row
    month = Month.of(row.run.month)
    declared = catalogue.current().schemes[row.scheme]
    differ = doubt_amounts(scheme=row.scheme, path=row.path, month=month)
    row.batch = _draft(declared, row, month, by)
    row.held = (
        Doubt.objects.filter(
            scheme=row.scheme, month=month.first, path__startswith=row.path, weight=Doubt.Weight.HOLD
        )
        .exclude(answer=Doubt.Answer.PAY)
        .values("entitlement")
        .distinct()
        .count()
    )
    row.state, row.message = Part.DONE, ""
    row.milliseconds = round((time.perf_counter() - started) * 1000)
    row.save()
    note(about=row, path=row.path, after={"batch": row.batch.number, "held": row.held, "differ": differ})
    return row


def _draft(declared: catalogue.Declared[declare.Scheme], row: RunPart, month: Month, by: Actor) -> Batch:
    return ledger.draft_batch(
        scheme=row.scheme, path=row.path, month=month, prepared_by=declared.role(declared.item.prepared_by),
        reviewed_by=declared.role(declared.item.reviewed_by), by=by,
    )  # fmt: skip


def _actor(run: MonthlyRun) -> Actor:
    """Who began the run, with the posts held today."""
    if run.by.startswith("user:"):
        return actor_of(User.objects.get(pk=run.by.removeprefix("user:")))
    return Actor(id=run.by, name=run.by.removeprefix("system:"), kind=Kind.SYSTEM)

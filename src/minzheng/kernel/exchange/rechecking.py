"""The yearly re-check of everyone who draws benefits (年度复核): begun once, carried on part by part, resumed.

社会救助暂行办法 art. 13 has recipients looked at again at intervals; the letters of authorisation cover it.  Of a
household in which an adult's letter is missing or withdrawn nothing is asked; how many there are is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound, Refused

from . import rechecksql
from .bulkasking import Subjects, ask_part
from .bulkcomparing import compare_part
from .models import Recheck, RecheckPart
from .sources import SOURCES, Purpose, basis_on, source
from .standing import require_verifier

__all__ = ["carry_on", "retry", "run_locked", "start_recheck", "unfinished"]

Part = RecheckPart.State
Run = Recheck.State
_OPEN = (Part.WAITING, Part.LATE, Part.FAILED)
# A source that was silent for so many counties in a row is not tried for the others in the same pass.
SILENT_IN_A_ROW = 3


@verb("exchange.start_recheck", label="发起年度复核")
def start_recheck(
    *, path: str, by: Actor, sources: Sequence[str] = (), reference_date: date | None = None
) -> Recheck:
    """Settle who is asked about, county by county, and put the parts before the workers."""
    today = clock.today()
    basis, reference = basis_on(today), reference_date or today
    note(path=path, article=basis)
    require_verifier(by, path=path)
    codes = list(dict.fromkeys(sources)) or list(SOURCES)
    for code in codes:
        if Purpose.RECHECK not in source(code).purposes:
            message = f"与{source(code).department}的约定不含“{Purpose.RECHECK.label}”这一用途，不能查询。"
            raise Refused("purpose_not_agreed", message, field="sources")
    if reference > today:
        raise Refused("reference_in_future", "核对基准日不能晚于今天。请重新选择。", field="reference_date")
    if Recheck.objects.filter(path=path).exclude(state=Run.DONE).exists():
        raise Refused("recheck_open", "该地区已有年度复核正在进行。请先完成，或对未返回的来源重试。")
    run = Recheck.objects.create(
        path=path, year=reference.year, reference_date=reference, basis=str(basis), schemes=_schemes(),
        source_codes=codes, by=by.id, by_name=by.name, asked_at=clock.now(),
    )  # fmt: skip
    _settle_subjects(run)
    note(
        about=run,
        after={"households": run.households, "subjects": run.subjects, "left_out": run.unauthorised},
    )
    return run


def _schemes() -> list[str]:
    """The money that a check of means stands behind."""
    found = {
        f"{declared.domain.code}.{declared.item.scheme.code}"
        for declared in catalogue.current().services.values()
        if declared.item.scheme is not None
        and any(isinstance(step, declare.Verification) for step in declared.item.steps)
    }
    return sorted(found)


def _settle_subjects(run: Recheck) -> None:
    facts = {
        "run": run.pk, "schemes": run.schemes, "path": run.path, "path_end": run.path[:-1] + "0",
        "month": Month.of(clock.today()).first, "grown": clock.add_months(clock.today(), -12 * 18),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(rechecksql.HOMES, facts)
        cursor.execute("SELECT count(*) FROM recheck_home WHERE NOT signed")
        (run.unauthorised,) = cursor.fetchone()
        cursor.execute(rechecksql.SUBJECTS, facts)
        run.subjects = cursor.rowcount
        cursor.execute("SELECT count(*) FROM recheck_home WHERE signed")
        (run.households,) = cursor.fetchone()
        cursor.execute("DROP TABLE recheck_home")
        if not run.subjects:
            message = "该地区没有可以复核的在保家庭：没有正在享受的待遇，或者缺少有效的核对授权书。"
            raise Refused("nobody_to_recheck", message, left_out=run.unauthorised)
        cursor.execute(rechecksql.COUNTIES, facts)
        counties = cursor.fetchall()
    RecheckPart.objects.bulk_create(
        RecheckPart(run=run, path=path, source=code, subjects=count)
        for path, count in counties
        for code in (*run.source_codes, "")
    )
    run.save()


def unfinished() -> list[int]:
    """Runs to be carried on: begun, left by a worker, waiting for late files, or due to ask a silent source again."""
    runs, due = Recheck.objects.exclude(state=Run.DONE).order_by("id"), []
    for run in runs:
        if run.state != Run.FAILED or _asks_again(run):
            due.append(run.pk)
    return due


def _asks_again(run: Recheck) -> bool:
    parameters = catalogue.current().parameters()
    pause, days = (
        parameters.get(f"exchange.{key}", path=run.path, on=clock.today()).value
        for key in ("ask_again_minutes", "ask_again_days")
    )
    assert isinstance(pause, int)
    assert isinstance(days, int)
    now, ended = clock.now(), run.finished_at or run.asked_at
    return ended <= now - timedelta(minutes=pause) and run.asked_at > now - timedelta(days=days)


def carry_on(run_id: int) -> Recheck:
    """Part after part until none waits, one transaction each; several workers share one run between them."""
    run = Recheck.objects.get(pk=run_id)
    by, tried, silent = _actor(run), set[int](), dict[str, int]()
    with transaction.atomic():
        row = run_locked(run)
        if row.state == Run.FAILED:  # its time to ask again has come
            row.parts.filter(state=Part.FAILED).update(state=Part.WAITING)
        row.state, row.started_at = Run.RUNNING, row.started_at or clock.now()
        row.save(update_fields=["state", "started_at"])
    subjects = Subjects(run)
    while (part := _one_part(run, by, subjects, tried)) is not None:
        tried.add(part.pk)
        silent[part.source] = silent.get(part.source, 0) + 1 if part.state == Part.FAILED else 0
        if part.source and silent[part.source] >= SILENT_IN_A_ROW:
            skipped = run.parts.filter(source=part.source, state=Part.WAITING)
            skipped.update(state=Part.FAILED, error=part.error)
    _finish(run)
    run.refresh_from_db()
    return run


def _one_part(run: Recheck, by: Actor, subjects: Subjects, tried: set[int]) -> RecheckPart | None:
    """The first part that can be done now and that no other worker is at, done."""
    with transaction.atomic():
        part = _ready(run, tried).select_for_update(skip_locked=True, of=("self",)).first()
        if part is None:
            return None
        if part.source:
            ask_part(part=part, subjects=subjects, by=by)
        else:
            compare_part(part=part, run=run, by=by)
    return part


def _ready(run: Recheck, tried: set[int]) -> QuerySet[RecheckPart]:
    """Sources that wait or are late; the comparison of a county once none of its sources is awaited."""
    awaited = RecheckPart.objects.filter(run=run, path=OuterRef("path"), state__in=_OPEN).exclude(source="")
    ready = Q(state__in=(Part.WAITING, Part.LATE)) & (~Q(source="") | ~Exists(awaited))
    return run.parts.filter(ready).exclude(pk__in=tried).order_by("path", "-source", "id")


def _finish(run: Recheck) -> None:
    """The last worker to come to the end closes the run; while a file is late or another is at a part, it goes on."""
    with transaction.atomic():
        row = run_locked(run)
        sources = row.parts.exclude(source="")
        if sources.filter(state__in=(Part.WAITING, Part.LATE)).exists():
            return
        if sources.filter(state=Part.FAILED).exists():
            row.state = Run.FAILED
        elif row.parts.filter(state__in=_OPEN).exists():
            return
        else:
            row.state = Run.DONE
        row.finished_at = clock.now()
        row.save(update_fields=["state", "finished_at"])


def run_locked(run: Recheck) -> Recheck:
    """The run as it is now, held until the transaction ends."""
    found = Recheck.objects.select_for_update().filter(pk=run.pk).first()
    if found is None:
        raise NotFound("recheck_missing", "没有找到这次年度复核。请刷新页面后重试。")
    return found


@verb("exchange.retry_recheck", label="重试年度复核")
def retry(*, run: Recheck, by: Actor, sources: Sequence[str] = ()) -> Recheck:
    """Sources that were silent wait again; what has answered is not asked again."""
    row = run_locked(run)
    note(about=row, path=row.path, article=row.basis)
    require_verifier(by, path=row.path)
    silent = row.parts.filter(state=Part.FAILED)
    silent = silent.filter(source__in=sources) if sources else silent
    again = silent.update(state=Part.WAITING, error="")
    if not again:
        raise Refused("nothing_silent", "没有未返回的来源需要重试。请刷新页面查看进度。")
    row.state, row.finished_at = Run.RUNNING, None
    row.save(update_fields=["state", "finished_at"])
    note(after={"again": again})
    return row


def _actor(run: Recheck) -> Actor:
    """Who began the run, with the posts held today."""
    if run.by.startswith("user:"):
        return actor_of(User.objects.get(pk=run.by.removeprefix("user:")))
    return Actor(id=run.by, name=run.by_name, kind=Kind.SYSTEM)

"""A long workbook is made by the worker with the eyes of whoever asked for it, kept for a day, and then removed.

The rights are those held when it is made: a post that ended meanwhile takes nothing out any more.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import BinaryIO

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, note, system, verb, viewing
from minzheng.kernel.errors import MinzhengError, Mistake
from minzheng.kernel.people import shelves

from . import actions, releasing
from .models import Export
from .words import Asked

__all__ = ["make", "opened", "sweep", "unfinished"]

KEPT = timedelta(hours=24)
OF_PLATFORM = system("exports")
State = Export.State
SHELF = "exports"
_PIECE = 256 * 1024


def unfinished() -> list[int]:
    """Workbooks that were asked for a while ago and have not come to an end."""
    waiting = Q(state__in=(State.WAITING, State.RUNNING), asked_at__lt=clock.now() - timedelta(minutes=30))
    return list(Export.objects.filter(waiting).order_by("id").values_list("id", flat=True))


def make(export_id: int) -> None:
    """Write it from its beginning, telling as it goes how far it is."""
    one = Export.objects.filter(pk=export_id, state__in=(State.WAITING, State.RUNNING)).first()
    if one is None:
        return
    Export.objects.filter(pk=one.pk).update(state=State.RUNNING, done=0)
    try:
        _made(one, _asker(one))
    except MinzhengError as error:
        finish(one, name="", sha="", reason=error.message, by=OF_PLATFORM)


def _made(one: Export, by: Actor) -> None:
    rows = Export.objects.filter(pk=one.pk)
    with viewing.closed():
        viewing.show(by)
        leaving = actions.leaves(one.register, Asked(**one.asked), by=by)
        rows.update(rows=leaving.rows)
        stream = leaving.write(lambda done: _told(rows, done), releasing.released_of(one))
    with stream:
        name, sha = shelves.put(SHELF, iter(partial(stream.read, _PIECE), b""))
    one.refresh_from_db()
    finish(one, name=name, sha=sha, reason="", by=OF_PLATFORM)


def _told(rows: QuerySet[Export], done: int) -> None:
    rows.update(done=done)


def _asker(one: Export) -> Actor:
    number = int(one.created_by.removeprefix("user:"))
    return actor_of(User.objects.get(pk=number, is_active=True))


@verb("registers.finish_export", label="完成台账导出", beyond="导出由平台代为生成，属于申请人的单位")
def finish(one: Export, *, name: str, sha: str, reason: str, by: Actor) -> None:
    """It may be fetched now, or it is said why there is none."""
    now = clock.now()
    one.state = State.FAILED if reason else State.DONE
    one.stored_name, one.sha, one.reason, one.done = name, sha, reason[:300], one.rows
    one.finished_at, one.expires_at = now, None if reason else now + KEPT
    one.save()
    note(about=one, path=one.path, after={"state": one.state, "sha": sha})


def opened(one: Export) -> BinaryIO:
    """The file, if it is still what was written."""
    found = shelves.opened(SHELF, one.stored_name, one.sha)
    if found is None:
        raise Mistake("export_altered", "这份文件与生成时不一致，不能下载。请重新导出，并告知系统管理员。")
    return found


def sweep() -> int:
    """What nobody may fetch any more is removed from disk."""
    gone = Export.objects.filter(state=State.DONE, expires_at__lte=clock.now())
    for name in gone.values_list("stored_name", flat=True):
        shelves.removed(SHELF, name)
    return gone.update(state=State.GONE, stored_name="")

"""A steward's word on a pair: one person, two, or not yet known."""

from __future__ import annotations

from datetime import timedelta

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from . import duties
from .merging import merge, require_reason
from .models import Merge, Pair
from .parameters_of import number_at

__all__ = ["different", "later", "same"]

_ASKED = (Pair.State.OPEN, Pair.State.LATER)


@verb("linkage.same", label="认定为同一人")
def same(*, pair: Pair, kept: Person, reason: str, by: Actor, version: int | None = None) -> Merge:
    """One person: the two files become the one that is kept."""
    row = _held(pair, by, version)
    if kept.pk not in (row.first_id, row.second_id):
        raise Refused("kept_unknown", "请在这两份档案中选择保留哪一份。", field="kept")
    lost = row.second if kept.pk == row.first_id else row.first
    made = merge(kept=kept, lost=lost, reason=reason, pair=row, by=by)
    _settle(row, Pair.State.SAME, reason, by)
    note(about=row, path=row.path, reason=reason, after={"merge": made.pk})
    return made


@verb("linkage.different", label="认定为不同的人")
def different(*, pair: Pair, reason: str, by: Actor, version: int | None = None) -> Pair:
    """Two people: not asked again unless one of the files changes."""
    row = _held(pair, by, version)
    require_reason(reason)
    _settle(row, Pair.State.DIFFERENT, reason, by)
    note(about=row, path=row.path, reason=reason, after={"state": row.state})
    return row


@verb("linkage.later", label="稍后再核对")
def later(*, pair: Pair, by: Actor, reason: str = "", version: int | None = None) -> Pair:
    """Not known yet: it comes back after the days that hold at the place."""
    row = _held(pair, by, version)
    today = clock.today()
    row.ask_on = today + timedelta(days=number_at("linkage.later_days", path=row.path, on=today))
    _settle(row, Pair.State.LATER, reason, by)
    note(about=row, path=row.path, reason=reason, after={"ask_on": row.ask_on})
    return row


def _held(pair: Pair, by: Actor, version: int | None) -> Pair:
    """The pair as it is now, held until the verb ends."""
    rows = Pair.objects.select_for_update(of=("self",)).select_related("first", "second")
    row = rows.filter(pk=pair.pk).first()
    if row is None:
        raise NotFound("pair_unknown", "没有这对档案，或不在您的管辖范围内。请返回列表重新选择。")
    duties.require(by, path=duties.common(row.first.path, row.second.path))
    if row.state not in _ASKED or (version is not None and version != row.version):
        raise Stale("pair_decided", "这对档案已经处理过，或刚有变动。请刷新后查看。")
    return row


def _settle(row: Pair, state: Pair.State, reason: str, by: Actor) -> None:
    row.state, row.reason = state, reason.strip()[:300]
    row.decided_at, row.decided_by, row.decided_by_name = clock.now(), by.id, by.name
    row.version += 1
    row.save()

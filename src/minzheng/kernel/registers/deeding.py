"""What somebody may do in a register now, and doing it: the declared roles, the turn of the entry, then the verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Stale

from .columns import lookup, painter, places
from .queries import find
from .reach import Declared, rows

__all__ = ["Shown", "carry_out", "entry_of", "lines", "offered", "open_one", "openings"]

Shown = tuple[declare.Lines, list[tuple[Any, ...]]]
_MOST = 200


def openings(declared: Declared, by: Actor) -> list[declare.Deed]:
    """The ways in which the actor may make an entry somewhere."""
    return [deed for deed in declared.item.opens if _held(declared, deed, by)]


def offered(declared: Declared, entry: Any, by: Actor) -> list[declare.Deed]:
    """What the actor may do with an entry now, in the order of the declaration."""
    return [
        deed
        for deed in declared.item.deeds
        if by.holds(_roles(declared, deed), path=entry.path) and deed.when(entry, by)
    ]


def open_one(code: str, deed: str, typed: Mapping[str, Any], *, by: Actor, key: str = "") -> str:
    """Make an entry; the verb behind it knows over which place the actor's post must stand."""
    declared = find(code, by=by)
    chosen = _named(declared.item.opens, deed)
    if not _held(declared, chosen, by):
        raise _not_mine(chosen)
    return chosen.do(None, chosen.asks(None, by).clean(typed), by=by, key=key or None)


def carry_out(
    code: str, row_id: int, deed: str, typed: Mapping[str, Any], *, by: Actor, key: str = ""
) -> str:
    """Do something with an entry within the actor's reach, if it is their duty there and its turn."""
    declared = find(code, by=by)
    chosen, entry = _named(declared.item.deeds, deed), entry_of(declared, row_id, by)
    if not by.holds(_roles(declared, chosen), path=entry.path):
        raise _not_mine(chosen)
    if not chosen.when(entry, by):
        raise Stale("deed_passed", "这一步已经办理过，或者现在还不能办理。请刷新页面，核对最新进度。")
    return chosen.do(entry, chosen.asks(entry, by).clean(typed), by=by, key=key or None)


def entry_of(declared: Declared, row_id: int, by: Actor) -> Any:
    """The entry itself; of one out of reach it is not said that it is there."""
    found = rows(declared, by=by).filter(pk=row_id).first()
    if found is None:
        raise NotFound("entry_unknown", "没有这条记录，或不在您的管辖范围内。")
    return found


def lines(declared: Declared, entry: Any) -> list[Shown]:
    """What belongs to an entry, each kind as a short table: one statement a kind."""
    found = []
    for one in declared.item.lines:
        model = apps.get_model(one.model)
        wanted = tuple(lookup(column) for column in one.columns)
        raws = list(
            model._default_manager.filter(**{one.of: entry.pk})
            .order_by(one.order)
            .values_list(*wanted)[:_MOST]
        )
        paint, shown = painter(model, one.columns), places(one.columns, raws)
        found.append((one, [paint(raw, shown) for raw in raws]))
    return found


def _named(deeds: Sequence[declare.Deed], code: str) -> declare.Deed:
    found = next((deed for deed in deeds if deed.code == code), None)
    if found is None:
        raise NotFound("deed_unknown", "这本台账没有这项办理。请从台账页面进入。")
    return found


def _roles(declared: Declared, deed: declare.Deed) -> dict[str, Any]:
    return {declared.role(role): role.at for role in deed.by}


def _held(declared: Declared, deed: declare.Deed, by: Actor) -> bool:
    held = {(post.role, post.level) for post in by.posts}
    return any((declared.role(role), role.at) in held for role in deed.by)


def _not_mine(deed: declare.Deed) -> NotAllowed:
    labels = "、".join(role.label for role in deed.by)
    return NotAllowed("deed_role", f"“{deed.label}”由{labels}办理，您在该地区没有这个岗位。")

"""A family on the register moves: its files go along, and the new place confirms it anew within its limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Happened, Reacted
from minzheng.kernel.events.moving import moves_whole
from minzheng.kernel.people.queries import membership_of

from ..models import Standing
from .reviews import asked, due

__all__ = ["move", "move_back"]


def move(happened: Happened, *, by: Actor) -> Reacted:
    """Files of whoever moves; of a family of which one moves alone, only that it is looked at again."""
    member = membership_of(happened.person)
    if member is None:
        return Reacted.nothing("此人不在任何家庭中，没有台账需要迁移。")
    files = Standing.objects.exclude(state=Standing.State.ENDED).select_for_update(of=("self",))
    found = list(files.filter(Q(household_id=member.household_id)).order_by("id"))
    if not found:
        return Reacted.nothing("这户家庭没有在保，没有台账需要迁移。")
    to_path, whole = str(happened.detail["to_path"]), moves_whole(happened, member)
    kept = {"standings": [[one.pk, one.path] for one in found]} if whole else {}
    for one in found if whole else []:
        one.path = to_path
        one.save(update_fields=["path"])
    words = f"户籍迁至{name_of(to_path)}，" + ("由迁入地重新确认" if whole else "家庭未一同迁移，须重新核算")
    asks = tuple(
        asked(
            one, happened, label="迁移后重新确认" if whole else "家庭重新核算", words=words,
            due_on=due("event.move", path=one.path, since=max(happened.day, clock.today())),
        )
        for one in found
    )  # fmt: skip
    told = f"{len(found)} 份台账随户迁移；" if whole else ""
    return Reacted(f"{told}已列入待办，请重新确认。", tuple(found) if whole else (), kept, asks)


def move_back(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The files lie where they lay before; one that has ended since stays as it is."""
    back = 0
    for pk, path in kept["standings"]:
        back += Standing.objects.filter(pk=pk).exclude(state=Standing.State.ENDED).update(path=path)
    return Reacted(f"{back} 份台账已迁回。")

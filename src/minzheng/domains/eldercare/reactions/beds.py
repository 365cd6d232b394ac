"""Beds that an event ends: the one at home by death or by moving out of the county, the one in a house by death."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Ask, Happened, Reacted
from minzheng.kernel.errors import Refused
from minzheng.kernel.events.moving import moves_whole
from minzheng.kernel.facilities import leaving
from minzheng.kernel.people.models import Membership, Person

from ..models import HomeBed

__all__ = ["dead", "free", "lives", "moved", "moved_back", "taken_up"]

_RUNNING = ("applied", "assessed", "serving")
_LOOK_WITHIN = timedelta(days=7)
Kept = Mapping[str, Any]


def _bed_of(person: Person) -> HomeBed | None:
    rows = HomeBed.objects.select_for_update(of=("self",)).filter(person=person, state__in=_RUNNING)
    return rows.order_by("id").first()


def dead(happened: Happened, *, by: Actor) -> Reacted:
    """The bed ends with the day of death; months served beyond it are put before a human."""
    del by
    row = _bed_of(happened.person)
    if row is None:
        return Reacted.nothing("此人没有正在办理或服务中的家庭养老床位。")
    return _ended(row, happened, "death")


def _ended(row: HomeBed, happened: Happened, because: str) -> Reacted:
    kept = {"bed": row.pk, "state": row.state}
    row.until_on, row.because = max(happened.day, row.from_on or row.applied_on), because
    row.state = HomeBed.State.ENDED
    row.save()
    audit.part("eldercare.home_bed_ended", bed=row.pk, until=str(row.until_on), because=because)
    words = f"家庭养老床位 {row.number} 于 {row.until_on} 终止（{happened.label}）"
    late = row.months.filter(month__gt=row.until_on).order_by("month")
    months = "、".join(f"{one.month:%Y-%m}" for one in late)
    if not months:
        return Reacted(f"{words}。", (row,), kept)
    text = f"{row.number} 在终止后的月份仍登记了服务：{months}。请核对，已经结算的追回。"
    asked = Ask(
        label="核对终止后的服务月份", text=text, path=row.path, due_on=clock.today() + _LOOK_WITHIN,
        person_id=row.person_id,
    )  # fmt: skip
    return Reacted(f"{words}；{months} 仍登记了服务，请人工核对。", (row,), kept, (asked,))


def lives(happened: Happened, kept: Kept, *, by: Actor) -> Reacted:
    """The event was none: the bed goes on as it was."""
    del by
    row = HomeBed.objects.select_for_update(of=("self",)).get(pk=kept["bed"])
    if _bed_of(happened.person) is not None:
        raise Refused("home_bed_twice", "此人已另有家庭养老床位，不能自动恢复。请人工核对。")
    row.until_on, row.because, row.state = None, "", HomeBed.State(kept["state"])
    row.save()
    return Reacted(f"家庭养老床位 {row.number} 已恢复。")


def moved(happened: Happened, *, by: Actor) -> Reacted:
    """Out of the county the bed ends, for its provider and its money are the county's; within it, it goes along."""
    del by
    row, to_path = _bed_of(happened.person), str(happened.detail["to_path"])
    if row is None:
        return Reacted.nothing("此人没有正在办理或服务中的家庭养老床位。")
    member = Membership.objects.filter(person=happened.person, until_on=None).first()
    if member is not None and not moves_whole(happened, member):
        return Reacted.nothing("只迁户籍，仍住原处，家庭养老床位不变。")
    if county_of(row.path) != county_of(to_path):
        return _ended(row, happened, "move")
    kept = {"bed": row.pk, "path": row.path}
    row.path = to_path
    row.save()
    return Reacted(f"家庭养老床位 {row.number} 随迁至{name_of(to_path)}。", (row,), kept)


def moved_back(happened: Happened, kept: Kept, *, by: Actor) -> Reacted:
    """Ended by the move: goes on; gone along: back to the old place."""
    if "state" in kept:
        return lives(happened, kept, by=by)
    row = HomeBed.objects.select_for_update(of=("self",)).get(pk=kept["bed"])
    row.path = kept["path"]
    row.save()
    return Reacted(f"家庭养老床位 {row.number} 已回到原住所。")


def free(happened: Happened, *, by: Actor) -> Reacted:
    """The bed in the house is free, the place in the queue is given up; the house settles with the family."""
    del by
    words = f"{happened.number}：{_day(happened.day)}去世"
    rows, kept = leaving.die(happened.person, happened.day, words)
    if not rows:
        return Reacted.nothing("此人没有入住机构，也没有轮候。")
    audit.part("eldercare.place_freed", rows=len(rows))
    told = f"已登记离开和退出轮候共 {len(rows)} 条，床位空出；押金和费用由机构与家属结清。"
    return Reacted(told, tuple(rows), kept)


def taken_up(happened: Happened, kept: Kept, *, by: Actor) -> Reacted:
    """The stay and the request go on."""
    del happened, by
    return Reacted("；".join(leaving.live_on(kept)) + "。")


def _day(day: date) -> str:
    return f"{day:%Y年%m月%d日}"

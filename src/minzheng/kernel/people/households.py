"""Forming households and letting members come and go, each on a day.

A person lives in one household at a time in the whole province (最低生活保障审核确认办法 art. 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused, Stale

from .actions import require_scope
from .models import Household, Membership, Person

__all__ = ["Part", "form_household", "hold", "join", "leave"]

HEAD = ("01", "02")


@dataclass(frozen=True)
class Part:
    """The part a person takes in a household: relation to the head (GB/T 4761), counted or why not."""

    person: Person
    relation: str
    counted: bool = True
    not_counted_reason: str = ""


@verb("people.form_household", label="登记家庭")
def form_household(
    *,
    path: str,
    class_ur: str,
    parts: Sequence[Part],
    by: Actor,
    from_on: date | None = None,
    hukou_path: str | None = None,
    address: str = "",
) -> Household:
    """Persons who share a living become one household, with exactly one head."""
    require_scope(by, path)
    if sum(part.relation in HEAD for part in parts) != 1:
        raise Refused("head_missing", "一个家庭要有且只有一名户主。请在成员中指定户主。", field="relation")
    if len({part.person.pk for part in parts}) != len(parts):
        raise Refused("member_twice", "同一人在成员表中出现了两次。请删去重复的一行。", field="members")
    if class_ur not in Household.Class.values:
        raise Refused("class_missing", "没有选择城乡类别。请选择城市或农村。", field="class_ur")
    home = Household(
        pk=_next_id(), path=path, hukou_path=hukou_path or path, class_ur=class_ur, address=address
    )
    home.number = f"{uid_of(county_of(path) or path)}{home.pk:010d}"
    home.save(force_insert=True)
    day = from_on or clock.today()
    # In the order of their numbers, so that two clerks who name the same persons wait instead of blocking.
    for part in sorted(parts, key=lambda part: part.person.pk):
        _admit(home, part, day, by)
    note(about=home, path=path, after={"number": home.number, "members": len(parts), "from": day})
    return home


@verb("people.join", label="增加家庭成员")
def join(
    *,
    household: Household,
    part: Part,
    by: Actor,
    from_on: date | None = None,
    version: int | None = None,
) -> Membership:
    """A person comes into the household on a day."""
    home = hold(household, by, version)
    if part.relation in HEAD and home.memberships.filter(until_on=None, relation__in=HEAD).exists():
        raise Refused("head_already", "该家庭已有户主。请选择与户主的关系。", field="relation")
    day = from_on or clock.today()
    member = _admit(home, part, day, by)
    note(about=home, path=home.path, after={"joined": part.person.pk, "from": day})
    return member


@verb("people.leave", label="减少家庭成员")
def leave(
    *,
    household: Household,
    person: Person,
    until_on: date,
    reason: str,
    by: Actor,
    version: int | None = None,
) -> Membership:
    """A person is a member up to the day before this one; the past membership stays on file."""
    home = hold(household, by, version)
    member = Membership.objects.filter(household=home, person=person, until_on=None).first()
    if member is None:
        raise Refused("not_a_member", f"{person.name}现在不是该家庭的成员。请刷新后核对。")
    if until_on < member.from_on:
        raise Refused(
            "leave_before_join",
            f"离开日期早于加入日期{member.from_on.isoformat()}。请改正日期。",
            field="until_on",
        )
    if until_on > clock.today() + timedelta(days=1):
        raise Refused("leave_in_future", "离开日期晚于今天。请到时再登记。", field="until_on")
    member.until_on = until_on
    member.save(update_fields=["until_on"])
    note(about=home, path=home.path, reason=reason, after={"left": person.pk, "until": until_on})
    return member


def hold(household: Household, by: Actor, version: int | None = None) -> Household:
    """The household, locked for this change and one version on."""
    home = Household.objects.select_for_update().get(pk=household.pk)
    require_scope(by, home.path)
    if version is not None and home.version != version:
        raise Stale("household_changed", "该家庭的成员刚被别人改过。请刷新后再改。")
    home.version += 1
    home.save(update_fields=["version"])
    household.version = home.version
    return home


def _admit(home: Household, part: Part, day: date, by: Actor) -> Membership:
    """The person's file is locked first: of two households that ask for the same person, one waits."""
    person = Person.objects.select_for_update().get(pk=part.person.pk)
    if day > clock.today():
        raise Refused("join_in_future", "加入日期晚于今天。请改正日期。", field="from_on")
    if person.died_on is not None and person.died_on <= day:
        raise Refused("member_dead", f"{person.name}已登记死亡，不能加入家庭。请核对人员。", field="members")
    if not part.counted and not part.not_counted_reason:
        raise Refused("reason_missing", f"请写明{person.name}不计入共同生活成员的原因。", field="counted")
    current = Membership.objects.filter(person=person, until_on=None).select_related("household").first()
    if current is not None:
        raise _already_in(person, home, current.household, by)
    if Membership.objects.filter(person=person, until_on__gt=day).exists():
        raise Refused(
            "membership_overlaps",
            f"{person.name}在这一天还属于另一家庭。请把加入日期改到离开原家庭之后。",
            field="from_on",
        )
    return Membership.objects.create(
        household=home,
        person=person,
        relation=part.relation,
        counted=part.counted,
        not_counted_reason=part.not_counted_reason,
        from_on=day,
    )


def _already_in(person: Person, home: Household, other: Household, by: Actor) -> Refused:
    """Says where the person lives now only to an officer in whose place that household lies."""
    if other.pk == home.pk:
        message = f"{person.name}已是该家庭的成员，不必重复添加。"
        return Refused("already_member", message, field="members")
    where = "另一家庭"
    if by.covers(other.path):
        where = f"{name_of(other.path)}的家庭（编号{other.number}）"
    message = f"{person.name}目前是{where}的成员，一人不能同时属于两个家庭。请先办理离开原家庭。"
    return Refused("in_other_household", message, field="members")


def _next_id() -> int:
    """The next identifier of a household; with the county before it, the number that is never reused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Household._meta.db_table])
        (value,) = cursor.fetchone()
    return int(value)

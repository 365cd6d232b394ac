"""What the platform itself does about an event: the master file, and the entitlements of a household that moves.

Every domain's reactions come after these and rest on none of them: each reads the event, not what another wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.catalogue import terms
from minzheng.kernel.declare import Happened, Reacted
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.actions import correct_person
from minzheng.kernel.people.households import leave
from minzheng.kernel.people.models import Household, Membership, Person
from minzheng.kernel.people.relations import NOT_COUNTED
from minzheng.kernel.people.relocating import count_anew, rejoin, relocate, relocate_person

from .moving import move_back, move_entitlements, moves_whole

__all__ = ["OWN"]


def _current(happened: Happened) -> Membership | None:
    found = Membership.objects.filter(person=happened.person, until_on=None)
    return found.select_related("household", "person").first()


def _on_file(happened: Happened, by: Actor, **changes: Any) -> Mapping[str, Any]:
    """The person's file says so from now on; gives what it said before."""
    person = Person.objects.get(pk=happened.person.pk)
    before = {name: getattr(person, name) for name in changes}
    if before != changes:
        correct_person(person=person, version=person.version, reason=happened.number, by=by, **changes)
    return before


def _die(happened: Happened, *, by: Actor) -> Reacted:
    """Registered as dead, and a member of the household up to and including the day of death."""
    before = _on_file(happened, by, died_on=happened.day)
    member = _current(happened)
    words = f"{happened.person.name}登记为{happened.day:%Y-%m-%d}死亡"
    kept: dict[str, Any] = {"before": before["died_on"]}
    if member is None:
        return Reacted(f"{words}；不在任何家庭中。", (happened.person,), kept)
    left = leave(
        household=member.household, person=happened.person, until_on=happened.day + timedelta(days=1),
        reason=f"{happened.number}死亡", by=by,
    )  # fmt: skip
    head = "（户主，须另行指定户主）" if left.relation in ("01", "02") else ""
    words = f"{words}，次日起不再是家庭{member.household.number}的成员{head}。"
    return Reacted(words, (happened.person, left), kept | {"membership": left.pk})


def _live_on(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    _on_file(happened, by, died_on=_day(kept["before"]))
    words = "死亡登记已撤销"
    if "membership" in kept:
        member = Membership.objects.select_related("household").get(pk=kept["membership"])
        rejoin(membership=member, reason=f"{happened.number}撤销", by=by)
        words += f"，恢复为家庭{member.household.number}的成员"
    return Reacted(words + "。")


def _day(kept: Any) -> Any:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


def _not_counted(happened: Happened, *, by: Actor) -> Reacted:
    """Whoever is in prison, confined or missing stays on the list of members and no longer counts (DB-2021 art. 7)."""
    member = _current(happened)
    if member is None:
        return Reacted.nothing("此人不在任何家庭中，没有需要调整的成员关系。")
    if not member.counted:
        return Reacted.nothing("此人原本就不计入共同生活成员。")
    new = count_anew(
        membership=member, from_on=max(happened.day, member.from_on), counted=False,
        not_counted_reason=happened.kind, reason=happened.number, by=by,
    )  # fmt: skip
    words = (
        f"自{new.from_on:%Y-%m-%d}起不计入家庭{member.household.number}的共同生活成员（{happened.label}）。"
    )
    return Reacted(words, (new,), {"membership": member.pk, "instead": new.pk})


_AWAY = ("prison", "detox", "missing")
_GOING_ON = ("submitted", "correcting", "open", "paused")


def _counts_again(happened: Happened, *, by: Actor) -> Reacted:
    """Whoever is back is one of the family again from that day on, if being away is why they did not count."""
    member = _current(happened)
    if member is None or member.counted:
        return Reacted.nothing("此人不在任何家庭中，或本来就计入共同生活成员，没有需要恢复的。")
    if member.not_counted_reason not in _AWAY:
        why = NOT_COUNTED.get(member.not_counted_reason, member.not_counted_reason)
        return Reacted.nothing(f"此人因“{why}”不计入共同生活成员，与本事件无关，未改动。")
    new = count_anew(
        membership=member, from_on=max(happened.day, member.from_on), counted=True, not_counted_reason="",
        reason=happened.number, by=by,
    )  # fmt: skip
    words = f"自{new.from_on:%Y-%m-%d}起重新计入家庭{member.household.number}的共同生活成员。"
    return Reacted(words, (new,), {"membership": member.pk, "instead": new.pk})


def _not_counted_after_all(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    _counted_again(happened, kept, by=by)
    return Reacted("已恢复为不计入共同生活成员。")


def _counted_again(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    members = Membership.objects.select_related("household").in_bulk([kept["membership"], kept["instead"]])
    rejoin(
        membership=members[kept["membership"]], instead_of=members[kept["instead"]], by=by,
        reason=f"{happened.number}撤销",
    )  # fmt: skip
    return Reacted("已恢复计入共同生活成员。")


def _card(happened: Happened, *, by: Actor) -> Reacted:
    """The file says what the certificate says, or that there is none in force."""
    if happened.kind == "disability_expired":
        new: dict[str, Any] = {"disability_category": None, "disability_grade": None}
    else:
        new = {f"disability_{name}": _digit(happened.detail.get(name)) for name in ("category", "grade")}
        if None in new.values():
            return Reacted.nothing("来源没有报送残疾类别和等级，档案未改动。")
    before = _on_file(happened, by, **new)
    if before == new:
        return Reacted.nothing("档案中的残疾类别和等级与来源一致，不必改动。")
    said = "无" if None in new.values() else f"{new['disability_category']}类{new['disability_grade']}级"
    return Reacted(f"档案的残疾登记改为：{said}。", (happened.person,), before)


def _digit(given: Any) -> int | None:
    return int(given) if str(given or "").isdigit() else None


def _card_before(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    _on_file(happened, by, **kept)
    return Reacted("档案的残疾登记已恢复原状。")


def _move(happened: Happened, *, by: Actor) -> Reacted:
    """The household belongs to the new place; of a person who moves alone, only the registration."""
    to_path, person = str(happened.detail["to_path"]), Person.objects.get(pk=happened.person.pk)
    member = _current(happened)
    if member is None or not moves_whole(happened, member):
        kept = {"path": person.path, "hukou_path": person.hukou_path}
        alone = person.path if member is not None else to_path
        relocate_person(person=person, path=alone, hukou_path=to_path, reason=happened.number, by=by)
        words = f"{person.name}的户籍迁至{name_of(to_path)}；家庭没有一同迁移。"
        return Reacted(words, (person,), kept)
    home = member.household
    if home.path == to_path:
        return Reacted.nothing("家庭已在迁入地，不必迁移。")
    kept = {"home": home.path, "household": home.pk}
    relocate(household=home, to_path=to_path, reason=happened.number, by=by)
    words = f"家庭{home.number}由{name_of(kept['home'])}迁至{name_of(to_path)}。"
    return Reacted(words, (home,), kept, tuple(_open_cases(happened, home, to_path)))


def _open_cases(happened: Happened, home: Household, to_path: str) -> Iterator[declare.Ask]:
    """What the family has asked for at the old place goes on there; somebody looks which place is to decide it."""
    open_ones = Case.objects.filter(household=home, state__in=_GOING_ON).exclude(path__startswith=to_path)
    for case in open_ones.order_by("id"):
        yield declare.Ask(
            label=f"家庭已迁出，核对在办件{case.number or ''}"[:60], path=case.path, household_id=home.pk,
            text=f"申请家庭已迁往{name_of(to_path)}。请核对由本地办完，还是终止后转请迁入地受理；定下前不要作出决定。"
            f"（{happened.number}）",
            due_on=terms.due_after("events.look_days", path=case.path, since=clock.today()),
        )  # fmt: skip


def _move_back(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    if "household" in kept:
        home = Household.objects.get(pk=kept["household"])
        if home.path != happened.detail["to_path"]:
            raise Refused("moved_on", "这户家庭此后又有迁移，不能自动迁回。请人工核对。")
        relocate(household=home, to_path=kept["home"], reason=f"{happened.number}撤销", by=by)
        return Reacted(f"家庭{home.number}已迁回{name_of(kept['home'])}。")
    relocate_person(person=happened.person, path=kept["path"], hukou_path=kept["hukou_path"],
                    reason=f"{happened.number}撤销", by=by)  # fmt: skip
    return Reacted("户籍登记已恢复原状。")


OWN: tuple[declare.Reaction, ...] = (
    declare.Reaction("die", "登记死亡，终止家庭成员关系", ("death",), _die, _live_on),
    declare.Reaction("count", "不计入共同生活成员", _AWAY, _not_counted, _counted_again),
    declare.Reaction(
        "count_again", "重新计入共同生活成员", ("release",), _counts_again, _not_counted_after_all
    ),
    declare.Reaction(
        "card",
        "更新残疾登记",
        ("disability_new", "disability_regraded", "disability_expired"),
        _card,
        _card_before,
    ),
    declare.Reaction("move", "家庭（户籍）迁移", ("hukou_move",), _move, _move_back),
    declare.Reaction("move_money", "待遇随户迁移", ("hukou_move",), move_entitlements, move_back),
)

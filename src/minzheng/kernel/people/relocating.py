"""What a life event changes in the master file: who counts from a day on, who is a member after all, where one lives.

The past membership stays on file; an interval that turned out to be wrong is made empty, never deleted.
"""

from __future__ import annotations

from datetime import date

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused

from .actions import require_scope
from .households import hold
from .models import Household, Membership, Person

__all__ = ["count_anew", "rejoin", "relocate", "relocate_person"]


@verb("people.count_anew", label="调整是否计入共同生活成员")
def count_anew(
    *, membership: Membership, from_on: date, counted: bool, not_counted_reason: str, reason: str, by: Actor
) -> Membership:
    """From a day on a member counts, or no longer does (最低生活保障审核确认办法 art. 7): a stretch of its own."""
    home = hold(membership.household, by)
    old = Membership.objects.select_for_update().get(pk=membership.pk)
    if old.until_on is not None or from_on < old.from_on:
        raise Refused(
            "membership_closed", "该成员关系已终止，或调整日期早于加入日期。请核对。", field="from_on"
        )
    old.until_on = from_on
    old.save(update_fields=["until_on"])
    new = Membership.objects.create(
        household=home, person=old.person, relation=old.relation, counted=counted,
        not_counted_reason="" if counted else not_counted_reason, from_on=from_on,
    )  # fmt: skip
    note(about=home, path=home.path, reason=reason, after={"person": old.person_id, "counted": counted})
    return new


@verb("people.rejoin", label="恢复家庭成员")
def rejoin(
    *, membership: Membership, reason: str, by: Actor, instead_of: Membership | None = None
) -> Membership:
    """A membership that was ended by mistake goes on as if it never had; what took its place becomes empty."""
    home = hold(membership.household, by)
    if instead_of is not None:
        other = Membership.objects.select_for_update().get(pk=instead_of.pk)
        if other.until_on is not None:
            raise Refused("membership_closed", "此后该成员关系又有变动，不能自动恢复。请人工核对家庭成员。")
        other.until_on = other.from_on
        other.save(update_fields=["until_on"])
    old = Membership.objects.select_for_update().get(pk=membership.pk)
    elsewhere = Membership.objects.filter(person=old.person, until_on=None).exclude(pk=old.pk)
    if elsewhere.exists():
        raise Refused(
            "in_other_household", f"{old.person.name}现在已是其他家庭的成员，不能自动恢复。请人工核对。"
        )
    old.until_on = None
    old.save(update_fields=["until_on"])
    note(about=home, path=home.path, reason=reason, after={"rejoined": old.person_id})
    return old


@verb("people.relocate", label="家庭迁移", beyond="家庭迁到现居住地")
def relocate(*, household: Household, to_path: str, reason: str, by: Actor) -> Household:
    """A whole household moves: it and everyone who lives in it now belong to the new place."""
    home = hold(household, by)
    require_scope(by, to_path)
    before = {"path": home.path, "hukou_path": home.hukou_path}
    home.path = home.hukou_path = to_path
    home.save(update_fields=["path", "hukou_path"])
    living = Membership.objects.filter(household=home, until_on=None).order_by("person_id")
    for person in Person.objects.select_for_update().filter(pk__in=living.values("person_id")).order_by("pk"):
        _settle(person, to_path, to_path)
    note(about=home, path=to_path, reason=reason, before=before, after={"path": to_path})
    return home


@verb("people.relocate_person", label="人员户籍迁移", beyond="人员迁到现户籍地")
def relocate_person(*, person: Person, path: str, hukou_path: str, reason: str, by: Actor) -> Person:
    """One person's registration is now at another place."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    require_scope(by, row.path)
    require_scope(by, path)
    before = {"path": row.path, "hukou_path": row.hukou_path}
    _settle(row, path, hukou_path)
    note(about=row, path=path, reason=reason, before=before, after={"path": path, "hukou_path": hukou_path})
    return row


def _settle(person: Person, path: str, hukou_path: str) -> None:
    person.path, person.hukou_path, person.version = path, hukou_path, person.version + 1
    person.save(update_fields=["path", "hukou_path", "version"])

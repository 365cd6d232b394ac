"""A family without a file is put on the register at the window: its members and the household in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.households import Part, form_household
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import membership_of

from . import duties

__all__ = ["enrol"]


@verb("counter.enrol", label="登记家庭和成员")
def enrol(
    *,
    head: Person,
    class_ur: str,
    members: Sequence[Mapping[str, Any]],
    by: Actor,
    address: str = "",
) -> Household:
    """The head and all who share the living; where one of them cannot be registered, nobody is."""
    duties.require_window(by, head.path)
    if membership_of(head) is not None:
        raise Refused("has_household", f"{head.name}已登记在一户家庭中，不用再登记。请刷新页面。")
    parts = [Part(head, "02")]
    for at, row in enumerate(members):
        parts.append(Part(_person(at, row, head.path, by), str(row["relation"])))
    home: Household = form_household(path=head.path, class_ur=class_ur, parts=parts, address=address, by=by)
    audit.note(about=home, path=home.path, after={"members": len(parts)})
    return home


def _person(at: int, row: Mapping[str, Any], path: str, by: Actor) -> Person:
    """One line of the list; what is wrong with it is said with its number."""
    birth = row.get("birth")
    try:
        person: Person = register_person(
            name=str(row.get("name", "")), id_number=row.get("number") or None, path=path, by=by,
            birth=date.fromisoformat(str(birth)) if birth else None, sex=row.get("sex") or None,
        )  # fmt: skip
    except Refused as error:
        raise Refused(error.code, f"第 {at + 1} 位成员：{error.message}", field="members") from error
    return person

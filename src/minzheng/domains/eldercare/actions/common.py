"""What the verbs of elder care share: whose duty it is, a row held while it is written, whom it is about."""

from __future__ import annotations

from typing import Any, TypeVar

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Role
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.people.models import Person

__all__ = ["answer", "asked_by", "held", "living_person", "require"]

R = TypeVar("R", bound=Placed)


def require(*roles: Role, path: str, by: Actor) -> None:
    """The actor holds one of these posts over the place."""
    if not by.holds({f"eldercare.{role.code}": role.at for role in roles}, path=path):
        named = "、".join(role.label for role in roles)
        raise NotAllowed("eldercare_duty", f"这项工作由{named}办理，您在该地区没有这个岗位。")


def asked_by(person: Person, role: Role, *, by: Actor) -> None:
    """On the portal everybody asks for oneself; at the desk whoever holds the post receives it."""
    if by.posts or by.person_id != person.pk:
        require(role, path=person.path, by=by)


def held(row: R, *states: str, by: Actor) -> R:
    """The row, locked, within the actor's reach and in one of the states; what has moved on is stale."""
    found = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None or not by.covers(found.path):
        raise NotFound("entry_unknown", "没有这条记录，或不在您的管辖范围内。")
    if getattr(found, "state", "") not in states:
        raise Stale("entry_state", "这条记录的状态已经变化，请刷新页面核对。")
    return found


def living_person(person: Person) -> Person:
    """The file, held: what is decided about one person at once is decided one after the other."""
    found = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if found.died_on is not None:
        raise Refused("person_died", "档案显示此人已去世，请核对。", field="id_number")
    return found


def answer(entity: Entity, rule: Rule, facts: dict[str, Any], *, path: str) -> Any:
    """What a rule says today at a place."""
    parameters = catalogue.current().parameters()
    return Evaluation(entity, filled(Facts(facts), entity), parameters, path=path, on=clock.today()).answer(
        rule
    )

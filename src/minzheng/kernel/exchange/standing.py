"""Who may act on a check: staff whose posts cover its place, or the members it is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Model

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor, current, note
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Person

__all__ = [
    "LONGEST_TEXT",
    "adults_among",
    "assisting",
    "concerning",
    "is_minor",
    "may_check",
    "member_or_staff",
    "require_verifier",
    "staff",
    "verifier_roles",
    "written",
]

LONGEST_TEXT = 2000
ADULT = 18


def concerning(row: Model, *, case_id: int | None = None, path: str = "", article: str = "") -> None:
    """Say in the audit what the verb is about; inside a step of a case the step has said so already."""
    note(
        about=None if current().subject else row, case_id=case_id, path=path or None, article=article or None
    )


def staff(by: Actor, *, path: str) -> None:
    """Refuses whoever has no post over the place."""
    if not isinstance(by, Actor):
        raise NotAllowed("no_actor", "没有办理人身份，不能办理。请先登录。")
    if not by.covers(path):
        raise NotAllowed("out_of_scope", "这一办件不在您的管辖范围内，不能办理。请转交有管辖权的机构。")


def member_or_staff(by: Actor, *, path: str, member_ids: Collection[int], purpose: str | None = None) -> None:
    """Refuses whoever is neither one of the persons concerned nor has a post over the place, or one that assists."""
    if isinstance(by, Actor) and by.kind is Kind.RESIDENT:
        if by.person_id not in member_ids:
            raise NotAllowed("not_a_member", "您不是这一家庭的成员，不能办理。请由家庭成员本人办理。")
        return
    if purpose is None:
        staff(by, path=path)
    else:
        assisting(by, path=path, purpose=purpose)


def assisting(by: Actor, *, path: str, purpose: str) -> None:
    """Refuses staff whose posts do not assist families in the services of this purpose."""
    staff(by, path=path)
    if by.kind is not Kind.SYSTEM and not by.holds(catalogue.current().assisting(purpose), path=path):
        raise NotAllowed(
            "not_assisting",
            "见证签署、代为登记说明，由受理、代办和核对这项业务的人员办理，您没有这个岗位。",
        )


def verifier_roles() -> frozenset[str]:
    """The roles that check for some service."""
    return frozenset(
        declared.role(step.by)
        for declared in catalogue.current().services.values()
        for step in declared.item.steps
        if isinstance(step, declare.Verification)
    )


def may_check(by: Actor, *, path: str) -> bool:
    """Whether the actor checks for some service over the place, at the level at which that is done."""
    if by.kind is Kind.SYSTEM:
        return True
    roles = catalogue.current().roles
    for role in verifier_roles():
        post, declared = by.post_for(role, path=path), roles.get(role)
        if post is not None and (declared is None or post.level == declared.item.at):
            return True
    return False


def require_verifier(by: Actor, *, path: str) -> None:
    """Refuses whoever does not check for some service there and is not the platform itself."""
    if not may_check(by, path=path):
        message = "您在该地区没有核对岗位，不能办理。请由核对机构的工作人员办理。"
        raise NotAllowed("verifier_role", message)


def is_minor(person: Person, *, on: date | None = None) -> bool:
    """Under 18 on the day (民法典 art. 17); a person of unknown birth counts as an adult, who must sign."""
    return person.birth is not None and clock.age_on(person.birth, on or clock.today()) < ADULT


def adults_among(members: Sequence[Person], *, on: date | None = None) -> list[Person]:
    """Those whose letter is needed: every adult; where there is none, each minor (by a guardian)."""
    grown = [person for person in members if not is_minor(person, on=on)]
    return grown or list(members)


def written(text: str, *, field: str, missing: str) -> str:
    """A text that says something and has an end."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused("text_missing", missing, field=field)
    if len(text) > LONGEST_TEXT:
        message = f"内容太长（{len(text)} 字）。请精简到 {LONGEST_TEXT} 字以内，详细材料请作为附件上传。"
        raise Refused("text_too_long", message, field=field)
    return text

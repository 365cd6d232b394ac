"""Who inspects, who oversees, who looks at the law, and who is of the subject's own staff."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar, cast

from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.standards.queries import calendar

from .models import Aside, Check, Credit, Draw, Hazard, Incident, Penalty

__all__ = [
    "Declared", "days_after", "holds", "number", "of", "one_in_reach", "require", "require_own", "require_words",
    "share_of", "subject_of", "visible", "working_days_after",
]  # fmt: skip

Declared = catalogue.Declared[declare.Supervision]
M = TypeVar("M", Check, Hazard, Incident, Penalty, Credit, Draw, Aside)


def of(code: str) -> Declared:
    """The declaration."""
    return catalogue.current().supervision(code)


def holds(declared: Declared, *roles: declare.Role, path: str, by: Actor) -> bool:
    """Whether the actor holds one of these posts over the place."""
    return by.holds({declared.role(role): role.at for role in roles}, path=path)


def require(declared: Declared, *roles: declare.Role, path: str, by: Actor) -> None:
    """The actor holds one of these posts over the place."""
    if not holds(declared, *roles, path=path, by=by):
        named = "、".join(role.label for role in roles)
        raise NotAllowed("inspection_duty", f"这项工作由{named}办理，您在该地区没有这个岗位。")


def require_own(declared: Declared, key: str, by: Actor) -> None:
    """The subject's own staff."""
    if not declared.item.own(key, by):
        raise NotAllowed("inspection_own", "这项工作由被检查单位的经办人办理。")


def require_words(text: str, what: str, *, field: str, longest: int = 300) -> str:
    """Something is written, and not too much."""
    words = text.strip()
    if not words or len(words) > longest:
        raise Refused(f"{field}_missing", f"请填写{what}（不超过{longest}个字）。", field=field)
    return words


def subject_of(declared: Declared, key: str, path: str) -> declare.Subject:
    """One subject beneath a place by its key."""
    found = next((one for one in declared.item.subjects(path) if one.key == key), None)
    if found is None:
        raise NotFound("subject_unknown", "没有这个检查对象，或不在您的管辖范围内。")
    return found


def number(key: str, *, path: str, on: date) -> int:
    """A whole number of the dated parameters."""
    return cast(int, catalogue.current().parameters().get(key, path=path, on=on).value)


def share_of(key: str, *, path: str, on: date) -> Fraction:
    """A share or a factor, exact."""
    return Fraction(cast(Fraction, catalogue.current().parameters().get(key, path=path, on=on).value))


def days_after(start: date, key: str, *, path: str) -> date:
    """So many calendar days after a day."""
    return start + timedelta(days=number(key, path=path, on=start))


def working_days_after(start: date, key: str, *, path: str) -> date:
    """So many working days after a day."""
    return clock.deadline(start, clock.WorkingDays(number(key, path=path, on=start)), calendar()).on


def visible(rows: QuerySet[M], by: Actor) -> QuerySet[M]:
    """What the actor may look into: the posts of the supervision and those above; the own staff see their subject."""
    known = catalogue.current().supervisions.values()
    wide = tuple(
        post
        for post in by.posts
        if any(
            post.role in {one.role(role) for role in one.item.roles} or post.level < one.item.overseer.at
            for one in known
        )
    )
    return in_scope(rows, by.narrowed(wide))


def one_in_reach(rows: QuerySet[M], pk: int, by: Actor) -> M:
    """One row for whoever may look into it; the subject's own staff see what is about their house."""
    found = visible(rows, by).filter(pk=pk).first()
    if found is None:
        found = in_scope(rows, by).filter(pk=pk).first()
        if found is None or isinstance(found, Draw) or not of(found.supervision).item.own(found.subject, by):
            raise NotFound("inspection_unknown", "没有这条记录，或不在您的管辖范围内。")
    return found

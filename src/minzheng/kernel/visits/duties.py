"""Who goes round, who manages a ledger, who assesses; and the values of the place by which they do."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Stale

from .models import Watched

__all__ = [
    "Going", "Scoring", "going", "holds", "instrument_of", "looker", "own", "require",
    "rounds_of", "watched_of",
]  # fmt: skip

Going = catalogue.Declared[declare.Rounds]
Scoring = catalogue.Declared[declare.Instrument]


def rounds_of(code: str) -> Going:
    """The rounds of that code."""
    found = catalogue.current().rounds.get(code)
    if found is None:
        raise NotFound("rounds_unknown", "没有这项巡访。请从列表中选择。")
    return found


def instrument_of(code: str) -> Scoring:
    """The instrument of that code."""
    found = catalogue.current().scored.get(code)
    if found is None:
        raise NotFound("instrument_unknown", "没有这种评估。请从列表中选择。")
    return found


def holds(declared: Going | Scoring, roles: tuple[declare.Role, ...], by: Actor, *, path: str) -> bool:
    """Whether the actor holds one of these duties over the place, at its level."""
    return by.holds({declared.role(role): role.at for role in roles}, path=path)


def require(declared: Going | Scoring, roles: tuple[declare.Role, ...], by: Actor, *, path: str) -> None:
    """Refuse whoever holds none of these duties here; to a stranger there is nothing here."""
    if holds(declared, roles, by, path=path):
        return
    if not by.covers(path):
        raise NotFound("visit_scope", "没有这条记录，或不在您的管辖范围内。请返回列表重新选择。")
    labels = "、".join(dict.fromkeys(role.label for role in roles))
    raise NotAllowed("visit_duty", f"这项工作由“{labels}”办理，您在该地区没有这一岗位。")


def going(declared: Going, by: Actor, *, path: str) -> bool:
    """Whether recording a contact here is the actor's."""
    return holds(declared, (declared.item.by, declared.item.managed_by), by, path=path)


def own(watched: Watched, by: Actor, *, version: int | None = None) -> tuple[Watched, Going]:
    """The ledger as it is now, held until the verb ends; one that has ended is not written on."""
    row = (
        Watched.objects.select_for_update(of=("self",)).select_related("person").filter(pk=watched.pk).first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("watched_unknown", "没有这份台账，或不在您的管辖范围内。请返回列表重新选择。")
    if version is not None and version != row.version:
        raise Stale("watched_changed", "这份台账已有人更新过。请刷新页面查看最新情况。")
    return row, rounds_of(row.rounds)


def looker(by: Actor) -> Actor:
    """The actor with only those posts that look into ledgers; what other posts open is another matter."""
    held = tuple(
        post for post in by.posts
        if post.level <= Level.CITY
        or any(post.role == one.role(role) for one in catalogue.current().rounds.values() for role in one.item.roles)
        or any(
            post.role == one.role(rung.by) for one in catalogue.current().rounds.values() for rung in one.item.chain
        )
    )  # fmt: skip
    if not held:
        raise NotAllowed("rounds_role", "巡访台账由巡访和管理岗位查阅，由上级监督。您的岗位不能查阅。")
    return by.narrowed(held)


def watched_of(watched_id: int, by: Actor) -> Watched:
    """One ledger within the actor's places, or the same answer for one that does not exist."""
    try:
        found = in_scope(Watched.objects.select_related("person"), looker(by)).filter(pk=watched_id).first()
    except NotAllowed:
        found = None
    if found is None:
        raise NotFound("watched_unknown", "没有这份台账，或不在您的管辖范围内。请返回列表重新选择。")
    return found

"""Who may look into the money: those who pay or review it, and the levels that supervise them."""

from __future__ import annotations

from collections.abc import Iterable

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.models import Batch

__all__ = ["batch_for", "names_of", "payable", "reader", "reviewable", "reviews", "scheme_label"]

Scheme = catalogue.Declared[declare.Scheme]


def reader(by: Actor) -> Actor:
    """The actor with only those posts that look into money: payer, reviewer, city and province."""
    schemes = catalogue.current().schemes.values()
    roles = {one.role(role) for one in schemes for role in (one.item.prepared_by, one.item.reviewed_by)}
    held = tuple(post for post in by.posts if post.role in roles or post.level <= Level.CITY)
    if not held:
        raise NotAllowed("money_role", "资金发放由资金经办、复核岗位办理，由上级监督。您的岗位不能查阅。")
    return by.narrowed(held)


def batch_for(batch_id: int, by: Actor) -> Batch:
    """One batch, or the same answer for one that does not exist and one out of scope."""
    found = queries.batches(reader(by)).filter(pk=batch_id).first()
    if found is None:
        raise NotFound("batch_unknown", "没有这个发放批次，或不在您的管辖范围内。请返回批次列表重新选择。")
    return found


def payable(by: Actor) -> list[tuple[Scheme, list[str]]]:
    """The schemes for which the actor prepares batches, each with the places of those posts."""
    found = []
    for one in catalogue.current().schemes.values():
        role = one.role(one.item.prepared_by)
        if places := sorted({post.path for post in by.posts if post.role == role}):
            found.append((one, places))
    return found


def reviewable(by: Actor) -> list[tuple[Scheme, list[str]]]:
    """The schemes whose payments the actor reviews, each with the places of those posts."""
    found = []
    for one in catalogue.current().schemes.values():
        role = one.role(one.item.reviewed_by)
        if places := sorted({post.path for post in by.posts if post.role == role}):
            found.append((one, places))
    return found


def reviews(scheme: str, path: str, by: Actor) -> bool:
    """Whether the actor reviews this scheme's payments in this place."""
    return any(one.code == scheme and path.startswith(tuple(places)) for one, places in reviewable(by))


def scheme_label(code: str) -> str:
    """The word for a benefit, also for one that is no longer declared."""
    declared = catalogue.current().schemes.get(code)
    return declared.item.label if declared else code


def names_of(accounts: Iterable[str | None]) -> dict[str, str]:
    """Names of the accounts behind ``user:12``, in one query."""
    ids = {int(one.removeprefix("user:")) for one in accounts if one and one.startswith("user:")}
    return {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}

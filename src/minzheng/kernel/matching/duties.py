"""Who tells needs, who keeps providers, who serves; and what of it each may look into."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .models import Attendant, Need, Order, Provider

__all__ = [
    "Declared", "attends", "holds", "looker", "market_of", "need_of", "needs", "order_of", "orders", "own_person",
    "provider_of", "providers", "require", "said",
]  # fmt: skip

Declared = catalogue.Declared[declare.Matching]


def market_of(code: str) -> Declared:
    """The market of that code."""
    found = catalogue.current().matchings.get(code)
    if found is None:
        raise NotFound("matching_unknown", "没有这项供需匹配。请从列表中选择。")
    return found


def holds(declared: Declared, *roles: declare.Role, path: str, by: Actor) -> bool:
    """Whether the actor holds one of these duties over the place, at its level."""
    return by.holds({declared.role(role): role.at for role in roles}, path=path)


def require(declared: Declared, *roles: declare.Role, path: str, by: Actor) -> None:
    """Refuse whoever holds none of these duties here; to a stranger there is nothing here."""
    if holds(declared, *roles, path=path, by=by):
        return
    if not by.covers(path) and not any(post.path.startswith(path) for post in by.posts):
        raise NotFound("matching_scope", "没有这条记录，或不在您的管辖范围内。请返回列表重新选择。")
    labels = "、".join(dict.fromkeys(role.label for role in roles))
    raise NotAllowed("matching_duty", f"这项工作由“{labels}”办理，您在该地区没有这一岗位。")


def attends(provider: Provider, by: Actor) -> bool:
    """Whether the actor is of the provider's own staff: the role over its county, and named to it."""
    declared, today = market_of(provider.matching), clock.today()
    if not holds(declared, declared.item.served_by, path=county_of(provider.path) or provider.path, by=by):
        return False
    named = Attendant.objects.filter(Q(until_on=None) | Q(until_on__gt=today), provider=provider, user=by.id)
    return named.exists()


def own_person(need_person: int, by: Actor) -> bool:
    """Whether the actor is the person meant, at the resident's door."""
    return not by.posts and by.person_id is not None and by.person_id == need_person


def said(text: str, what: str, *, field: str, longest: int = 200) -> str:
    """Something is written, and not too much."""
    words = text.strip()
    if not words or len(words) > longest:
        raise Refused(f"{field}_missing", f"请填写{what}（不超过{longest}个字）。", field=field)
    return words


def looker(by: Actor, *, serving: bool = False) -> Actor:
    """The actor with only those posts that look into needs and orders of everybody in the place."""
    every = catalogue.current().matchings.values()
    wide = {one.role(role) for one in every for role in (*one.item.told_by, one.item.managed_by)}
    wide |= {
        one.role(role)
        for one in every
        if (given := one.item.vouchers)
        for role in (given.issued_by, given.signed_by)
    }
    if serving:
        wide = {one.role(one.item.served_by) for one in every}
    held = tuple(post for post in by.posts if post.role in wide)
    return by.narrowed(held)


def needs(by: Actor) -> QuerySet[Need]:
    """The needs of the places of whoever tells them or keeps the providers; a resident's own."""
    if not by.posts and by.person_id is not None:
        return Need.objects.filter(person_id=by.person_id)
    return in_scope(Need.objects.all(), looker(by))


def orders(by: Actor) -> QuerySet[Order]:
    """The orders of the place; to a provider's staff those of the provider alone."""
    if not by.posts and by.person_id is not None:
        return Order.objects.filter(person_id=by.person_id)
    today = clock.today()
    named = Attendant.objects.filter(Q(until_on=None) | Q(until_on__gt=today), user=by.id).values("provider")
    serving = in_scope(Order.objects.filter(provider__in=named), looker(by, serving=True))
    return in_scope(Order.objects.all(), looker(by)) | serving


def providers(by: Actor) -> QuerySet[Provider]:
    """The providers of the actor's counties; to a provider's staff the own one."""
    today = clock.today()
    named = Attendant.objects.filter(Q(until_on=None) | Q(until_on__gt=today), user=by.id).values("provider")
    counties = {county_of(path) or path for path in looker(by).scope}
    rows = Provider.objects.filter(pk__in=[])
    for county in counties:
        rows |= Provider.objects.filter(path__startswith=county)
    if looker(by, serving=True).posts:
        rows |= Provider.objects.filter(pk__in=named)
    return rows


def need_of(need_id: int, by: Actor) -> Need:
    """One need that the actor may look into, or the same answer for one that does not exist."""
    found = needs(by).select_related("person").filter(pk=need_id).first()
    if found is None:
        raise NotFound("need_unknown", "没有这条需求，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def order_of(order_id: int, by: Actor) -> Order:
    """One order that the actor may look into, or the same answer for one that does not exist."""
    found = (
        orders(by)
        .select_related("person", "provider", "offer", "need", "voucher")
        .filter(pk=order_id)
        .first()
    )
    if found is None:
        raise NotFound("order_unknown", "没有这张订单，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def provider_of(provider_id: int, by: Actor) -> Provider:
    """One provider that the actor may look into, or the same answer for one that does not exist."""
    found = providers(by).filter(pk=provider_id).first()
    if found is None:
        raise NotFound("provider_unknown", "没有这家服务商，或不在您的管辖范围内。请返回列表重新选择。")
    return found

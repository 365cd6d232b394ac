"""Who fits a need (匹配): every provider of the county, weighed by the law, with the reasons for and against each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.law import Facts
from minzheng.kernel.law.facts import filled
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.visits.contacting import metres_between

from .duties import Declared, market_of
from .models import Need, Offer, Order

__all__ = ["Candidate", "best", "metres", "weigh"]


@dataclass(frozen=True)
class Candidate:
    """One provider for one need: whether it may be offered, with how many points, and why."""

    offer: Offer
    metres: int
    fits: bool
    points: Fraction
    against: tuple[str, ...]
    parts: tuple[tuple[str, Fraction], ...]

    def kept(self) -> dict[str, Any]:
        """As an order keeps it."""
        return {
            "provider": self.offer.provider_id, "name": self.offer.provider.name, "metres": self.metres,
            "price": self.offer.price, "fits": self.fits, "points": shown(self.points), "against": list(self.against),
            "parts": [[label, shown(points)] for label, points in self.parts],
        }  # fmt: skip


def shown(points: Fraction) -> str:
    """Points to one hundredth."""
    hundredths = round(points * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def metres(declared: Declared, *, path: str, lat: Any, lon: Any, other_lat: Any, other_lon: Any) -> int:
    """The way on foot: longer than the straight line by a declared share, where no net of ways is at hand."""
    straight = metres_between(lat, lon, other_lat, other_lon)
    return straight * number(declared.item.way, path=path, on=clock.today()) // 100


def weigh(need: Need) -> list[Candidate]:
    """All providers of the county that offer anything of the kind, the best first; three queries in all."""
    declared = market_of(need.matching)
    on = max(need.wanted_on, clock.today())
    offers = _offers(need)
    if not offers:
        return []
    busy = _busy(offers, on)
    known = set(
        Order.objects.filter(person=need.person_id, state=Order.State.CONFIRMED).values_list(
            "provider", flat=True
        )
    )
    dearest = max(one.price for one in offers)
    limit = number(declared.item.farthest, path=need.path, on=clock.today())
    stars = Fraction(number(declared.item.new_stars, path=need.path, on=clock.today()), 10)
    found = []
    for one in offers:
        far = _far(declared, need, one)
        facts = _facts(need, one, on, far) | {
            "distance_limit": limit, "price_limit": dearest, "continued": one.provider_id in known,
            "has_capacity": busy.get(one.pk, 0) + 1 <= one.daily, "stars": _stars(one, stars),
        }  # fmt: skip
        found.append(_judged(declared, need, one, far, facts))
    return sorted(found, key=lambda one: (not one.fits, -one.points, one.metres, one.offer.pk))


def _far(declared: Declared, need: Need, offer: Offer) -> int:
    """From the door to the provider, on foot."""
    one = offer.provider
    return metres(declared, path=need.path, lat=need.lat, lon=need.lon, other_lat=one.lat, other_lon=one.lon)


def best(need: Need) -> list[Candidate]:
    """The first few that fit: among them the person chooses."""
    declared = market_of(need.matching)
    most = number(declared.item.shown, path=need.path, on=clock.today())
    return [one for one in weigh(need) if one.fits][:most]


def _offers(need: Need) -> list[Offer]:
    county = county_of(need.path) or need.path
    rows = Offer.objects.filter(
        provider__matching=need.matching, provider__path__startswith=county, service=need.service, until_on=None,
        provider__until_on=None,
    )  # fmt: skip
    return list(rows.select_related("provider").order_by("id"))


def _busy(offers: list[Offer], on: Any) -> Mapping[int, int]:
    """How many orders of the day each offer has already."""
    taken = Order.objects.filter(offer__in=[one.pk for one in offers], planned_on=on).exclude(
        state__in=[Order.State.DECLINED, Order.State.LAPSED, Order.State.REFUSED]
    )
    return dict(taken.values_list("offer").annotate(n=Count("id")))


def _stars(offer: Offer, of_the_new: Fraction) -> Fraction:
    one = offer.provider
    return Fraction(one.rated_sum, one.rated_count) if one.rated_count else of_the_new


def _facts(need: Need, offer: Offer, on: Any, far: int) -> dict[str, Any]:
    return {
        "distance": far, "price": offer.price, "budget": need.budget, "pays_rest": need.pays_rest, "offered": True,
        "qualified": offer.qualified_until >= on, "blacklisted": offer.provider.blacklisted,
        "covered": far <= offer.provider.reach,
    }  # fmt: skip


def _judged(declared: Declared, need: Need, offer: Offer, far: int, facts: dict[str, Any]) -> Candidate:
    item = declared.item
    given = filled(Facts(facts), item.candidate)
    run = Evaluation(
        item.candidate, given, catalogue.current().parameters(), path=need.path, on=clock.today()
    )
    against = tuple(f"不满足“{rule.title}”" for rule in item.hurdles if run.answer(rule) is not True)
    parts = tuple((rule.title, _points(run.answer(rule))) for rule in item.merits)
    return Candidate(offer, far, not against, _points(run.answer(item.score)), against, parts)


def _points(answer: Any) -> Fraction:
    return Fraction(0) if isinstance(answer, Unknown) else Fraction(answer)

"""Made-up providers of one county, needs found on visits, orders of two months, a list of vouchers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.models import Order, Provider
from minzheng.kernel.people.identity import uscc_check_digit
from minzheng.kernel.people.models import Household
from minzheng.kernel.visits.models import Watched

from .elders import ROUNDS, clerk_of, poor_at_home

__all__ = ["populate"]

MARKET = "eldercare.home_services"
_CENTRE = (Decimal("44.434000"), Decimal("125.184000"))
# Name, degrees north, reach, and for each service price, unit, how many a day.
_PROVIDERS = (
    ("演示近邻居家服务站", "0.004", 4000, (("cleaning", 35_00, "小时", 6), ("bathing", 60_00, "次", 4))),
    ("演示乐龄养老服务中心", "0.015", 8000, (("cleaning", 30_00, "小时", 9), ("nursing", 80_00, "次", 3))),
    ("演示康乐助老社", "0.030", 3000, (("cleaning", 28_00, "小时", 5), ("meal", 12_00, "餐", 60))),
)
_MOST = 8


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once: providers, last month's orders confirmed, this month's at work."""
    del family, by
    if Provider.objects.exists() or "service_staff" not in actors:
        return
    county = actors["elder_county"].posts[0].path
    last = Month.of(clock.today()).previous
    with clock.frozen(last.first):
        first = _registered(county, actors)
        _vouchers(county, last, actors, signed=True)
    people = _people(county)
    for n, one in enumerate(people[: _MOST // 2]):
        _served(one, last.first + timedelta(days=3 + 2 * n), first, actors)
    for n, one in enumerate(people[_MOST // 2 :]):
        _begun(one, n, first, actors)
    _vouchers(county, last.next, actors, signed=False)


def _people(county: str) -> list[Watched]:
    """Whoever may draw a voucher first, then others at risk."""
    rows = Watched.objects.filter(rounds=ROUNDS, path__startswith=county, until_on=None).select_related(
        "person"
    )
    poor = [one.pk for one in poor_at_home(county, clock.today())]
    first = list(rows.filter(person__in=poor).order_by("id")[: _MOST - 2])
    rest = rows.filter(risk__in=["red", "orange"]).exclude(person__in=poor).order_by("id")
    return [*first, *rest[: _MOST - len(first)]]


def _registered(county: str, actors: Mapping[str, Actor]) -> Provider:
    """Three providers with what they offer; the first has somebody who acts for it."""
    by, made = actors["elder_county"], []
    for serial, (name, north, reach, offers) in enumerate(_PROVIDERS, 1):
        body = f"52222100{90000 + serial:08d}X"
        about = actions.About(
            name=name, uscc=body + uscc_check_digit(body), phone="0431-00000000", address="演示路2号",
            lat=str(_CENTRE[0] + Decimal(north)), lon=str(_CENTRE[1]), reach=reach,
        )  # fmt: skip
        made.append(actions.register(matching=MARKET, path=county, about=about, by=by))
        for service, price, unit, daily in offers:
            until = date(clock.today().year + 1, 12, 31)
            actions.set_offer(
                provider=made[-1],
                service=service,
                price=price,
                unit=unit,
                daily=daily,
                qualified_until=until,
                by=by,
            )
    staff = actors["service_staff"]
    actions.name_attendant(provider=made[0], user_id=staff.id, name=staff.name, by=by)
    return made[0]


def _ordered(one: Watched, on: date, provider: Provider, clerk: Actor, units: int) -> Order:
    """Told on a visit and chosen by the person."""
    near = {"lat": str(_CENTRE[0] + Decimal(one.pk % 7) / 1000), "lon": str(_CENTRE[1])}
    wanted = actions.Wanted(
        service="cleaning", units=units, on=on, slot="morning", words="擦窗户，搬不动重物", **near
    )
    need = actions.tell(matching=MARKET, person=one.person, wanted=wanted, by=clerk)
    return actions.choose(need=need, provider=provider.pk, chosen_words="逐家说明后本人选定", by=clerk)


def _served(one: Watched, on: date, provider: Provider, actors: Mapping[str, Actor]) -> None:
    """From the need to the confirmation, each on its day."""
    clerk, staff = clerk_of(one, actors["elder_clerk"]), actors["service_staff"]
    with clock.frozen(on):
        order = actions.accept(order=_ordered(one, on, provider, clerk, 2), by=staff)
        order = actions.start(order=order, lat=str(order.need.lat), lon=str(order.need.lon), by=staff)
        order = actions.finish(order=order, record="打扫两间屋子，擦窗户", by=staff)
    with clock.frozen(on + timedelta(days=1)):
        actions.confirm(order=order, heard=actions.Heard(stars=5 if one.pk % 3 else 4), by=clerk)


def _begun(one: Watched, n: int, provider: Provider, actors: Mapping[str, Actor]) -> None:
    """This month: a need that waits, an order that waits, one that was accepted."""
    clerk = clerk_of(one, actors["elder_clerk"])
    on = clock.today() + timedelta(days=2)
    order = _ordered(one, on, provider, clerk, 1 + n % 2)
    if n % 3 == 0:
        actions.decline(order=order, reason="当天人手不足", by=actors["service_staff"])
    elif n % 3 == 1:
        actions.accept(order=order, by=actors["service_staff"])


def _vouchers(county: str, month: Month, actors: Mapping[str, Actor], *, signed: bool) -> None:
    """The month's list; this month's waits for the second person."""
    try:
        made = actions.draft_issue(matching=MARKET, path=county, month=month, by=actors["elder_payer"])
    except Refused as nobody:
        if nobody.code == "nobody_listed":
            return  # in this county nobody is entitled
        raise
    if signed:
        actions.sign_issue(issue=made, persons=made.persons, total=made.total, by=actors["elder_review"])

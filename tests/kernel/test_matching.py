"""A need is told on a visit, a provider chosen for reasons, the service confirmed by the elder, the month settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract, Handover, PurchaseYear
from minzheng.kernel.ledger.models import Budget, Fund, Journal
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.circling import circles
from minzheng.kernel.matching.models import Callback, Issue, Need, Order, Provider, Statement, Voucher
from minzheng.kernel.matching.weighing import weigh
from minzheng.kernel.people.models import Person
from minzheng.kernel.standards.models import ParameterRow
from minzheng.kernel.visits.models import Watched
from tests.factories.cast import resident_of, staff
from tests.factories.homes import uscc
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place
from tests.journeys.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
MARKET, SCHEME = "eldercare.home_services", "eldercare.elder_service"
START = datetime(2026, 3, 2, 8, tzinfo=clock.SHANGHAI)
DOOR = (Decimal("44.430000"), Decimal("125.180000"))


@dataclass
class Town:
    """Everybody who plays, the clock, the elder and the providers."""

    who: dict[str, Actor]
    elder: Person
    ledger: Watched
    at: datetime = START

    def tick(self) -> None:
        self.at += timedelta(minutes=1)

    def seen(self, path: str, who: Actor | None) -> None:
        """Pages are not kept here."""

    def door(self, part: str) -> Reader:
        return Reader(self, self.who[part])  # type: ignore[arg-type]


@pytest.fixture
def town(settings: Any) -> Town:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    own = {"domain": "eldercare"}
    elder = person(birth=date(1941, 5, 1), name="林老人", path=NONGAN.village)
    household(elder, path=NONGAN.village)
    who = {
        "visitor": staff("visitor", at=NONGAN.village, name="方巡访", **own),
        "clerk": staff("clerk", at=NONGAN.township, name="江经办", **own),
        "county": staff("county_officer", at=NONGAN.county, name="顾县科", **own),
        "payer": staff("payer", at=NONGAN.county, name="钱经办", **own),
        "review": staff("payment_reviewer", at=NONGAN.county, name="周复核", **own),
        "worker": staff("service_staff", at=NONGAN.county, name="服务员甲", **own),
        "other_worker": staff("service_staff", at=NONGAN.county, name="服务员乙", **own),
        "stranger": staff("visitor", "clerk", "county_officer", "service_staff", at=(
            NEXT_COUNTY.village, NEXT_COUNTY.township, NEXT_COUNTY.county, NEXT_COUNTY.county), name="邻县人", **own),
        "elder": resident_of(elder),
    }  # fmt: skip
    ledger = Watched.objects.create(
        rounds="eldercare.visits", person=elder, path=elder.path, groups=["alone"], risk="red", risk_since=START.date(),
        since_on=START.date(), lat=DOOR[0], lon=DOOR[1],
    )  # fmt: skip
    return Town(who, elder, ledger)


def provider(
    town: Town, name: str, *, north: str, price: int = 40_00, reach: int = 5000, **offer: Any
) -> Provider:
    """One that cleans, so many degrees north of the elder's door."""
    by = town.who["county"]
    lat = str(DOOR[0] + Decimal(north))
    about = actions.About(
        name=name,
        uscc=uscc(),
        phone="0431-00000000",
        address="测试路1号",
        lat=lat,
        lon=str(DOOR[1]),
        reach=reach,
    )
    made = actions.register(matching=MARKET, path=NONGAN.county, about=about, by=by)
    terms = {"service": "cleaning", "unit": "小时", "daily": 1, "qualified_until": date(2027, 1, 1)} | offer
    actions.set_offer(provider=made, price=price, by=by, **terms)
    return made


def vouchers(town: Town, amount: int) -> None:
    """The county's list of the month as it stands once two have signed it."""
    issue = Issue.objects.create(
        matching=MARKET, path=NONGAN.county, month=date(2026, 3, 1), persons=1, total=amount, state="signed",
        drafted_by="user:0", drafted_by_name="某", signed_by="user:1", signed_by_name="某",
    )  # fmt: skip
    Voucher.objects.create(
        issue=issue, matching=MARKET, person=town.elder, path=town.elder.path, month=issue.month, group="very_old",
        amount=amount,
    )  # fmt: skip


def test_a_need_found_on_a_visit_is_served_confirmed_by_the_elder_and_settled(town: Town) -> None:
    with clock.frozen(START):
        near = provider(town, "近邻服务", north="0.002")
        provider(town, "远处服务", north="0.020", price=30_00)
        barred = provider(town, "停用服务", north="0.001")
        actions.bar(provider=barred, barred=True, reason="多次未到", by=town.who["county"])
        actions.name_attendant(
            provider=near, user_id=town.who["worker"].id, name="服务员甲", by=town.who["county"]
        )
        vouchers(town, 60_00)
    _told_and_chosen(town)
    order = Order.objects.get()
    assert (order.provider, order.price, order.subsidy, order.self_pay) == (near, 80_00, 60_00, 20_00)
    assert Voucher.objects.get().spent == 60_00
    # Why each was or was not offered stays with the order.
    why = {one["name"]: one["against"] for one in order.candidates}
    assert why["停用服务"] == ["不满足“不在黑名单”"]
    assert not why["近邻服务"]
    _served(town, order)
    _confirmed_by_the_elder(town, order)
    _nobody_from_elsewhere(town, order)
    _settled_and_paid(town, near)


def _told_and_chosen(town: Town) -> None:
    visitor = town.door("visitor")
    visitor.go(f"/desk/rounds/{town.ledger.pk}/")
    visitor.follow("登记服务需求")
    told = {
        "tell-service": "cleaning", "tell-units": "2", "tell-on": "2026-03-02", "tell-slot": "morning",
        "tell-pays_rest": "true",
    }  # fmt: skip
    visitor.press("登记需求", told | {"tell-units": "0"}, expect=400)
    visitor.press("登记需求", told)
    assert "停用服务" in visitor.words
    assert "不满足“不在黑名单”" in visitor.words
    near = Provider.objects.get(name="近邻服务")
    barred = Provider.objects.get(name="停用服务")
    need = Need.objects.get()
    with clock.frozen(town.at):
        with pytest.raises(Refused, match="符合条件"):
            actions.choose(need=need, provider=barred.pk, chosen_words="选它", by=town.who["visitor"])
        assert weigh(need)[0].offer.provider.name == "近邻服务"
    visitor.press("下单", {"choose-provider": str(near.pk), "choose-chosen_words": "本人选了近的一家"})
    assert "等服务商接单" in visitor.words


def _served(town: Town, order: Order) -> None:
    with clock.frozen(town.at), pytest.raises(NotAllowed):
        actions.accept(order=order, by=town.who["other_worker"])
    assert town.door("other_worker").status_of(f"/desk/matching/orders/{order.pk}/") == 404
    worker = town.door("worker")
    assert order.number in worker.go("/desk/matching/")
    worker.follow(order.number)
    worker.press("接单", {})
    # Far from the door the worker says why.
    away = {"start-lat": "44.500000", "start-lon": "125.180000"}
    worker.press("开始服务", away, expect=400)
    worker.press("开始服务", {"start-lat": str(DOOR[0]), "start-lon": str(DOOR[1])})
    town.at += timedelta(minutes=5)
    worker.press("结束服务", {"finish-record": "打扫两间屋子"})
    order.refresh_from_db()
    with clock.frozen(town.at), pytest.raises(NotAllowed):
        actions.confirm(order=order, heard=actions.Heard(stars=5), by=town.who["worker"])


def _confirmed_by_the_elder(town: Town, order: Order) -> None:
    elder = town.door("elder")
    assert "近邻服务" in elder.go("/my/care/")
    elder.go(f"/my/care/orders/{order.pk}/")
    elder.press("确认", {}, expect=400)
    assert "一到五分" in elder.words
    elder.press("确认", {"stars": "4"})
    assert Need.objects.get().state == "met"
    near = order.provider
    near.refresh_from_db()
    assert (near.rated_sum, near.rated_count) == (4, 1)
    with clock.frozen(town.at), pytest.raises(Stale):
        actions.confirm(order=order, heard=actions.Heard(stars=1), by=town.who["clerk"])


def _nobody_from_elsewhere(town: Town, order: Order) -> None:
    stranger = town.door("stranger")
    for path in (f"orders/{order.pk}", f"needs/{order.need_id}", f"providers/{order.provider_id}"):
        assert stranger.status_of(f"/desk/matching/{path}/") == 404, path
    with clock.frozen(town.at), pytest.raises(NotFound):
        actions.close_need(need=order.need, result="不需要", by=town.who["stranger"])


def _settled_and_paid(town: Town, near: Provider) -> None:
    county, march = town.who["county"], Month(2026, 3)
    with clock.frozen(town.at), pytest.raises(Refused, match="还没有结束"):
        actions.settle(provider=near, month=march, by=county)
    town.at = datetime(2026, 4, 1, 9, tzinfo=clock.SHANGHAI)
    with clock.frozen(town.at):
        with pytest.raises(Refused, match="先抽取回访"):
            actions.settle(provider=near, month=march, by=county)
        assert actions.draw_callbacks(provider=near, month=march, by=county) == 1
        call = Callback.objects.get()
        actions.answer_callback(callback=call, true=True, words="老人说打扫得干净", by=town.who["clerk"])
        with pytest.raises(Refused, match="没有覆盖"):
            actions.settle(provider=near, month=march, by=county)
        _a_contract(town, near)
    page = town.door("county")
    page.go(f"/desk/matching/providers/{near.pk}/")
    page.press("生成结算", {"settle-month": "2026-03"}, within="sheet-settle")
    statement = Statement.objects.get()
    assert (statement.total, statement.orders, statement.withheld) == (60_00, 1, 0)
    with clock.frozen(town.at):
        # Registered by one, accepted by another, paid by a third: as every bought service.
        handover = funds.accept(
            handover=statement.handover, accepted=60_00, opinion="核对无误", by=town.who["review"]
        )
        funds.pay_for(handover=handover, scheme=SCHEME, fund=Fund.PROVINCE, by=town.who["payer"])
    assert Handover.objects.get().state == "paid"
    assert Journal.objects.get(kind=Journal.Kind.CONTRACT).total == 60_00


def _a_contract(town: Town, near: Provider) -> None:
    """A contract of the year under the cap, out of money that came from above."""
    county = NONGAN.county
    Budget.objects.create(path=county, year=2026, fund=Fund.PROVINCE, scheme=SCHEME, allotted=100_000_00)
    terms = funds.Terms(
        number="养购2026-1", provider=near.name, provider_code=near.uscc, service="home", people=100, unit_price=40_00,
        amount=100_000_00, acceptance="按订单确认", from_on=date(2026, 1, 1), until_on=date(2026, 12, 31),
    )  # fmt: skip
    by = town.who["county"]
    funds.sign(purchasing="eldercare.elder_purchase", path=county, terms=terms, by=by)
    with pytest.raises(Refused, match="超过上限"):
        funds.sign(
            purchasing="eldercare.elder_purchase", path=county, by=by,
            terms=funds.Terms(**(terms.__dict__ | {"number": "养购2026-2", "amount": 1_00})),
        )  # fmt: skip
    assert Contract.objects.count() == 1
    assert PurchaseYear.objects.get().signed == 100_000_00


def test_an_order_nobody_takes_goes_back_and_a_complaint_is_decided_by_the_county(town: Town) -> None:
    elder, county = town.who["elder"], town.who["county"]
    with clock.frozen(START):
        near = provider(town, "近邻服务", north="0.002", daily=2)
        actions.name_attendant(provider=near, user_id=town.who["worker"].id, name="服务员甲", by=county)
        vouchers(town, 100_00)
        wanted = actions.Wanted(service="cleaning", units=1, on=date(2026, 3, 3), slot="morning")
        need = actions.tell(matching=MARKET, person=town.elder, wanted=wanted, by=elder)
        with pytest.raises(Refused, match="没有办完"):
            actions.tell(matching=MARKET, person=town.elder, wanted=wanted, by=elder)
        first = actions.choose(need=need, provider=near.pk, by=elder)
        assert Voucher.objects.get().spent == 40_00
    with clock.frozen(START + timedelta(hours=25)):
        with pytest.raises(Refused, match="期限已过"):
            actions.accept(order=first, by=town.who["worker"])
        assert actions.lapse(path=NONGAN.county, by=system("matching")) == 1
        # The need is open again, and the voucher whole.
        assert Need.objects.get().state == "open"
        assert Voucher.objects.get().spent == 0
        second = actions.choose(need=need, provider=near.pk, by=elder)
        actions.accept(order=second, by=town.who["worker"])
        actions.start(order=second, lat="44.43", lon="125.18", by=town.who["worker"])
        actions.finish(order=second, record="打扫", by=town.who["worker"])
        heard = actions.Heard(stars=1, complaint="只来了五分钟")
        disputed = actions.confirm(order=second, heard=heard, by=town.who["clerk"])
        assert disputed.state == "disputed"
        with pytest.raises(NotAllowed):
            actions.decide_dispute(order=disputed, served=False, opinion="属实", by=town.who["clerk"])
        actions.decide_dispute(order=disputed, served=False, opinion="属实，不予结算", by=county)
    assert Order.objects.get(pk=second.pk).state == "refused"
    assert Voucher.objects.get().spent == 0


def test_the_circle_is_reckoned_from_doors_and_facilities_and_shown_to_the_county(town: Town) -> None:
    Facility.objects.create(
        sort="eldercare.community", kind="day_care", name="测日间站", uscc=uscc(), ownership="public",
        path=NONGAN.township, representative="某", address="路", state="open",
        opened_on=date(2024, 1, 1), latitude=DOOR[0] + Decimal("0.006"),
        longitude=DOOR[1],
    )  # fmt: skip
    far = person(birth=date(1942, 5, 1), path=NONGAN.village)
    Watched.objects.create(
        rounds="eldercare.visits", person=far, path=far.path, risk="red", risk_since=START.date(),
        since_on=START.date(), lat=DOOR[0] + Decimal("0.014"), lon=DOOR[1],
    )  # fmt: skip
    with clock.frozen(START):
        # 667 metres and 890 metres in a straight line are 867 and 1,156 on foot: the circle is 1,000.
        found = circles("eldercare.community", NONGAN.county)
    assert [(one.doors, one.covered) for one in found] == [(2, 1)]
    assert found[0].farthest is not None
    assert 1150 <= found[0].farthest <= 1162
    page = town.door("county")
    page.go("/desk/facilities/?sort=eldercare.community")
    page.follow("15分钟圈")
    assert "50.0%" in page.words
    assert town.door("visitor").status_of("/desk/facilities/circle/") == 403


def test_the_points_of_the_worked_case_come_out_of_the_whole_course(town: Town) -> None:
    """T-EC-17: 300 of 1,000 metres on foot, 4.5 stars, 40 yuan where 80 is the dearest, known from before: 75.5."""
    with clock.frozen(START):
        ParameterRow.objects.create(
            key="match.distance_limit", path=NONGAN.county, from_on=date(2020, 1, 1), value="1000", unit="count",
            source="测", confidence="assumption",
        )  # fmt: skip
        near = provider(town, "近邻服务", north="0.002078", daily=5)
        provider(town, "贵的服务", north="0.004", price=80_00)
        worker = town.who["worker"]
        actions.name_attendant(provider=near, user_id=worker.id, name="服务员甲", by=town.who["county"])
        for stars in (4, 5):
            order = actions.choose(need=asked(town), provider=near.pk, by=town.who["elder"])
            actions.accept(order=order, by=worker)
            actions.start(order=order, lat=str(DOOR[0]), lon=str(DOOR[1]), by=worker)
            actions.finish(order=order, record="打扫", by=worker)
            actions.confirm(order=order, heard=actions.Heard(stars=stars), by=town.who["elder"])
        first = weigh(asked(town))[0]
    assert (first.offer.provider, first.metres, first.points) == (near, 300, Fraction(151, 2))
    assert [points for _, points in first.parts] == [28, Fraction(45, 2), 10, 15]


def asked(town: Town) -> Need:
    """An hour of cleaning, asked for by the elder."""
    wanted = actions.Wanted(service="cleaning", units=1, on=date(2026, 3, 2), slot="morning")
    return actions.tell(matching=MARKET, person=town.elder, wanted=wanted, by=town.who["elder"])
